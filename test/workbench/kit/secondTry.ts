import type { SuiteCounts } from './counts.js';

/**
 * Runs suites one by one and adds up their counts. A suite that fails is run once more: the second
 * result counts, and a difference is told, since it is a flaw of the suite or of the product.
 */
export function runWithSecondTry(
  suites: readonly string[],
  { run, tell }: { run: (suite: string) => SuiteCounts; tell: (line: string) => void },
): SuiteCounts {
  const total: SuiteCounts = { passed: 0, failed: 0, skipped: 0 };
  const told: string[] = [];
  for (const suite of suites) {
    let counts = run(suite);
    if (counts.failed > 0) {
      tell(`${suite} failed and is run once more`);
      counts = run(suite);
      if (counts.failed === 0) told.push(`FLAKY: ${suite} passed at the second try`);
    }
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
  }
  told.forEach(tell);
  return total;
}
