import { AppError, describeError } from '../core/errors.js';
import { runTraining } from './runTraining.js';

/** `trainer.js <runDir>`: trains one run, or resumes it, and exits. */
const directory = process.argv[2];
if (directory === undefined) {
  console.error('usage: trainer.js <run directory>');
  process.exitCode = 2;
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
