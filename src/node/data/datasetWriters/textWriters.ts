import type { AsideFile } from './asideFile.js';
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
  const { hasText, hasInputs, columns } = shape;
  const header = [
    ...['source', ...(hasText ? ['text'] : []), 'maskedText', 'masks'],
    ...(hasInputs ? ['input_ids', 'attention_mask', 'labels'] : []),
    ...columns,
  ];
  let head = csvRow(header);
  return textWriter(file, (record) => {
    const { source, text, maskedText, masks, inputs } = record;
    const row = csvRow([
      ...[source, ...(hasText ? [text] : []), maskedText, masks],
      ...(hasInputs ? [inputs?.input_ids, inputs?.attention_mask, inputs?.labels] : []),
      ...columns.map((name) => record.columns[name]),
    ]);
    const written = head + row;
    head = '';
    return written;
  });
}

/** One row of comma-separated values (RFC 4180), with lists and objects as JSON. */
export function csvRow(cells: readonly unknown[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(value: unknown): string {
  const text = cellText(value) ?? '';
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A value as one table cell: text unchanged, lists and objects as JSON; `null` without a value. */
export function cellText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint') return value.toString();
  return JSON.stringify(value);
}

function textWriter(file: AsideFile, render: (record: MaskedRecord) => string): DatasetWriter {
  return {
    write: (record) => file.append(render(record)),
    commit: () => file.commit(),
    discard: () => file.discard(),
  };
}
