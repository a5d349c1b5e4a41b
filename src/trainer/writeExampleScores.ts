import { message, type Message } from '../core/messages/message.js';
import { objectiveOf } from '../core/objectives/objectives.js';
import {
  MAX_SCORE_BYTES,
  SCORED_SPLITS,
  TRAINED_PER_SCORED,
  type ExampleScoresHeader,
} from '../core/runs/exampleScores.js';
import type { RunSpec } from '../core/runs/schema.js';
import { byKey, type ScoredBlock } from '../core/train/data/scoredData.js';
import { ScoreFile } from '../node/runs/exampleScoreFiles.js';
import type { PreparedRun } from './prepare.js';

export interface ScoredRun {
  readonly spec: RunSpec;
  readonly prepared: Pick<PreparedRun, 'engine' | 'data'>;
  /** Step of the model. */
  readonly step: number;
  /** Steps that the run was trained for. */
  readonly trainedSteps: number;
  /** Called before each batch; true ends the files early. */
  readonly isStopRequested: () => boolean;
  readonly log: (said: Message) => void;
  /** Default: `MAX_SCORE_BYTES`. */
  readonly maxBytes?: number;
}

/**
 * Writes the finished model's predictions and losses of single examples, as metrics over them,
 * confusions and comparisons of runs need them after the model is gone. Logs what a limit leaves out.
 */
export async function writeExampleScores(directory: string, run: ScoredRun): Promise<void> {
  const { spec, prepared, step, maxBytes = MAX_SCORE_BYTES } = run;
  const { task, training } = spec;
  const trained = run.trainedSteps * training.batchSize * training.accumulation;
  const outputs = [...objectiveOf(task).outputs(task)];
  for (const split of SCORED_SPLITS) {
    const scored = prepared.data.scored(split, {
      further: Math.floor(trained / TRAINED_PER_SCORED),
    });
    if (scored === null) continue;
    const { evaluated, total, blocks } = scored;
    const file = new ScoreFile(directory, {
      ...{ version: 1, split, task: task.kind, outputs, step, evaluated, total, maxBytes },
    });
    try {
      const header = file.finish(await scoreInto(file, blocks, run));
      if (header.limitedBy !== null)
        run.log(limitMessage(header, header.limitedBy, { file: file.name, maxBytes }));
    } finally {
      file.close();
    }
  }
}

/** Scores blocks until the file is full. Resolves to the limit that applies if examples are missing. */
async function scoreInto(
  file: ScoreFile,
  blocks: Iterable<ScoredBlock>,
  { prepared, isStopRequested }: ScoredRun,
): Promise<'size' | 'time' | 'stop'> {
  for (const { isEvaluated: evaluated, batches } of blocks) {
    const scores = [];
    for (const { batch, read } of batches) {
      if (isStopRequested()) return 'stop';
      scores.push(...read(await prepared.engine.logits(batch)));
    }
    const rows = scores.sort(byKey).map((score) => ({ evaluated, ...score }));
    if (!file.add(rows)) return 'size';
  }
  return 'time';
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
