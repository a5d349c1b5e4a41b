import type { EvaluatedRows } from '../objectives/accumulators.js';
import { objectiveOf } from '../objectives/objectives.js';
import type { ExampleScore } from '../runs/exampleScores.js';
import type { HeldOutMetrics } from '../runs/metrics.js';
import type { TaskSpec } from '../runs/schema.js';
import type { ScoredAnswer } from './answerTexts.js';

/**
 * Metrics over scored examples of one or several runs, as `evaluate` computes them over batches: the
 * loss is the mean over all texts, words or numbers, and F1 and correlation are those of all rows
 * together. Throws `RangeError` without examples of the task.
 */
export function pooledMetrics(
  task: TaskSpec,
  scores: readonly Pick<ExampleScore, 'nll' | 'scored'>[],
): HeldOutMetrics {
  const objective = objectiveOf(task);
  if (objective.data !== 'labelled') throw new RangeError(`${task.kind} has no labels`);
  const outputs = objective.outputs(task);
  const isSeveral = objective.labelOutputs(task)?.multiLabel === true;
  const accumulator = objective.accumulator(task);
  let [lossSum, count] = [0, 0];
  for (const { nll, scored } of scores) {
    if (scored.kind !== 'answer') continue;
    const logits = Float32Array.from(scored.logits.flat());
    const rows = rowsOf(scored.answer, { outputs, isSeveral });
    accumulator.add(rows, { lossSum: 0, correct: 0, count: nll.length, logits });
    lossSum += nll.reduce((sum, value) => sum + value, 0);
    count += nll.length;
  }
  if (count === 0) throw new RangeError('metrics of nothing');
  const loss = lossSum / count;
  return { loss, ...accumulator.metrics(loss) };
}

/** Targets of the texts or words of an answer. */
function rowsOf(
  answer: ScoredAnswer['answer'],
  { outputs, isSeveral }: { readonly outputs: readonly string[]; readonly isSeveral: boolean },
): EvaluatedRows {
  const indices = (labels: readonly string[]): EvaluatedRows => ({
    weights: new Float32Array(labels.length).fill(1),
    labels: BigInt64Array.from(labels, (label) => BigInt(outputs.indexOf(label))),
    values: null,
  });
  const values = (targets: readonly number[]): EvaluatedRows => ({
    weights: Float32Array.of(1),
    labels: BigInt64Array.of(0n),
    values: Float32Array.from(targets),
  });
  switch (answer.kind) {
    case 'tags':
      return indices(answer.words.map(({ expected }) => expected));
    case 'numbers':
      return values(answer.expected);
    case 'labels':
      return isSeveral
        ? values(outputs.map((label) => Number(answer.expected.includes(label))))
        : indices(answer.expected);
  }
}
