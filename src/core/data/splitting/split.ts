import { message, type Message } from '../../messages/message.js';
import { randomStream } from '../../random.js';
import { KeyNumbers, UnionFind } from '../../collections/disjointSets.js';
import { GrowingArray } from '../../collections/growingArray.js';
import { SPLIT_NAMES, type SplitName } from '../records.js';
import type { RecordLabels } from './recordLabels.js';
import { foldOf } from './fold.js';
import {
  fillBoth,
  HELD_OUT,
  holdOutPart,
  requireHeldOut,
  TEST,
  trainEachLabel,
  TRAIN,
  type Sets,
} from './splitSets.js';

export interface SplitOptions {
  readonly seed: number;
  /** Share of the held-out split, between 0 and 1. */
  readonly heldOutFraction: number;
  /** Share of the test split, between 0 and 1. Default: 0. */
  readonly testFraction?: number;
  /**
   * Part that is held out instead of a share, such as `2/5`, out of equal parts of what is not in the
   * test split. Default, `null`: none.
   */
  readonly fold?: string | null;
}

/**
 * Split of a text, decided by its content alone: duplicates share a split, and adding files moves
 * nothing. `SplitPlanner` also respects groups, near-duplicates and splits that the data names.
 */
export function splitOf(
  key: string,
  options: SplitOptions & { readonly testFraction?: never },
): Exclude<SplitName, 'test'>;
export function splitOf(key: string, options: SplitOptions): SplitName;
export function splitOf(key: string, options: SplitOptions): SplitName {
  return splitOfDraw(drawOf(key, options.seed), options);
}

const drawOf = (key: string, seed: number): number => randomStream('split', seed, key)();

/** Held-out texts are at the lower end and test texts at the upper, so that neither moves the other. */
function splitOfDraw(draw: number, { heldOutFraction, testFraction = 0 }: SplitOptions): SplitName {
  if (draw < heldOutFraction) return 'heldOut';
  return draw >= 1 - testFraction ? 'test' : 'train';
}

/** Properties that decide the split of a record. */
export interface SplitRecord {
  /** Hash of the content: records with equal keys are duplicates. */
  readonly key: string;
  /** Records of one group (a patient, an author, a thread) share a split. */
  readonly group?: string | null;
  /** Split named by the data itself. */
  readonly split?: SplitName | null;
  /** Number of an earlier record of which this one is a near-duplicate. */
  readonly nearDuplicateOf?: number | null;
}

/** Records that moved from the split named by the data to that of their duplicates or group. */
export interface MovedRecords {
  readonly from: SplitName;
  readonly to: SplitName;
  readonly count: number;
}

export interface SplitPlan {
  /** Index into `SPLIT_NAMES` per record. */
  readonly splits: Uint8Array;
  readonly moved: readonly MovedRecords[];
  /** Number of records with the content of an earlier one. */
  readonly duplicates: number;
}

export interface FinishOptions {
  readonly nonEmpty: boolean;
  /** Labels that all need a training record. */
  readonly labels?: RecordLabels | undefined;
}

/** Draws are multiples of 1 / DRAWS. */
const DRAWS = 2 ** 32;
const newBytes = (capacity: number): Uint8Array => new Uint8Array(capacity);

/**
 * Splits records that arrive one by one, in 35 to 60 bytes each, whatever their size. Duplicates,
 * groups and near-duplicates are joined into sets (union-find), and each set goes to one split: to the
 * one that the data names for any of its records, test before held-out before train. Otherwise a draw
 * decides that depends only on the seed and on the group of the set (the one with the smallest hash if
 * there are several, the content if there is none), so that order does not matter and new data moves
 * only the sets that it joins. If the data names training records but no held-out ones, held-out
 * records are drawn from the training records.
 *
 * With a fold, the sets that are not in the test split are cut into equal parts in the order of their
 * draws, and one part is held out: the runs of all parts hold out each set once.
 */
export class SplitPlanner {
  private readonly numbers = new KeyNumbers();
  private readonly sets = new UnionFind();
  /** Per key: its draw in units of 2^-32, and whether it is the key of a group. */
  private readonly draws = new GrowingArray((capacity) => new Uint32Array(capacity));
  private readonly isGroup = new GrowingArray(newBytes);
  /** Per record: the number of its key, and the split named by the data, from 1; 0 for none. */
  private readonly keys = new GrowingArray((capacity) => new Int32Array(capacity));
  private readonly given = new GrowingArray(newBytes);
  private groups = 0;

  constructor(private readonly options: SplitOptions) {}

  /** Number of records added. */
  get length(): number {
    return this.keys.length;
  }

  /** Adds a record and returns its number, from 0. */
  add({ key, group = null, split = null, nearDuplicateOf = null }: SplitRecord): number {
    const number = this.numberOf(key, false);
    if (group !== null) this.sets.union(number, this.numberOf(`group ${group}`, true));
    if (nearDuplicateOf !== null) this.sets.union(number, this.keys.view()[nearDuplicateOf]!);
    this.keys.push(number);
    this.given.push(split === null ? 0 : SPLIT_NAMES.indexOf(split) + 1);
    return this.length - 1;
  }

  /**
   * The split of every record. A label without training records gets one: the set with it whose draw is
   * nearest the middle moves, unless the data names its split. With `nonEmpty`, if all of few records
   * fall into one of the training and held-out splits, the set whose draw is nearest the boundary moves
   * to the other, so that there are records to train and to evaluate on. With a fold nothing moves for
   * that, since a set would be held out twice. Throws `UserInput` if that is impossible.
   */
  finish({ nonEmpty, labels }: FinishOptions): SplitPlan {
    const sets = this.collect();
    this.draw(sets);
    const { fold = null } = this.options;
    if (fold !== null) {
      const keyOf = (number: number): number => this.numbers.key(number);
      holdOutPart(sets, { fold: foldOf(fold), draws: this.draws.view(), keyOf, nonEmpty });
    }
    const rootOf = (record: number): number => this.sets.find(this.keys.view()[record]!);
    if (labels !== undefined) trainEachLabel(sets, { rootOf, labels, draws: this.draws.view() });
    if (nonEmpty && fold !== null) requireHeldOut(sets);
    else if (nonEmpty)
      fillBoth(sets, { rootOf, labels, draws: this.draws.view(), records: this.length });
    const [keys, given] = [this.keys.view(), this.given.view()];
    const splits = new Uint8Array(keys.length);
    const moves = new MoveCounts();
    for (let record = 0; record < keys.length; record++) {
      const root = this.sets.find(keys[record]!);
      splits[record] = sets.splits[root]!;
      moves.add(given[record]!, sets.given[root]!);
    }
    return {
      splits,
      moved: moves.finish(),
      duplicates: this.length - (this.numbers.size - this.groups),
    };
  }

  private numberOf(key: string, isGroup: boolean): number {
    const number = this.numbers.of(key);
    if (number === this.sets.size) {
      this.sets.add();
      this.draws.push(drawOf(key, this.options.seed) * DRAWS);
      this.isGroup.push(Number(isGroup));
      if (isGroup) this.groups++;
    }
    return number;
  }

  private collect(): Sets {
    const { size } = this.numbers;
    const isGroup = this.isGroup.view();
    const isSet = new Uint8Array(size);
    const given = new Uint8Array(size);
    const named = new Int32Array(size);
    for (let number = 0; number < size; number++) {
      const root = this.sets.find(number);
      const isBetter =
        isSet[root] === 0 ||
        isGroup[number]! > isGroup[named[root]!]! ||
        (isGroup[number] === isGroup[named[root]!] &&
          this.numbers.key(number) < this.numbers.key(named[root]!));
      isSet[root] = 1;
      if (isBetter) named[root] = number;
    }
    const recordsGiven = this.given.view();
    this.keys.view().forEach((number, record) => {
      const root = this.sets.find(number);
      given[root] = Math.max(given[root]!, recordsGiven[record]!);
    });
    return { isSet, given, named, splits: new Uint8Array(size) };
  }

  private draw({ isSet, given, named, splits }: Sets): void {
    const draws = this.draws.view();
    const isGiven = (split: number): boolean => given.includes(split + 1);
    const { heldOutFraction, testFraction = 0 } = this.options;
    const ofTraining = {
      ...this.options,
      heldOutFraction: isGiven(HELD_OUT) ? 0 : heldOutFraction,
      testFraction: isGiven(TEST) ? 0 : testFraction,
    };
    for (let set = 0; set < isSet.length; set++) {
      if (isSet[set] === 0) continue;
      const isDrawn = given[set]! <= TRAIN + 1;
      const options = given[set] === 0 ? this.options : ofTraining;
      splits[set] = isDrawn
        ? SPLIT_NAMES.indexOf(splitOfDraw(draws[named[set]!]! / DRAWS, options))
        : given[set]! - 1;
    }
  }
}

/** Counts records that joined a set of another split; not those drawn from the training split. */
class MoveCounts {
  private readonly counts = new Map<number, number>();

  /** `own` is the split that the data names for a record, `common` the one for its set, both from 1. */
  add(own: number, common: number): void {
    if (own === 0 || own === common) return;
    const move = own * 10 + common;
    this.counts.set(move, (this.counts.get(move) ?? 0) + 1);
  }

  finish(): MovedRecords[] {
    return [...this.counts]
      .sort(([a], [b]) => a - b)
      .map(([move, count]) => ({
        from: SPLIT_NAMES[Math.floor(move / 10) - 1]!,
        to: SPLIT_NAMES[(move % 10) - 1]!,
        count,
      }));
  }
}

/** Messages about moved records, one per kind of move. */
export function movedMessages(moved: readonly MovedRecords[]): Message[] {
  return moved.map(({ from, to, count }) =>
    message('data.rowsMoved', { count, from: NAMES[from], to: NAMES[to] }),
  );
}

const NAMES: Readonly<Record<SplitName, Message>> = {
  train: message('split.train'),
  heldOut: message('split.heldOut'),
  test: message('split.test'),
};
