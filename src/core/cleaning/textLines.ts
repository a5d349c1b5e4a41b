export interface Line {
  readonly from: number;
  /** End of the words of the line, before the line break. */
  readonly to: number;
  /** Start of the next line. */
  readonly next: number;
}

/** Line of a text that begins at `from`. */
export function lineAt(text: string, from: number): Line {
  const end = text.indexOf('\n', from);
  const stop = end < 0 ? text.length : end;
  const hasReturn = stop > from && text[stop - 1] === '\r';
  return { from, to: hasReturn ? stop - 1 : stop, next: end < 0 ? stop : end + 1 };
}

export function* linesOf(text: string): Generator<Line> {
  for (let at = 0; at < text.length;) {
    const line = lineAt(text, at);
    yield line;
    at = line.next;
  }
}
