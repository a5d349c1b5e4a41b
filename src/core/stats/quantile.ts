/** Quantile of ascending values, linear between them (type 7 of Hyndman and Fan 1996). */
export function quantileOf(ascending: Float64Array, level: number): number {
  const position = level * (ascending.length - 1);
  const below = Math.floor(position);
  const low = ascending[below]!;
  const high = ascending[Math.min(below + 1, ascending.length - 1)]!;
  return low + (high - low) * (position - below);
}
