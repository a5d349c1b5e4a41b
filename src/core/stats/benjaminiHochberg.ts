/**
 * P-values adjusted for several tests by the step-up method of Benjamini and Hochberg (1995), in the
 * order given. Rejecting those of at most q keeps the expected share of false rejections at q or less
 * if the tests are independent or positively dependent.
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const count = pValues.length;
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[b]! - pValues[a]!);
  const adjusted = new Array<number>(count);
  let smallest = 1;
  for (const [rank, i] of order.entries()) {
    smallest = Math.min(smallest, (pValues[i]! * count) / (count - rank));
    adjusted[i] = smallest;
  }
  return adjusted;
}
