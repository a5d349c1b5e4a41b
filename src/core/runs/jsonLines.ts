import type * as z from 'zod';

/**
 * Splits appended text into whole lines; the rest (a torn last line, or one still being written)
 * is kept for the next call.
 */
export class LineReader {
  private rest = '';

  push(text: string): string[] {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
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
    const result = schema.safeParse(JSON.parse(line));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}
