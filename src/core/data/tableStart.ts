const CSV_DELIMITERS = [',', ';', '\t', '|'];

/** Line in which Excel names the delimiter of the file. */
const SEPARATOR_LINE = /^"?sep=([^\n\r])"?[ \t]*(?:\r\n|\r|\n|$)/i;

/** Separation of the rows of a table, by the text at its start. */
export interface TableStart {
  readonly delimiter: string;
  /** Characters before the first row, and its line, from 1. */
  readonly skipped: number;
  readonly firstLine: number;
}

/** The delimiter in Excel's `sep=` line; else a tab for TSV, and the most frequent one of CSV's first row. */
export function tableStart(start: string, format: 'csv' | 'tsv'): TableStart {
  const named = SEPARATOR_LINE.exec(start);
  const skipped = named?.[0].length ?? 0;
  const usual = format === 'tsv' ? '\t' : mostFrequent(start.slice(skipped));
  return { delimiter: named?.[1] ?? usual, skipped, firstLine: named === null ? 1 : 2 };
}

function mostFrequent(text: string): string {
  const line = /[^\n\r]*\S[^\n\r]*/.exec(text)?.[0].replaceAll(/"[^"]*"/g, '') ?? '';
  const counts = CSV_DELIMITERS.map((delimiter) => line.split(delimiter).length);
  return CSV_DELIMITERS[counts.indexOf(Math.max(...counts))]!;
}
