import type { AsideFile } from './asideFile.js';
import { CsvRows } from '../../../core/text/csvRows.js';
import type { DatasetShape, DatasetWriter, MaskedRecord } from './maskedRecord.js';

/** Writes one JSON object per line. */
export function jsonLinesWriter(file: AsideFile): DatasetWriter {
  return textWriter(file, ({ source, text, maskedText, masks, inputs, columns }) => {
    const texts = text === null ? { maskedText } : { text, maskedText };
    return `${JSON.stringify({ source, ...texts, masks, ...inputs, ...columns })}\n`;
  });
}

/** Writes the masked texts only, separated by empty lines. */
export function plainTextWriter(file: AsideFile): DatasetWriter {
  let separator = '';
  return textWriter(file, ({ maskedText }) => {
    const written = `${separator}${maskedText}\n`;
    separator = '\n';
    return written;
  });
}

/** Writes comma-separated values (RFC 4180), with lists and objects as JSON. */
export function csvWriter(file: AsideFile, shape: DatasetShape): DatasetWriter {
  const { hasText, hasInputs, columns, safeCsv } = shape;
  const rows = new CsvRows({ isSafe: safeCsv });
  const header = [
    ...['source', ...(hasText ? ['text'] : []), 'maskedText', 'masks'],
    ...(hasInputs ? ['input_ids', 'attention_mask', 'labels'] : []),
    ...columns,
  ];
  let head = rows.row(header);
  const writer = textWriter(file, (record) => {
    const { source, text, maskedText, masks, inputs } = record;
    const row = rows.row([
      ...[source, ...(hasText ? [text] : []), maskedText, masks],
      ...(hasInputs ? [inputs?.input_ids, inputs?.attention_mask, inputs?.labels] : []),
      ...columns.map((name) => record.columns[name]),
    ]);
    const written = head + row;
    head = '';
    return written;
  });
  return { ...writer, formulas: () => rows.formulas };
}

function textWriter(file: AsideFile, render: (record: MaskedRecord) => string): DatasetWriter {
  return {
    write: (record) => file.append(render(record)),
    commit: () => file.commit(),
    discard: () => file.discard(),
    formulas: () => 0,
  };
}
