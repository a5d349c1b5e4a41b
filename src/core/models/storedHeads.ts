import { matchRows, type HeadOrigin, type HeadRows, type NewHead } from './headOrigin.js';
import { labelsOf, type FurtherHead, type HeadLabels, type ProblemType } from './labels.js';
import type { AttachedHead } from './import/attachHead.js';
import type { Model, ParameterTensor } from './model.js';
import { outputLayerOf } from './outputLayer.js';
import { takeRows, type NewHeads } from './weights/checkpoint.js';

const NUMBERS: ReadonlySet<ProblemType | undefined> = new Set(['regression']);

/** Heads of a folder. */
export interface StoredHeads {
  /** Of the first head; `null` if it is of another kind than the wanted one. */
  readonly labels: readonly string[] | null;
  readonly problemType: ProblemType | null;
  readonly further: readonly FurtherHead[];
}

/** Heads that a folder is read with, as in `ReadModelOptions`. */
export interface WantedHeads {
  readonly labels?: HeadLabels;
  readonly furtherHeads?: readonly FurtherHead[];
  readonly seed?: number;
  readonly newHead?: NewHead;
}

/** Heads that may get new weights, and which stored rows they continue. */
export function newHeadsOf(
  { heads: [first] }: Pick<Model, 'heads'>,
  stored: StoredHeads,
  { labels, furtherHeads = [], seed = 0, newHead = 'random' }: WantedHeads,
): NewHeads {
  const allowed = new Set(furtherHeads.map(({ name }) => name));
  const rows = new Map<string, { of: number; rows: HeadRows }>();
  for (const wanted of furtherHeads) {
    if (wanted.kind === 'masked-lm') continue;
    const same = stored.further.find(
      ({ name, kind }) => name === wanted.name && kind === wanted.kind,
    );
    rows.set(wanted.name, rowsOf(same?.labels ?? null, wanted.labels));
  }
  if (labels && first.kind !== 'masked-lm') {
    allowed.add(first.name);
    // Numbers of a regression and scores of a label differ, even under the same name.
    const isOtherKind =
      stored.problemType !== null &&
      NUMBERS.has(stored.problemType) !== NUMBERS.has(labels.problemType);
    rows.set(first.name, rowsOf(isOtherKind ? null : stored.labels, labels.labels));
  }
  return { seed, allowed, rows, output: newHead };
}

function rowsOf(
  stored: readonly string[] | null,
  wanted: readonly string[],
): { of: number; rows: HeadRows } {
  return stored === null
    ? { of: 0, rows: wanted.map(() => null) }
    : { of: stored.length, rows: matchRows(stored, wanted) };
}

/** Rows of an export's head for the wanted labels, which are as many as the stored ones. */
export function originOfExport(
  configJson: Readonly<Record<string, unknown>>,
  { labels }: HeadLabels,
): HeadOrigin {
  const stored = labelsOf(configJson);
  return { stored, labels, rows: rowsOf(stored, labels).rows };
}

/** Origin of a head that an export got in place of another. */
export function originOfNewHead(
  { stored, labels }: HeadOrigin,
  { rows, replaced }: Pick<AttachedHead, 'rows' | 'replaced'>,
): HeadOrigin {
  return { rows, labels, stored: replaced ? stored : null };
}

/**
 * Parameters of an export with the rows of its output layer in the wanted order, and zeros for rows
 * without training.
 */
export function withHeadRows(
  model: Model,
  parameters: Map<string, ParameterTensor>,
  { rows }: HeadOrigin,
): Map<string, ParameterTensor> {
  const changed = new Map(parameters);
  for (const { name, dims } of outputLayerOf(model)) {
    const stored = parameters.get(name)!;
    const zeros = { dims, data: new Float32Array(stored.data.length) };
    changed.set(name, takeRows(stored, rows, zeros));
  }
  return changed;
}
