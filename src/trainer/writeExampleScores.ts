import { objectiveOf } from '../core/objectives/objectives.js';
import { SCORED_SPLITS, type ExampleScoresHeader } from '../core/runs/exampleScores.js';
import type { RunSpec } from '../core/runs/schema.js';
import { ScoreFile } from '../node/runs/exampleScoreFiles.js';
import type { PreparedRun } from './prepare.js';

/**
 * Writes the finished model's predictions and losses of single examples, as metrics over them,
 * confusions and comparisons of runs need them after the model is gone.
 */
export async function writeExampleScores(
  directory: string,
  { spec, prepared, step }: { spec: RunSpec; prepared: PreparedRun; step: number },
): Promise<void> {
  const { engine, data } = prepared;
  const { task } = spec;
  for (const split of SCORED_SPLITS) {
    const scored = data.scored(split);
    if (scored === null) continue;
    const { examples, evaluated, total } = scored;
    const outputs = [...objectiveOf(task).outputs(task)];
    const counts = { examples, evaluated, total };
    const header: ExampleScoresHeader = {
      ...{ version: 1, split, task: task.kind, outputs, step },
      ...counts,
    };
    const file = new ScoreFile(directory, header);
    try {
      for (const { batch, read } of scored.batches()) {
        file.add(read(await engine.logits(batch)));
      }
      file.finish();
    } finally {
      file.close();
    }
  }
}
