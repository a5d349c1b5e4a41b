import { text } from 'node:stream/consumers';
import { AppError, describeError, toAppErrorData } from '../core/errors.js';
import { measurementRequestSchema } from '../core/runs/measurement.js';
import { measure } from './measure.js';
import { runTraining } from './runTraining.js';

/**
 * `trainer.js <runDir>` trains one run, or resumes it, and exits. `trainer.js --measure` reads a
 * request from standard input and writes its answer, as `core/runs/measurement.ts` says.
 */
const [directory] = process.argv.slice(2);
if (directory === undefined) {
  console.error('usage: trainer.js <run directory> | --measure');
  process.exitCode = 2;
} else if (directory === '--measure') {
  void answer();
} else {
  runTraining(directory).then(
    (outcome) => {
      process.exitCode = outcome === 'failed' ? 1 : 0;
    },
    (thrown: unknown) => {
      console.error(thrown instanceof AppError ? describeError(thrown.data).message : thrown);
      process.exitCode = 1;
    },
  );
}

async function answer(): Promise<void> {
  try {
    const request = measurementRequestSchema.parse(JSON.parse(await text(process.stdin)));
    process.stdout.write(JSON.stringify({ measurement: await measure(request) }));
  } catch (thrown) {
    process.stdout.write(JSON.stringify({ error: toAppErrorData(thrown) }));
  }
}
