import type { TaskKind } from '../runs/schema.js';
import type { ExampleScore } from '../runs/exampleScores.js';
import { MAX_WORST, type EvaluationReport, type WorstExample } from '../runs/evaluationReport.js';
import type { LabelOutputs } from '../predict/labelProbabilities.js';
import { answerTexts, largestOf, meanLoss, shortened, type ScoredAnswer } from './answerTexts.js';
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
    const { isWrong, ...told } = answerTexts(scored, text);
    if (!isWrong) return;
    this.worst.push({ file, line, text: shortened(text), ...told, loss: meanLoss(nll) });
    if (this.worst.length > 2 * MAX_WORST) this.worst = worstOf(this.worst);
  }

  /** Decision threshold that is best on these examples; `null` unless there are two labels. */
  threshold(): number | null {
    return this.statistics?.threshold() ?? null;
  }

  /** `threshold` was chosen on other examples, or is `null`. */
  report(
    metrics: Readonly<Record<string, number>>,
    threshold: number | null = null,
  ): EvaluationReport {
    const { split, task } = this.reported;
    return {
      ...{ split, task, examples: this.examples, metrics: { ...metrics } },
      labels: this.statistics?.report(threshold) ?? null,
      worst: worstOf(this.worst),
    };
  }

  private count({ answer, logits }: ScoredAnswer): void {
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

function worstOf(examples: readonly WorstExample[]): WorstExample[] {
  return [...examples].sort((a, b) => b.loss - a.loss).slice(0, MAX_WORST);
}
