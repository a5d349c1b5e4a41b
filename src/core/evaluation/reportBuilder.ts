import type { TaskKind } from '../runs/schema.js';
import type { ExampleScore } from '../runs/exampleScores.js';
import {
  MAX_WORST,
  MAX_WORST_TEXT,
  type EvaluationReport,
  type WorstExample,
} from '../runs/evaluationReport.js';
import type { LabelOutputs } from '../predict/labelProbabilities.js';
import { LabelStatistics } from './labelStatistics.js';

/** An example of a split with its prediction. */
export interface PredictedExample extends Pick<ExampleScore, 'file' | 'line' | 'nll' | 'scored'> {
  readonly text: string;
}

export interface ReportedSplit {
  readonly split: EvaluationReport['split'];
  readonly task: TaskKind;
  /** `null` for a task that predicts numbers. */
  readonly outputs: LabelOutputs | null;
}

/** Collects predictions of labeled examples, and reports on them. */
export class ReportBuilder {
  private readonly statistics: LabelStatistics | null;
  private worst: WorstExample[] = [];
  private examples = 0;

  constructor(private readonly reported: ReportedSplit) {
    this.statistics = reported.outputs === null ? null : new LabelStatistics(reported.outputs);
  }

  add(example: PredictedExample): void {
    const { scored, nll, text, file, line } = example;
    if (scored.kind !== 'answer') return;
    this.examples++;
    this.count(scored);
    const told = mistakeOf(scored.answer, text);
    if (told === null) return;
    const loss = nll.reduce((a, b) => a + b, 0) / Math.max(1, nll.length);
    this.worst.push({ file, line, text: shortened(text), ...told, loss });
    if (this.worst.length > 2 * MAX_WORST) this.worst = worstOf(this.worst);
  }

  report(metrics: Readonly<Record<string, number>>): EvaluationReport {
    const { split, task } = this.reported;
    return {
      ...{ split, task, examples: this.examples, metrics: { ...metrics } },
      labels: this.statistics?.report() ?? null,
      worst: worstOf(this.worst),
    };
  }

  private count({ answer, logits }: Answered): void {
    const { statistics } = this;
    const outputs = this.reported.outputs?.labels ?? [];
    const rows = logits.map((row) => Float32Array.from(row));
    switch (answer.kind) {
      case 'labels':
        statistics?.add(answer.expected, rows[0]!);
        break;
      case 'numbers':
        // A distribution over labels counts as its most probable one.
        statistics?.add([outputs[largestOf(answer.expected)]!], rows[0]!);
        break;
      case 'tags':
        answer.words.forEach(({ expected }, i) => statistics?.add([expected], rows[i]!));
        break;
    }
  }
}

type Answered = Extract<ExampleScore['scored'], { kind: 'answer' }>;

/** Expected and predicted answer in words; `null` for a correct one. */
function mistakeOf(
  answer: Answered['answer'],
  text: string,
): Pick<WorstExample, 'expected' | 'predicted'> | null {
  switch (answer.kind) {
    case 'labels': {
      const [expected, predicted] = [listed(answer.expected), listed(answer.predicted)];
      return expected === predicted ? null : { expected, predicted };
    }
    case 'numbers':
      return { expected: numbersText(answer.expected), predicted: numbersText(answer.predicted) };
    case 'tags': {
      const wrong = answer.words.filter(({ expected, predicted }) => expected !== predicted);
      if (wrong.length === 0) return null;
      const tagged = (name: 'expected' | 'predicted'): string =>
        wrong.map((word) => `${text.slice(word.start, word.end)}/${word[name]}`).join(' ');
      return {
        expected: shortened(tagged('expected')),
        predicted: shortened(tagged('predicted')),
      };
    }
  }
}

/** Labels in a fixed order; a dash for none. */
function listed(labels: readonly string[]): string {
  return labels.length === 0 ? '–' : [...labels].sort().join(', ');
}

function numbersText(numbers: readonly number[]): string {
  return numbers.map((number) => String(Number(number.toPrecision(4)))).join(', ');
}

function largestOf(values: readonly number[]): number {
  return values.indexOf(Math.max(...values));
}

function worstOf(examples: readonly WorstExample[]): WorstExample[] {
  return [...examples].sort((a, b) => b.loss - a.loss).slice(0, MAX_WORST);
}

function shortened(text: string): string {
  return text.length <= MAX_WORST_TEXT ? text : `${text.slice(0, MAX_WORST_TEXT - 1)}…`;
}
