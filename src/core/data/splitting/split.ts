import { AppError } from '../../errors.js';
import { groupThousands } from '../../format.js';
import { randomStream } from '../../random.js';
import { KeyNumbers, UnionFind } from '../../collections/disjointSets.js';
import { GrowingArray } from '../../collections/growingArray.js';
import { SPLIT_NAMES, type SplitName } from '../records.js';

export interface SplitOptions {
  readonly seed: number;
  /** Share of the texts kept out of training to measure it with, 0 to 1. */
  readonly heldOutFraction: number;
  /** Share of the texts that training never sees, 0 to 1; none unless it is given. */
  readonly testFraction?: number;
}

/**
 * Which split a text belongs to, by its content alone: a duplicate never straddles two splits, and
 * adding files moves nothing. `SplitPlanner` also knows of groups, of near-duplicates and of splits
 * that the data names.
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

/** What is held out lies at the lower end and what is tested at the upper, so neither moves the other. */
function splitOfDraw(draw: number, { heldOutFraction, testFraction = 0 }: SplitOptions): SplitName {
  if (draw < heldOutFraction) return 'heldOut';
  return draw >= 1 - testFraction ? 'test' : 'train';
}

/** What decides where a record comes. */
export interface SplitRecord {
  /** Hash of the content: records of one key are duplicates. */
  readonly key: string;
  /** Records of one group (a patient, an author, a thread) are of one split. */
  readonly group?: string | null;
  /** What the data itself says about the record. */
  readonly split?: SplitName | null;
  /** Number of an earlier record that this one is nearly the same as. */
  readonly nearDuplicateOf?: number | null;
}

/** Records that the data puts into one split and that came into another, with their like. */
export interface MovedRecords {
  readonly from: SplitName;
  readonly to: SplitName;
  readonly count: number;
}

export interface SplitPlan {
  /** Of each record, its place in `SPLIT_NAMES`. */
  readonly splits: Uint8Array;
  readonly moved: readonly MovedRecords[];
  /** Records whose content an earlier one had. */
  readonly duplicates: number;
}

/** Sets of records that stay together, by the number of the key that stands for them. */
interface Sets {
  /** 1 for the numbers that stand for a set. */
  readonly isSet: Uint8Array;
  /** What the data names, from 1; 0 for nothing. */
  readonly given: Uint8Array;
  /** The number of the key whose draw is the set's. */
  readonly named: Int32Array;
  /** Places in `SPLIT_NAMES`. */
  readonly splits: Uint8Array;
}

const [TRAIN, HELD_OUT, TEST] = [0, 1, 2] as const;
/** Draws are multiples of 1 / DRAWS. */
const DRAWS = 2 ** 32;
const newBytes = (capacity: number): Uint8Array => new Uint8Array(capacity);

/**
 * Splits records that come one by one, in 35 to 60 bytes each, whatever their size. Duplicates,
 * groups and near-duplicates are joined into sets (union-find), and each set comes into one split:
 * into the one that the data names for any of its records, test before held-out before train; else by
 * a draw that depends on the seed and on its group (of several, the one with the least hash; without
 * one, its content) alone, so that order changes nothing and more data moves only what it joins.
 * Where the data names training records and none to hold out, those are drawn from it.
 */
export class SplitPlanner {
  private readonly numbers = new KeyNumbers();
  private readonly sets = new UnionFind();
  /** Of each key: its draw in 2^-32, and whether it is a group's. */
  private readonly draws = new GrowingArray((capacity) => new Uint32Array(capacity));
  private readonly isGroup = new GrowingArray(newBytes);
  /** Of each record: its key's number, and the split that the data names, from 1; 0 for none. */
  private readonly keys = new GrowingArray((capacity) => new Int32Array(capacity));
  private readonly given = new GrowingArray(newBytes);
  private groups = 0;

  constructor(private readonly options: SplitOptions) {}

  /** How many records were added. */
  get length(): number {
    return this.keys.length;
  }

  /** Takes a record in and returns its number, from 0. */
  add({ key, group = null, split = null, nearDuplicateOf = null }: SplitRecord): number {
    const number = this.numberOf(key, false);
    if (group !== null) this.sets.union(number, this.numberOf(`group ${group}`, true));
    if (nearDuplicateOf !== null) this.sets.union(number, this.keys.view()[nearDuplicateOf]!);
    this.keys.push(number);
    this.given.push(split === null ? 0 : SPLIT_NAMES.indexOf(split) + 1);
    return this.length - 1;
  }

  /**
   * The split of every record. `nonEmpty`: few records may all fall on one side; then the set whose
   * draw is nearest the border goes to the other, so that there is something to train on and
   * something to measure with. Throws `UserInput` where that cannot be.
   */
  finish({ nonEmpty }: { nonEmpty: boolean }): SplitPlan {
    const sets = this.collect();
    this.draw(sets);
    if (nonEmpty) fillBoth(sets, this.draws.view());
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

/** Makes sure that there is something to train on and something to hold out. */
function fillBoth({ isSet, given, named, splits }: Sets, draws: Uint32Array): void {
  const counts = [0, 0, 0];
  for (let set = 0; set < isSet.length; set++) if (isSet[set] === 1) counts[splits[set]!]!++;
  const [train, heldOut, test] = counts as [number, number, number];
  if (train + heldOut + test === 0) throw noText();
  if (train > 0 && heldOut > 0) return;
  const [from, to, sign] = train > 0 ? [TRAIN, HELD_OUT, 1] : [HELD_OUT, TRAIN, -1];
  const drawOfSet = (set: number): number => draws[named[set]!]!;
  let moved: number | null = null;
  for (let set = 0; set < isSet.length; set++) {
    const isMovable = isSet[set] === 1 && splits[set] === from && given[set]! <= TRAIN + 1;
    if (!isMovable) continue;
    if (moved === null || sign * (drawOfSet(set) - drawOfSet(moved)) < 0) moved = set;
  }
  if (moved === null) throw allGiven();
  if (counts[from]! < 2) throw tooLittle();
  splits[moved] = to;
}

/** Counts records that go with others of another split; not those drawn from a training split. */
class MoveCounts {
  private readonly counts = new Map<number, number>();

  /** `own` is what the data names for a record, `common` what it names for its set, both from 1. */
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

/** One sentence a kind of move, for a run's log. */
export function describeMoved(moved: readonly MovedRecords[]): string[] {
  return moved.map(
    ({ from, to, count }) =>
      `${groupThousands(count)} of ${NAMES[from]} went to ${NAMES[to]}, where a duplicate, a near-duplicate or the rest of its group stands.`,
  );
}

const NAMES: Readonly<Record<SplitName, string>> = {
  train: 'the training rows',
  heldOut: 'the held-out rows',
  test: 'the test rows',
};

function noText(): AppError {
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

function allGiven(): AppError {
  return new AppError({
    code: 'UserInput',
    details: {
      problem:
        'Nothing is left to train on: the data puts every text into its held-out or test part.',
      remedy: 'Add the file with the training rows, or choose no column for the split.',
    },
  });
}
