import { formatCount } from '../core/format.js';

/** Flag of every command that writes CSV files. */
export const SAFE_CSV_FLAG = {
  help: 'In a .csv file, put an apostrophe before cells that spreadsheets would run as formulas',
} as const;

/** A note about cells that begin like formulas. */
export function formulaNote({
  cells,
  areEscaped,
}: {
  readonly cells: number;
  readonly areEscaped: boolean;
}): string {
  const counted = formatCount(cells, 'cell');
  return areEscaped
    ? `An apostrophe was put before ${counted} that spreadsheets would run as formulas`
    : `${counted} would be run as formulas by spreadsheets; --safe-csv puts an apostrophe before them`;
}
