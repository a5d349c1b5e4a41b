import type { TrainingBatch } from '../core/batches/batch.js';
import type { EvaluationSums } from '../core/batches/evaluationSums.js';
import { expectedLabels } from '../core/evaluation/expectedLabels.js';
import { LabelStatistics } from '../core/evaluation/labelStatistics.js';
import { objectiveOf } from '../core/objectives/objectives.js';
import type { LabelOutputs } from '../core/predict/labelProbabilities.js';
import { HELD_OUT_METRIC_NAMES } from '../core/runs/metrics.js';
import type { MetricsRow, RunSpec } from '../core/runs/schema.js';
import { writeEvaluationSync } from '../node/runs/evaluationFile.js';

/** Rows × labels of which every evaluation of a run draws ROC curves, so that they delay no step. */
const MAX_LIVE_SCORES = 1 << 18;

/** Reports on the held-out data of a run that still trains, label by label, at each evaluation. */
export class LiveEvaluation {
  private statistics: LabelStatistics;

  private constructor(
    private readonly outputs: LabelOutputs,
    private readonly run: { readonly directory: string; readonly task: RunSpec['task'] },
  ) {
    this.statistics = new LabelStatistics(outputs, MAX_LIVE_SCORES);
  }

  /** `null` for a task without labels. */
  static of({ task }: RunSpec, directory: string): LiveEvaluation | null {
    const objective = objectiveOf(task);
    const outputs = objective.data === 'labelled' ? objective.labelOutputs(task) : null;
    return outputs === null ? null : new LiveEvaluation(outputs, { directory, task });
  }

  add(batch: TrainingBatch, { logits }: EvaluationSums): void {
    if (logits === null) return;
    const count = this.outputs.labels.length;
    batch.weights.forEach((weight, row) => {
      if (weight === 0) return;
      const expected = expectedLabels(batch, row, this.outputs);
      this.statistics.add(expected, logits.subarray(row * count, (row + 1) * count));
    });
  }

  /** Writes the report of an evaluation, whose metrics are given. */
  finish({ step, ...row }: MetricsRow): void {
    const { directory, task } = this.run;
    const metrics: Record<string, number> = {};
    for (const name of HELD_OUT_METRIC_NAMES) {
      const value = row[name];
      if (value !== undefined) metrics[name] = value;
    }
    const { statistics } = this;
    this.statistics = new LabelStatistics(this.outputs, MAX_LIVE_SCORES);
    const report = {
      split: 'heldOut',
      task: task.kind,
      examples: statistics.size,
      metrics,
    } as const;
    writeEvaluationSync(directory, {
      ...{ version: 1, step },
      reports: [{ ...report, labels: statistics.report(), worst: [] }],
    });
  }
}
