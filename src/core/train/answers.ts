import type { LabelledExample } from '../data/examples/labelledExamples.js';
import { NO_LABEL } from '../data/examples/labelledExamples.js';
import { logSumExp } from '../predict/probabilities.js';
import type { AnsweredText } from '../runs/schema.js';
import type { LabelledTask } from './labelledData.js';

export interface LabelProbability {
  readonly label: string;
  readonly probability: number;
}

/**
 * Probabilities of labels from a row of logits, in the order of the labels: of exactly one of them
 * (softmax), or of each by itself (sigmoid).
 */
export function labelProbabilities(
  logits: Float32Array,
  { labels, multiLabel }: { labels: readonly string[]; multiLabel: boolean },
): LabelProbability[] {
  const normalizer = multiLabel ? 0 : logSumExp(logits);
  return labels.map((label, i) => ({
    label,
    probability: multiLabel ? 1 / (1 + Math.exp(-logits[i]!)) : Math.exp(logits[i]! - normalizer),
  }));
}

/** Labels that are predicted: the most probable one, or all that are more likely than not. */
export function predictedLabels(
  probabilities: readonly LabelProbability[],
  { multiLabel }: { multiLabel: boolean },
): string[] {
  if (multiLabel) {
    return probabilities.filter(({ probability }) => probability > 0.5).map(({ label }) => label);
  }
  const best = probabilities.reduce((a, b) => (b.probability > a.probability ? b : a));
  return [best.label];
}

/** The most probable first; ties in the order of the labels. */
export function ranked(probabilities: readonly LabelProbability[]): LabelProbability[] {
  return [...probabilities].sort((a, b) => b.probability - a.probability);
}

const SHOWN_LABELS = 3;

/**
 * Reads what a model answers off the logits of `collateLabelled`'s batch of these examples, row-major
 * [rows, labels or outputs].
 */
export function readAnswers(
  examples: readonly LabelledExample[],
  logits: Float32Array,
  task: LabelledTask,
): AnsweredText[] {
  const width = task.kind === 'regression' ? task.outputs.length : task.labels.length;
  let row = 0;
  const nextRow = (): Float32Array => logits.subarray(row * width, ++row * width);
  return examples.map((example) => {
    const { text, pair, file, line } = example;
    return { text, pair, file, line, answer: answerOf(example, task, nextRow) };
  });
}

function answerOf(
  example: LabelledExample,
  task: LabelledTask,
  nextRow: () => Float32Array,
): AnsweredText['answer'] {
  const { answer } = example;
  if (answer.kind === 'tags') {
    const { labels } = task as Extract<LabelledTask, { kind: 'token-classification' }>;
    const words = example.words.flatMap(({ start, end }, word) => {
      const token = example.wordTokens[word]!;
      if (token === -1 || example.labels[token] === NO_LABEL) return [];
      const [predicted] = predictedLabels(
        labelProbabilities(nextRow(), { labels, multiLabel: false }),
        { multiLabel: false },
      );
      return [{ start, end, expected: answer.tags[word]!, predicted: predicted! }];
    });
    return { kind: 'tags', words };
  }
  const logits = nextRow();
  if (task.kind === 'regression') {
    const { numbers } = answer as Extract<typeof answer, { kind: 'numbers' }>;
    return {
      kind: 'numbers',
      names: task.outputs,
      expected: [...numbers],
      predicted: Array.from(logits),
    };
  }
  const multiLabel = task.kind === 'classification' && task.multiLabel;
  const probabilities = labelProbabilities(logits, { labels: task.labels, multiLabel });
  if (answer.kind === 'numbers') {
    return {
      kind: 'numbers',
      names: task.labels,
      expected: [...answer.numbers],
      predicted: probabilities.map(({ probability }) => probability),
    };
  }
  return {
    kind: 'labels',
    expected: [...answer.labels],
    predicted: predictedLabels(probabilities, { multiLabel }),
    probabilities: ranked(probabilities).slice(0, SHOWN_LABELS),
  };
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
