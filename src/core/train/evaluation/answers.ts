import type { LabelledExample } from '../../data/examples/labelledExamples.js';
import type { LabelledObjective } from '../../objectives/objective.js';
import type { AnsweredText, TaskSpec } from '../../runs/schema.js';

/**
 * Reads predictions off the logits of `collateLabelled`'s batch of these examples, row-major
 * [rows, outputs].
 */
export function readAnswers(
  examples: readonly LabelledExample[],
  logits: Float32Array,
  { objective, task }: { objective: LabelledObjective; task: TaskSpec },
): AnsweredText[] {
  const nextRow = rowsOf(logits, objective.outputs(task).length);
  return examples.map((example) => {
    const { text, pair, file, line } = example;
    return { text, pair, file, line, answer: objective.answer(example, task, nextRow) };
  });
}

/** Yields the rows of a row-major matrix, one with each call. */
export function rowsOf(values: Float32Array, columns: number): () => Float32Array {
  let row = 0;
  return () => values.subarray(row * columns, ++row * columns);
}

/** Held-out texts to show, of as many different answers as there are, spread over the data. */
export function sampleExamples(
  examples: readonly LabelledExample[],
  count: number,
): LabelledExample[] {
  const byAnswer = new Map<string, LabelledExample[]>();
  for (const example of [...examples].sort((a, b) => (a.key < b.key ? -1 : 1))) {
    const answer = example.answer.kind === 'labels' ? example.answer.labels.join('\n') : '';
    const group = byAnswer.get(answer);
    if (group === undefined) byAnswer.set(answer, [example]);
    else group.push(example);
  }
  const groups = [...byAnswer].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
  const chosen: LabelledExample[] = [];
  for (let i = 0; chosen.length < count && groups.some((group) => group.length > i); i++) {
    for (const group of groups) {
      const example = group[i];
      if (example !== undefined && chosen.length < count) chosen.push(example);
    }
  }
  return chosen;
}
