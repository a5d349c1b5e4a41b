import { AppError } from '../errors.js';
import { randomStream } from '../random.js';
import { GrowingArray } from './growingArray.js';
import { SPLIT_NAMES, type SplitName } from './records.js';

/** Texts of one key, at the border between two splits. */
interface Extreme {
  readonly key: string;
  readonly draw: number;
  readonly indices: number[];
}

/** Splits what comes one by one, a byte each in memory. */
export class SplitIndex {
  private readonly splits = new GrowingArray((capacity) => new Uint8Array(capacity));
  /** Those of the training part that would be held out next, and the reverse. */
  private lowest: Extreme | null = null;
  private highest: Extreme | null = null;

  constructor(private readonly seed: number) {}

  get length(): number {
    return this.splits.length;
  }

  /** The split that something came into; after `finish`, for good. */
  at(index: number): SplitName {
    return SPLIT_NAMES[this.splits.view()[index]!]!;
  }

  /** Takes something in; what has one key is of one split. */
  add(key: string, split: SplitName): void {
    const draw = randomStream('split', this.seed, key)();
    const entry = { key, draw, indices: [this.length] };
    if (split === 'train') this.lowest = closest(this.lowest, entry, -1);
    if (split === 'heldOut') this.highest = closest(this.highest, entry, 1);
    this.splits.push(SPLIT_NAMES.indexOf(split));
  }

  /**
   * Indices by split. Few texts may all fall on one side; then those nearest the border go to the
   * other, so that there is something to train on and something to measure with. Throws `UserInput`
   * where there are not two different texts.
   */
  finish(): Readonly<Record<SplitName, Uint32Array>> {
    const counts = SPLIT_NAMES.map((name) => this.count(name));
    if (this.length === 0) throw nothing();
    const [train, heldOut] = counts;
    if (train === 0) this.move(this.highest, 'train');
    if (heldOut === 0) this.move(this.lowest, 'heldOut');
    if (this.count('train') === 0 || this.count('heldOut') === 0) throw tooLittle();
    return {
      train: this.indicesOf('train'),
      heldOut: this.indicesOf('heldOut'),
      test: this.indicesOf('test'),
    };
  }

  private count(name: SplitName): number {
    const wanted = SPLIT_NAMES.indexOf(name);
    return this.splits.view().reduce((count, split) => count + Number(split === wanted), 0);
  }

  private move(extreme: Extreme | null, to: SplitName): void {
    for (const index of extreme?.indices ?? []) {
      this.splits.view()[index] = SPLIT_NAMES.indexOf(to);
    }
  }

  private indicesOf(name: SplitName): Uint32Array {
    const wanted = SPLIT_NAMES.indexOf(name);
    const indices = new Uint32Array(this.count(name));
    let at = 0;
    this.splits.view().forEach((split, index) => {
      if (split === wanted) indices[at++] = index;
    });
    return indices;
  }
}

function closest(old: Extreme | null, entry: Extreme, sign: 1 | -1): Extreme {
  if (old === null || sign * (entry.draw - old.draw) > 0) return entry;
  if (entry.key === old.key) old.indices.push(...entry.indices);
  return old;
}

function nothing(): AppError {
  return new AppError({
    code: 'UserInput',
    details: {
      problem: 'The text has no word that the model knows.',
      remedy: "Choose text in the model's language and script, or a model made for this text.",
    },
  });
}

function tooLittle(): AppError {
  return new AppError({
    code: 'UserInput',
    details: {
      problem: 'There is too little text to train on: it makes only one sequence.',
      remedy: 'Choose more text: a few pages at least, better a hundred.',
    },
  });
}
