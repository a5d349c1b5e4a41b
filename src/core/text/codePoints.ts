/** Unit in which places in a text are counted: JavaScript counts UTF-16 units, Python code points. */
export const OFFSET_UNITS = ['code points', 'utf-16'] as const;
export type OffsetUnit = (typeof OFFSET_UNITS)[number];

/** The first half of a character of two units; without the `u` flag, patterns see halves. */
const FIRST_HALF = /[\ud800-\udbff](?=[\udc00-\udfff])/g;

/** Converts UTF-16 offsets into a text to another unit. */
export function offsetsIn(text: string, unit: OffsetUnit): (offset: number) => number {
  if (unit === 'utf-16') return (offset) => offset;
  const pairs = [...text.matchAll(FIRST_HALF)].map(({ index }) => index);
  return (offset) => {
    let low = 0;
    let high = pairs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[middle]! < offset) low = middle + 1;
      else high = middle;
    }
    return offset - low;
  };
}
