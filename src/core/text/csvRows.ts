/**
 * Starts of cells that spreadsheets run as formulas, such as `=HYPERLINK(…)` or `@SUM(…)`.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
const NUMBER = /^[+-]?(?:\d[\d.,]*|[.,]\d+)(?:e[+-]?\d+)?%?$/i;

/** Makes rows of comma-separated values (RFC 4180), with lists and objects as JSON. */
export class CsvRows {
  private count = 0;

  /** @param options.isSafe puts an apostrophe before formulas, so that they are shown and not run */
  constructor(private readonly options: { readonly isSafe: boolean }) {}

  /** Number of cells so far that spreadsheets would run as formulas without an apostrophe. */
  get formulas(): number {
    return this.count;
  }

  row(cells: readonly unknown[]): string {
    return `${cells.map((cell) => this.cell(cell)).join(',')}\r\n`;
  }

  private cell(value: unknown): string {
    let text = cellText(value) ?? '';
    if (typeof value === 'string' && FORMULA.test(text) && !NUMBER.test(text)) {
      this.count++;
      if (this.options.isSafe) text = `'${text}`;
    }
    return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }
}

/** A value as one table cell: text unchanged, lists and objects as JSON; `null` without a value. */
export function cellText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint') return value.toString();
  return JSON.stringify(value);
}
