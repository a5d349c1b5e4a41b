/**
 * Splits lines [first, last] into blocks that are scored separately: paragraphs between blank lines,
 * long ones split at `mostCharacters`. Shades appear block by block, and an edit rescores only its
 * own block.
 */
export function paragraphBlocks(
  lines: { textOf(line: number): string; first: number; last: number },
  mostCharacters = 800,
): { first: number; last: number }[] {
  const blocks: { first: number; last: number }[] = [];
  let start = -1;
  let size = 0;
  const close = (end: number): void => {
    if (start >= 0) blocks.push({ first: start, last: end });
    start = -1;
    size = 0;
  };
  for (let line = lines.first; line <= lines.last; line++) {
    const text = lines.textOf(line);
    if (text.trim() === '') {
      close(line - 1);
      continue;
    }
    if (start >= 0 && size + text.length > mostCharacters) close(line - 1);
    if (start < 0) start = line;
    size += text.length;
  }
  close(lines.last);
  return blocks;
}
