import { AppError } from '../errors.js';
import { randomStream } from '../random.js';

export interface SplitOptions {
  readonly seed: number;
  /** Share of the examples kept out of training, 0 to 1. */
  readonly heldOutFraction: number;
}

/** What is split: `key` is a hash of its content. */
interface Keyed {
  readonly key: string;
}

export interface Split<T> {
  readonly train: readonly T[];
  readonly heldOut: readonly T[];
}

/**
 * Which split a text belongs to, by its content alone: a duplicate never straddles two splits, and
 * adding files moves nothing.
 */
export function splitOf(
  key: string,
  { seed, heldOutFraction }: SplitOptions,
): keyof Split<unknown> {
  return randomStream('split', seed, key)() < heldOutFraction ? 'heldOut' : 'train';
}

/**
 * Splits by content. Few examples may all fall on one side; then the one whose draw is nearest the
 * border goes to the other, so that there is something to train on and something to measure with.
 * Throws `UserInput` where there are not two different examples.
 */
export function splitExamples<T extends Keyed>(
  examples: readonly T[],
  options: SplitOptions,
): Split<T> {
  const { seed } = options;
  if (examples.length === 0) {
    throw new AppError({
      code: 'UserInput',
      details: {
        problem: 'The text has no word that the model knows.',
        remedy: "Choose text in the model's language and script, or a model made for this text.",
      },
    });
  }
  const train = examples.filter(({ key }) => splitOf(key, options) === 'train');
  const heldOut = examples.filter(({ key }) => splitOf(key, options) === 'heldOut');
  if (train.length > 0 && heldOut.length > 0) return { train, heldOut };
  const draws = new Map(examples.map(({ key }) => [key, randomStream('split', seed, key)()]));
  if (draws.size < 2) {
    throw new AppError({
      code: 'UserInput',
      details: {
        problem: 'There is too little text to train on: it makes only one sequence.',
        remedy: 'Choose more text: a few pages at least, better a hundred.',
      },
    });
  }
  const sorted = [...draws].sort(([, a], [, b]) => a - b).map(([key]) => key);
  const moved = heldOut.length === 0 ? sorted[0]! : sorted.at(-1)!;
  const isMoved = ({ key }: T): boolean => key === moved;
  const moving = examples.filter(isMoved);
  const staying = examples.filter((example) => !isMoved(example));
  return heldOut.length === 0
    ? { train: staying, heldOut: moving }
    : { train: moving, heldOut: staying };
}
