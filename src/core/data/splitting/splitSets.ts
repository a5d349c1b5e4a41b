import { inputError } from '../../errors.js';
import { problem } from '../../messages/message.js';
import type { Fold } from './fold.js';
import type { RecordLabels } from './recordLabels.js';

/** Indices into `SPLIT_NAMES`. */
export const [TRAIN, HELD_OUT, TEST] = [0, 1, 2] as const;

/** Sets of records that stay together, by the number of their representative key. */
export interface Sets {
  /** 1 for the numbers that represent a set. */
  readonly isSet: Uint8Array;
  /** Split named by the data, from 1; 0 if it names none. */
  readonly given: Uint8Array;
  /** Number of the key whose draw decides for the set. */
  readonly named: Int32Array;
  /** Indices into `SPLIT_NAMES`. */
  readonly splits: Uint8Array;
}

/** Records and labels of sets. */
export interface SetContents {
  /** Number of the set of a record. */
  readonly rootOf: (record: number) => number;
  /** Draw of each key, in units of 2^-32. */
  readonly draws: Uint32Array;
}

/**
 * Holds out one of equal parts of the sets that are not in the test split, in the order of their draws;
 * the others are for training. Throws `UserInput` with `nonEmpty` if there are fewer sets than parts.
 */
export function holdOutPart(
  sets: Sets,
  {
    fold: { part, parts },
    draws,
    keyOf,
    nonEmpty,
  }: Pick<SetContents, 'draws'> & {
    readonly fold: Fold;
    readonly keyOf: (number: number) => number;
    readonly nonEmpty: boolean;
  },
): void {
  const { isSet, named, splits } = sets;
  const drawn: number[] = [];
  for (let set = 0; set < isSet.length; set++) {
    if (isSet[set] === 1 && splits[set] !== TEST && isMovable(sets, set)) drawn.push(set);
  }
  if (nonEmpty && drawn.length < parts) {
    throw inputError(problem('data.fewerSetsThanParts', { count: drawn.length, parts }));
  }
  const compare = (a: number, b: number): number =>
    draws[named[a]!]! - draws[named[b]!]! || keyOf(named[a]!) - keyOf(named[b]!);
  drawn.sort(compare).forEach((set, i) => {
    const own = Math.floor((i * parts) / drawn.length) + 1;
    splits[set] = own === part ? HELD_OUT : TRAIN;
  });
}

/** Throws `UserInput` if the held-out split is empty. */
export function requireHeldOut({ isSet, splits }: Sets): void {
  if (!splits.some((split, set) => isSet[set] === 1 && split === HELD_OUT)) {
    throw inputError(problem('data.noRowToHoldOut'));
  }
}

const MIDDLE = 2 ** 31;

const isMovable = ({ given }: Sets, set: number): boolean => given[set]! <= TRAIN + 1;

/** Moves a set to the training split for each label that has no training records, if one can move. */
export function trainEachLabel(
  sets: Sets,
  { rootOf, draws, labels }: SetContents & { readonly labels: RecordLabels },
): void {
  const { splits, named } = sets;
  const isTrained: boolean[] = [];
  const distanceOf = (set: number): number => Math.abs(draws[named[set]!]! - MIDDLE);
  labels.forEach((record, label) => {
    isTrained[label] ||= splits[rootOf(record)] === TRAIN;
  });
  const moving = new Map<number, number>();
  labels.forEach((record, label) => {
    const set = rootOf(record);
    if (isTrained[label] === true || !isMovable(sets, set)) return;
    const before = moving.get(label);
    if (before === undefined || distanceOf(set) < distanceOf(before)) moving.set(label, set);
  });
  for (const set of moving.values()) splits[set] = TRAIN;
}

/** Sets that hold all training records of a label. */
function neededForTraining(
  { splits }: Sets,
  { rootOf, labels }: Pick<SetContents, 'rootOf'> & { readonly labels: RecordLabels },
): ReadonlySet<number> {
  /** The only training set of each label; `null` if there are several. */
  const only = new Map<number, number | null>();
  labels.forEach((record, label) => {
    const set = rootOf(record);
    if (splits[set] !== TRAIN) return;
    const known = only.get(label);
    only.set(label, known === undefined || known === set ? set : null);
  });
  return new Set([...only.values()].filter((set) => set !== null));
}

/** Ensures that neither the training split nor the held-out split is empty. */
export function fillBoth(
  sets: Sets,
  {
    rootOf,
    draws,
    labels,
    records,
  }: SetContents & { readonly labels: RecordLabels | undefined; readonly records: number },
): void {
  const { isSet, named, splits } = sets;
  const counts = [0, 0, 0];
  for (let set = 0; set < isSet.length; set++) if (isSet[set] === 1) counts[splits[set]!]!++;
  const [train, heldOut, test] = counts as [number, number, number];
  if (train + heldOut + test === 0) throw inputError(problem('data.notInVocabulary'));
  if (train > 0 && heldOut > 0) return;
  const [from, to, sign] = train > 0 ? [TRAIN, HELD_OUT, 1] : [HELD_OUT, TRAIN, -1];
  const needed = labels === undefined ? null : neededForTraining(sets, { rootOf, labels });
  const drawOfSet = (set: number): number => draws[named[set]!]!;
  let moved: number | null = null;
  let movable = 0;
  for (let set = 0; set < isSet.length; set++) {
    if (isSet[set] === 0 || splits[set] !== from || !isMovable(sets, set)) continue;
    movable++;
    if (needed?.has(set) === true) continue;
    if (moved === null || sign * (drawOfSet(set) - drawOfSet(moved)) < 0) moved = set;
  }
  if (movable === 0) throw inputError(problem('data.noTrainingSplit'));
  if (counts[from]! < 2) {
    throw inputError(
      records < 2 ? problem('data.tooLittleText') : problem('data.oneGroup', { count: records }),
    );
  }
  if (moved === null) throw inputError(problem('data.noRowToHoldOut'));
  splits[moved] = to;
}
