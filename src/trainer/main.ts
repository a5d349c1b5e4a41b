import { rmSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { AppError, describeError, toAppErrorData } from '../core/errors.js';
import { parseJsonText } from '../core/jsonText.js';
import {
  estimateTaskSchema,
  memoryRequestSchema,
  type EstimateTask,
  type MemoryRequest,
} from '../core/runs/runEstimate.js';
import { ALREADY_TRAINED } from '../node/runs/localLauncher.js';
import { estimatePlannedRun } from './estimatePlannedRun.js';
import { memoryOfPlannedRun } from './memoryOfPlannedRun.js';
import { runTraining } from './runTraining.js';
import { onUncaught, reportStack } from '../node/runtime/uncaught.js';
import { ENGLISH } from '../core/messages/render.js';

/**
 * `trainer.js <runDir>` trains one run, or resumes it, and exits; with `--take-over` also where a
 * trainer that cannot be asked may own it, with `--until=<share>` only for a share of its steps.
 * `trainer.js --estimate` reads a
 * request from standard input and writes its answer, as `core/runs/runEstimate.ts` says.
 */
const UNTIL = '--until=';
/** Exit code of a process that SIGINT ended. */
const INTERRUPTED = 130;

onUncaught(reportStack);
const [directory, ...flags] = process.argv.slice(2);
if (directory === undefined) {
  console.error('usage: trainer.js <run directory> [--take-over] [--until=<share>] | --estimate');
  process.exitCode = 2;
} else if (directory === '--estimate') {
  void answer();
} else {
  runTraining(directory, { takeOver: flags.includes('--take-over'), until: untilOf(flags) }).then(
    (outcome) => {
      process.exitCode = outcome === 'failed' || outcome === 'lost' ? 1 : 0;
    },
    (thrown: unknown) => {
      console.error(
        thrown instanceof AppError ? describeError(thrown.data, ENGLISH).message : thrown,
      );
      const isOwned = thrown instanceof AppError && thrown.code === 'RunOwned';
      process.exitCode = isOwned ? ALREADY_TRAINED : 1;
    },
  );
}

/** Share of the steps to train; all of them without the flag. */
function untilOf(given: readonly string[]): number {
  const flag = given.find((one) => one.startsWith(UNTIL));
  const share = Number(flag?.slice(UNTIL.length));
  return share > 0 && share < 1 ? share : 1;
}

async function answer(): Promise<void> {
  try {
    const content = parseJsonText(await text(process.stdin));
    const request = z.union([estimateTaskSchema, memoryRequestSchema]).parse(content);
    process.stdout.write(JSON.stringify(await answerTo(request)));
  } catch (thrown) {
    process.stdout.write(JSON.stringify({ error: toAppErrorData(thrown) }));
  }
}

async function answerTo(request: EstimateTask | MemoryRequest): Promise<object> {
  if ('memoryOf' in request) return { memoryBytes: await memoryOfPlannedRun(request.memoryOf) };
  // Ctrl+C ends the process that would remove the folder, too.
  process.once('SIGINT', () => {
    rmSync(request.folder, { recursive: true, force: true });
    process.exit(INTERRUPTED);
  });
  return { estimate: await estimatePlannedRun(request) };
}
