/** The batches of a run, step by step. */
export interface Steps<B> {
  readonly stepsPerEpoch: number;
  /** Batches of the step that follows `step` completed steps; deterministic. */
  readonly at: (step: number) => { readonly epoch: number; readonly batches: readonly B[] };
}

/** Batches of an epoch, by their position in it. */
export interface Batches<B> {
  readonly length: number;
  readonly at: (position: number) => B;
}

/**
 * Cuts each epoch's batches into steps of `accumulation`; the last step of an epoch takes what is
 * left. `planOf` gives an epoch's batches, always equally many.
 */
export function planSteps<B>(
  planOf: (epoch: number) => Batches<B>,
  accumulation: number,
): Steps<B> {
  let plan = { epoch: 0, batches: planOf(0) };
  const stepsPerEpoch = Math.ceil(plan.batches.length / accumulation);
  return {
    stepsPerEpoch,
    at: (step) => {
      const epoch = Math.floor(step / stepsPerEpoch);
      if (epoch !== plan.epoch) plan = { epoch, batches: planOf(epoch) };
      const first = (step % stepsPerEpoch) * accumulation;
      const count = Math.min(accumulation, plan.batches.length - first);
      const batches = Array.from({ length: count }, (_, i) => plan.batches.at(first + i));
      return { epoch, batches };
    },
  };
}
