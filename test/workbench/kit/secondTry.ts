import type { SuiteCounts } from './counts.js';

/**
 * Runs suites, several at a time, and adds up their counts. Those that fail are run once more at
 * the end, one by one, so that no other suite slows them: the second result counts, and a
 * difference is told, since it is a flaw of the suite or of the product.
 */
export async function runWithSecondTry(
  suites: readonly string[],
  {
    run,
    tell,
    atATime,
  }: {
    run: (suite: string) => Promise<SuiteCounts>;
    tell: (line: string) => void;
    atATime: number;
  },
): Promise<SuiteCounts> {
  const total: SuiteCounts = { passed: 0, failed: 0, skipped: 0 };
  const add = (counts: SuiteCounts): void => {
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
  };
  const waiting = [...suites];
  const failed: string[] = [];
  const runNext = async (): Promise<void> => {
    for (let suite = waiting.shift(); suite !== undefined; suite = waiting.shift()) {
      const counts = await run(suite);
      if (counts.failed === 0) {
        add(counts);
      } else {
        tell(`${suite} failed and is run once more at the end`);
        failed.push(suite);
      }
    }
  };
  await Promise.all(Array.from({ length: atATime }, runNext));
  const told: string[] = [];
  for (const suite of failed) {
    const counts = await run(suite);
    if (counts.failed === 0) told.push(`FLAKY: ${suite} passed at the second try`);
    add(counts);
  }
  told.forEach(tell);
  return total;
}
