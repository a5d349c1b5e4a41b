import { lossSumOf, evaluatedAs, targetsOf } from '../../core/batches/losses.js';
import { BadInput } from '../../core/data/badInput.js';
import type { DataSelection } from '../../core/data/dataSelection.js';
import { ReportBuilder } from '../../core/evaluation/reportBuilder.js';
import type { Message } from '../../core/messages/message.js';
import { objectiveOf } from '../../core/objectives/objectives.js';
import type { DataReading } from '../../core/runs/dataSnapshot.js';
import type { EvaluationReport } from '../../core/runs/evaluationReport.js';
import { createLabelledData, type GroupedExample } from '../../core/train/data/labelledData.js';
import type { UnplacedScore } from '../../core/train/data/scoredData.js';
import { labelledExamples } from './readExamples.js';
import type { LabelledModel } from './labelledModel.js';

export interface EvaluatedModel {
  readonly report: EvaluationReport;
  /** Files and rows that were skipped, and how label folders are read. */
  readonly warnings: readonly Message[];
}

const BATCH = 32;

/**
 * Evaluates a classifier, regressor or tagger on labeled records. Throws `Data` or `UserInput` for
 * data without labels, and for labels that the model does not know unless invalid rows are skipped.
 */
export async function evaluateModel(
  model: LabelledModel,
  selection: DataSelection,
  reading: DataReading,
): Promise<EvaluatedModel> {
  const bad = new BadInput(selection.skipBad);
  const { examples, notes } = await labelledExamples(model, { selection, reading, bad });
  const report = await evaluateExamples(model, examples);
  return { report, warnings: [...notes, ...bad.warnings()] };
}

/** Evaluates a model on examples. `onScore` receives the prediction for each, in any order. */
export async function evaluateExamples(
  model: Pick<LabelledModel, 'task' | 'tokenizer' | 'logits'>,
  examples: readonly GroupedExample[],
  onScore: (score: UnplacedScore) => void = () => undefined,
): Promise<EvaluationReport> {
  const { task } = model;
  const objective = objectiveOf(task);
  if (objective.data === 'text') throw new RangeError('a model with labels has a task with labels');
  const pad = model.tokenizer.special.pad;
  const data = createLabelledData(
    { train: examples, heldOut: [], test: examples },
    {
      spec: { training: { batchSize: BATCH, seed: 0, accumulation: 1 }, data: { splitSeed: 0 } },
      ...{ objective, task, pad },
    },
  );
  const columns = objective.outputs(task).length;
  const loss = evaluatedAs(objective.loss(task));
  const accumulator = objective.accumulator(task);
  const outputs = objective.labelOutputs(task);
  const builder = new ReportBuilder({ split: 'data', task: task.kind, outputs });
  let [lossSum, count] = [0, 0];
  for (const { batches } of data.scored('test', { further: 0 })!.blocks) {
    for (const { batch, read } of batches) {
      const logits = await model.logits(batch);
      const sum = lossSumOf(logits, targetsOf(batch, loss, columns), loss.kind);
      const rows = batch.weights.reduce((total, weight) => total + weight, 0);
      accumulator.add(batch, { lossSum: sum, count: rows, correct: 0, logits });
      lossSum += sum;
      count += rows;
      for (const score of read(logits)) {
        const { text, ...rest } = score;
        builder.add({ ...rest, text: text ?? '' });
        onScore(score);
      }
    }
  }
  const mean = lossSum / count;
  return builder.report({ loss: mean, ...accumulator.metrics(mean) });
}
