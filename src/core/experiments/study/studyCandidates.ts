import {
  gridSize,
  optionsText,
  trialOptions,
  type SweepParameters,
} from '../sweep/sweepParameters.js';
import type { LabelArm, LabelDesign, OptionValues } from './study.js';

/** Combinations of values that an arm can list. */
export const MOST_CANDIDATES = 24;
/** Fewest development texts that a model is scored on. */
export const LEAST_DEVELOPMENT = 20;

type Choosing = Pick<LabelArm, 'choose'>;

function gridOf({ choose = {} }: Choosing): SweepParameters {
  return Object.fromEntries(
    Object.entries(choose).map(([name, values]) => [name, { values: [...values] }]),
  );
}

/** Whether an arm has values to choose. */
export function isChoosing({ choose = {} }: Choosing): boolean {
  return Object.keys(choose).length > 0;
}

/** Number of combinations of the values that an arm lists. */
export function candidateCount(arm: Choosing): number {
  return gridSize(gridOf(arm));
}

/** All combinations of the values that an arm lists. */
export function candidatesOf(arm: Choosing): OptionValues[] {
  const search = { method: 'grid', seed: 0, parameters: gridOf(arm) } as const;
  return Array.from(
    { length: candidateCount(arm) },
    (_, i) => trialOptions(search, i + 1) as OptionValues,
  );
}

/** `debiasWeight 5, learningRate 2e-5` */
export function valuesText(values: OptionValues): string {
  return optionsText(values);
}

/** Number of runs that are only trained to choose values. */
export function choosingRuns({ arms, development }: LabelDesign): number {
  const seeds = development?.seeds.length ?? 0;
  return arms.filter(isChoosing).reduce((sum, arm) => {
    const candidates = candidateCount(arm);
    return sum + seeds * (arm.crossFitted === true ? 2 * candidates : candidates - 1);
  }, 0);
}
