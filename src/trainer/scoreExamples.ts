import { shortened } from '../core/evaluation/answerTexts.js';
import { ReportBuilder } from '../core/evaluation/reportBuilder.js';
import { message, type Message } from '../core/messages/message.js';
import { objectiveOf } from '../core/objectives/objectives.js';
import {
  MAX_SCORE_BYTES,
  MAX_SCORED_TEXT,
  SCORED_SPLITS,
  TRAINED_PER_SCORED,
  type ExampleScoresHeader,
  type ScoredSplit,
} from '../core/runs/exampleScores.js';
import type { EvaluationReport } from '../core/runs/evaluationReport.js';
import type { RunSpec } from '../core/runs/schema.js';
import { byKey, type ScoredBlock, type UnplacedScore } from '../core/train/data/scoredData.js';
import { ScoreFile } from '../node/runs/exampleScoreFiles.js';
import type { PreparedRun } from './prepare.js';

export interface ScoredRun {
  readonly spec: RunSpec;
  readonly prepared: Pick<PreparedRun, 'engine' | 'data'>;
  /** Step of the model. */
  readonly step: number;
  /** Steps that the run was trained for. */
  readonly trainedSteps: number;
  /** Metrics that the run reports for a split; `null` without an evaluation. */
  readonly metrics: (split: ScoredSplit) => Readonly<Record<string, number>> | null;
  /** Called before each batch; true ends the files early. */
  readonly isStopRequested: () => boolean;
  readonly log: (said: Message) => void;
  /** Default: `MAX_SCORE_BYTES`. */
  readonly maxBytes?: number;
}

/**
 * Scores single examples with the finished model. Writes predictions and losses, as metrics over
 * them, confusions and comparisons of runs need them after the model is gone, and logs what a limit
 * leaves out. Returns reports on the examples that the metrics are computed from; none for running
 * text.
 */
export async function scoreExamples(
  directory: string,
  run: ScoredRun,
): Promise<EvaluationReport[]> {
  const { spec, prepared, step, maxBytes = MAX_SCORE_BYTES } = run;
  const { task, training } = spec;
  const objective = objectiveOf(task);
  const isReported = objective.data === 'labelled';
  if (training.noExampleScores && !isReported) return [];
  const trained = run.trainedSteps * training.batchSize * training.accumulation;
  const outputs = [...objective.outputs(task)];
  const reports: EvaluationReport[] = [];
  let threshold: number | null = null;
  for (const split of SCORED_SPLITS) {
    const further = training.noExampleScores ? 0 : Math.floor(trained / TRAINED_PER_SCORED);
    const scored = prepared.data.scored(split, { further });
    if (scored === null) continue;
    const { evaluated, total, blocks } = scored;
    const report = isReported
      ? new ReportBuilder({ split, task: task.kind, outputs: objective.labelOutputs(task) })
      : null;
    const file = training.noExampleScores
      ? null
      : new ScoreFile(directory, {
          ...{ version: 1, split, task: task.kind, outputs, step, evaluated, total, maxBytes },
        });
    try {
      const limit = await scoreInto({ file, report }, blocks, run);
      const header = file?.finish(limit);
      if (file !== null && header !== undefined && header.limitedBy !== null)
        run.log(limitMessage(header, header.limitedBy, { file: file.name, maxBytes }));
    } finally {
      file?.close();
    }
    const metrics = run.metrics(split);
    if (report === null || metrics === null) continue;
    reports.push(report.report(metrics, threshold));
    // Chosen on the held-out split, reported on the test split.
    threshold = report.threshold();
  }
  return reports;
}

interface Sinks {
  readonly file: ScoreFile | null;
  readonly report: ReportBuilder | null;
}

/** Scores blocks until the file is full. Resolves to the limit that applies if examples are missing. */
async function scoreInto(
  { file, report }: Sinks,
  blocks: Iterable<ScoredBlock>,
  { prepared, isStopRequested }: ScoredRun,
): Promise<'size' | 'time' | 'stop'> {
  let isFull = false;
  for (const { isEvaluated: evaluated, batches } of blocks) {
    const scores: UnplacedScore[] = [];
    for (const { batch, read } of batches) {
      if (isStopRequested()) return 'stop';
      scores.push(...read(await prepared.engine.logits(batch)));
    }
    const rows = scores.sort(byKey).map(({ text, ...score }) => {
      if (evaluated && text !== null) report?.add({ ...score, text });
      const told = text === null ? {} : { text: shortened(text, MAX_SCORED_TEXT) };
      return { evaluated, ...score, ...told };
    });
    if (file !== null && !isFull) isFull = !file.add(rows);
    if (isFull && (report === null || !evaluated)) return 'size';
  }
  return isFull ? 'size' : 'time';
}

function limitMessage(
  { examples: written, total }: ExampleScoresHeader,
  limitedBy: NonNullable<ExampleScoresHeader['limitedBy']>,
  { file, maxBytes }: { file: string; maxBytes: number },
): Message {
  switch (limitedBy) {
    case 'size':
      return message('training.exampleScoresBySize', {
        ...{ file, written, total },
        limit: { bytes: maxBytes },
      });
    case 'time':
      return message('training.exampleScoresByTime', { file, written, total });
    case 'stop':
      return message('training.exampleScoresByStop', { file, written, total });
  }
}
