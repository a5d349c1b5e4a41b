import { randomStream } from '../../random.js';

/** Halves of a sample, each of which is scored by models that were not trained on it. */
export const HALVES = [1, 2] as const;
export type Half = (typeof HALVES)[number];

/** The half of a row by its content key, so that equal texts are in one. */
export function halfOf(key: string): Half {
  return randomStream('half of a sample', key)() < 0.5 ? 1 : 2;
}
