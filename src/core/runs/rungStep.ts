/**
 * Step at which a run pauses that may train for a share of its steps: the first evaluation at or
 * after that share, so that a pause adds no evaluation and changes no result.
 */
export function rungStep(
  share: number,
  {
    totalSteps,
    evaluateEverySteps,
  }: { readonly totalSteps: number; readonly evaluateEverySteps: number },
): number {
  // A share such as 1/3 is not exact.
  const wanted = Math.ceil(share * totalSteps - 1e-6);
  return Math.min(totalSteps, Math.ceil(wanted / evaluateEverySteps) * evaluateEverySteps);
}
