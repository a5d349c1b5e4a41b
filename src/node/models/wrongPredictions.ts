import { labelsInAnswer } from '../../core/data/labelledRows.js';
import type { LabelledExample } from '../../core/data/examples/labelledExamples.js';
import type { DebiasSpec } from '../../core/runs/schema.js';
import { findStartModel } from './findStartModel.js';
import { loadLabelledModel } from './labelledModel.js';
import { otherModel } from './startHeads.js';

/**
 * Whether a classifier predicts other labels than those of each example, in their order. On one
 * thread, so that each machine finds the same. Throws `Model`, or `UserInput` for a model without these
 * labels.
 */
export async function wrongPredictions(
  reference: NonNullable<DebiasSpec['model']>,
  examples: readonly LabelledExample[],
): Promise<readonly boolean[]> {
  const model = await loadLabelledModel(await findStartModel({ model: reference }), { threads: 1 });
  try {
    const expected = examples.map(({ answer }) => new Set(labelsInAnswer(answer)));
    const labels = [...new Set(expected.flatMap((some) => [...some]))];
    if (model.kind !== 'labels' || !labels.every((label) => model.labels.includes(label))) {
      throw otherModel(reference.name, labels);
    }
    const wrong = new Array<boolean>(examples.length).fill(true);
    for await (const predictions of model.predictAll(examples)) {
      for (const [i, prediction] of predictions) {
        const found: readonly string[] = prediction.kind === 'labels' ? prediction.labels : [];
        const all = expected[i]!;
        wrong[i] = found.length !== all.size || found.some((label) => !all.has(label));
      }
    }
    return wrong;
  } finally {
    await model.release();
  }
}
