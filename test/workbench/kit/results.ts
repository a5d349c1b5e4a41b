/** Counts of a Mocha suite, written to a file so that `npm test` can add up every suite. */
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';
import { COUNTS_FILE, type SuiteCounts } from './counts.js';

/** Runs what is loaded and resolves to its counts. */
export async function runMocha(mocha: Mocha): Promise<SuiteCounts> {
  await mocha.loadFilesAsync();
  const counts: SuiteCounts = { passed: 0, failed: 0, skipped: 0 };
  return new Promise((resolve) => {
    mocha
      .run(() => {
        const file = process.env[COUNTS_FILE];
        if (file !== undefined) writeFileSync(file, JSON.stringify(counts));
        resolve(counts);
      })
      .on(Mocha.Runner.constants.EVENT_TEST_PASS, () => counts.passed++)
      .on(Mocha.Runner.constants.EVENT_TEST_FAIL, () => counts.failed++)
      .on(Mocha.Runner.constants.EVENT_TEST_PENDING, () => counts.skipped++);
  });
}
