import { labelDelimiterOf, splitLabels } from '../../core/data/listTexts.js';
import { numberIn, numbersIn, oddOneIn, PLAIN_NUMBERS } from '../../core/data/numberFormat.js';
import type { LabelScan } from '../../core/data/scanLabels.js';
import { message, type Message } from '../../core/messages/message.js';
import type { DataReading } from '../../core/runs/dataSnapshot.js';
import type { LabelledData } from '../../core/runs/schema.js';

/** Notation of labels, decided by all values of their columns. */
interface LabelForms {
  readonly labelled: LabelledData | null;
  /** Sentences about values that are not read as they are written. */
  readonly warnings: readonly Message[];
}

/** Decides whether labels are numbers or lists, and in which notation, and tells the scan. */
export function labelFormsOf(
  labelled: LabelledData | null,
  scan: LabelScan | null,
  { labelDelimiter: wanted }: DataReading,
): LabelForms {
  if (labelled === null || scan === null || scan.holdsTags) return { labelled, warnings: [] };
  const values = scan.labelValues();
  const found = wanted === null ? numbersIn(values) : null;
  if (found !== null) {
    const { format, missing } = found;
    if (format === PLAIN_NUMBERS) return { labelled, warnings: missingMessages(values, missing) };
    scan.readAs({ numberFormat: format });
    const example = String(values.find((value) => numberIn(value) === null) ?? values[0]);
    const said = { example, number: String(numberIn(example, format)) };
    return {
      labelled: { ...labelled, numberFormat: format },
      warnings: [message('data.numberNotation', said), ...missingMessages(values, missing)],
    };
  }
  const odd = wanted === null ? oddOneIn(values) : null;
  if (odd !== null) return { labelled, warnings: [message('data.oddNumber', { value: odd })] };
  const isOpen = wanted === null && labelled.columns.labels.length === 1;
  const delimiter = isOpen ? labelDelimiterOf(values) : null;
  if (delimiter === null) return { labelled, warnings: [] };
  scan.readAs({ labelDelimiter: delimiter });
  const example = values.map(String).find((text) => splitLabels(text, delimiter).length > 1)!;
  const labels = splitLabels(example, delimiter).map((label) => `"${label}"`);
  return {
    labelled: { ...labelled, labelDelimiter: delimiter },
    warnings: [message('data.labelsSeparated', { example, labels: { list: labels, join: 'and' } })],
  };
}

function missingMessages(values: readonly unknown[], count: number): Message[] {
  const value = values.find((each) => numbersIn([each]) === null);
  return count === 0 ? [] : [message('data.missingNumbers', { value: String(value) })];
}
