import type { BadInput } from '../../core/data/badInput.js';
import type { DataRecord } from '../../core/data/labelledRows.js';
import { halfOf } from '../../core/data/splitting/sampleHalves.js';
import { weightIn } from '../../core/data/rowWeights.js';
import { inputError } from '../../core/errors.js';
import { message, problem, type Message } from '../../core/messages/message.js';
import type { PreparationSpec } from '../../core/specs/preparationSpec.js';
import { recordsOf } from '../data/labelledFiles.js';

export interface ShiftedRows<E> {
  readonly examples: readonly E[];
  readonly weights: ReadonlyMap<E, number>;
  /** Number of rows and of those left out. */
  readonly notes: readonly Message[];
}

/**
 * Rows of the shifted sample without those that other splits have, each with its weight in the
 * training loss. Throws `Data` for an invalid row or an unknown label, and `UserInput` if no row is
 * left.
 */
export async function readShifted<E extends { readonly key: string }>(
  { data, workspaceFolder }: Pick<PreparationSpec, 'data' | 'workspaceFolder'>,
  {
    exampleOf,
    evaluatedKeys,
    bad,
  }: {
    readonly exampleOf: (record: DataRecord) => E;
    /** Content keys of the held-out and test splits. */
    readonly evaluatedKeys: ReadonlySet<string>;
    readonly bad: BadInput;
  },
): Promise<ShiftedRows<E>> {
  const { shifted, labelled, reading } = data;
  if (shifted === null || labelled === null) return { examples: [], weights: new Map(), notes: [] };
  const { weightColumn, dialect } = reading;
  const weights = new Map<E, number>();
  let known = 0;
  for await (const record of recordsOf(shifted.files, labelled.format, {
    ...{ workspaceFolder, dialect },
    ...bad.listener,
  })) {
    bad.attempt(() => {
      const example = exampleOf(record);
      if (halfOf(example.key) === shifted.withoutHalf) return;
      const isWeighted = weightColumn !== null && Object.hasOwn(record.values, weightColumn);
      const weight = shifted.weight * (isWeighted ? weightIn(record, weightColumn) : 1);
      if (evaluatedKeys.has(example.key)) known++;
      else weights.set(example, weight);
    });
  }
  if (weights.size === 0) throw inputError(problem('data.shiftedKnown'));
  const counts = { count: weights.size, weight: shifted.weight };
  return {
    examples: [...weights.keys()],
    weights,
    notes: [
      message('training.shiftedRows', counts),
      ...(known === 0 ? [] : [message('training.shiftedLeftOut', { count: known })]),
    ],
  };
}
