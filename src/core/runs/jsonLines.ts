import type * as z from 'zod';
import { parseJsonText } from '../jsonText.js';

/** Characters of a line; no row of a run is nearly as long, and more would fill the memory. */
const LONGEST_LINE = 1 << 24;

/**
 * Splits appended text into whole lines; the rest (a torn last line, or one still being written)
 * is kept for the next call.
 */
export class LineReader {
  private rest = '';
  /** Within a line that is too long to be one of ours. */
  private isSkipping = false;

  push(text: string): string[] {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    if (this.isSkipping && lines.length > 0) {
      lines.shift();
      this.isSkipping = false;
    }
    if (this.rest.length > LONGEST_LINE) {
      this.rest = '';
      this.isSkipping = true;
    }
    return lines.filter((line) => line !== '');
  }
}

/** Parses JSON lines by schema. Lines that do not parse are counted, never thrown on. */
export function parseRows<T>(
  lines: readonly string[],
  schema: z.ZodType<T>,
): { rows: T[]; unreadable: number } {
  const rows: T[] = [];
  let unreadable = 0;
  for (const line of lines) {
    const row = parseRow(line, schema);
    if (row === undefined) unreadable++;
    else rows.push(row);
  }
  return { rows, unreadable };
}

function parseRow<T>(line: string, schema: z.ZodType<T>): T | undefined {
  try {
    const result = schema.safeParse(parseJsonText(line));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}
