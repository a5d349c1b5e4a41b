/**
 * Splits a text into stretches of at most `most` UTF-16 units: after the last line break of a
 * stretch, or else after its last space, or else between any two characters.
 */
export function* textStretches(text: string, most: number): Generator<[from: number, to: number]> {
  let from = 0;
  while (text.length - from > most) {
    const stretch = text.slice(from, from + most);
    const cut = stretch.lastIndexOf('\n') + 1 || stretch.lastIndexOf(' ') + 1 || most;
    const to = from + cut - (cut === most && isLowSurrogate(text, from + most) ? 1 : 0);
    yield [from, to];
    from = to;
  }
  if (from < text.length) yield [from, text.length];
}

function isLowSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
