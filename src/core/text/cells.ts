/** Scripts whose characters take two cells of a terminal or of an editor's grid. */
const WIDE =
  /[\p{sc=Han}\p{sc=Hangul}\p{sc=Hiragana}\p{sc=Katakana}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/u;

/** Number of cells that a text takes in a grid of characters of one width. */
export function cellsOf(text: string): number {
  return Array.from(text).reduce((sum, character) => sum + (WIDE.test(character) ? 2 : 1), 0);
}

/** Rows as lines whose columns are aligned, with two spaces between them; the last is not padded. */
export function alignedLines(
  rows: readonly (readonly string[])[],
  aligned: readonly ('start' | 'end')[] = [],
): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cellsOf(cell))));
  }
  return rows.map((row) =>
    row
      .map((cell, i) => {
        const room = ' '.repeat(widths[i]! - cellsOf(cell));
        if (aligned[i] === 'end') return `${room}${cell}`;
        return i === row.length - 1 ? cell : `${cell}${room}`;
      })
      .join('  '),
  );
}
