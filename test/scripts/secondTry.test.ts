import { describe, expect, it } from 'vitest';
import { runWithSecondTry } from '../workbench/kit/secondTry.js';

const PASSED = { passed: 2, failed: 0, skipped: 0 };
const FAILED = { passed: 1, failed: 1, skipped: 0 };

async function runs(results: Record<string, (typeof PASSED)[]>) {
  const lines: string[] = [];
  const started: string[] = [];
  let running = 0;
  let most = 0;
  const total = await runWithSecondTry(Object.keys(results), {
    run: async (suite) => {
      started.push(suite);
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      return results[suite]!.shift()!;
    },
    tell: (line) => lines.push(line),
    atATime: 2,
  });
  return { total, lines, started, most };
}

describe('runWithSecondTry', () => {
  it('tells of a suite that passes only at the second try', async () => {
    const { total, lines } = await runs({ a: [PASSED], b: [FAILED, PASSED] });
    expect(total).toEqual({ passed: 4, failed: 0, skipped: 0 });
    expect(lines).toContain('FLAKY: b passed at the second try');
  });

  it('fails where a suite fails twice', async () => {
    const { total, lines } = await runs({ a: [FAILED, FAILED], b: [PASSED] });
    expect(total).toEqual({ passed: 3, failed: 1, skipped: 0 });
    expect(lines.join()).not.toContain('FLAKY');
  });

  it('runs as many at a time as it is told, and second tries at the end', async () => {
    const { started, most } = await runs({
      a: [FAILED, PASSED],
      b: [PASSED],
      c: [PASSED],
    });
    expect(most).toBe(2);
    expect(started).toEqual(['a', 'b', 'c', 'a']);
  });
});
