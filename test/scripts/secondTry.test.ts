import { describe, expect, it } from 'vitest';
import { runWithSecondTry } from '../workbench/kit/secondTry.js';

const PASSED = { passed: 2, failed: 0, skipped: 0 };
const FAILED = { passed: 1, failed: 1, skipped: 0 };

function runs(results: Record<string, (typeof PASSED)[]>) {
  const lines: string[] = [];
  const total = runWithSecondTry(Object.keys(results), {
    run: (suite) => results[suite]!.shift()!,
    tell: (line) => lines.push(line),
  });
  return { total, lines };
}

describe('runWithSecondTry', () => {
  it('tells of a suite that passes only at the second try', () => {
    const { total, lines } = runs({ a: [PASSED], b: [FAILED, PASSED] });
    expect(total).toEqual({ passed: 4, failed: 0, skipped: 0 });
    expect(lines).toContain('FLAKY: b passed at the second try');
  });

  it('fails where a suite fails twice', () => {
    const { total, lines } = runs({ a: [FAILED, FAILED], b: [PASSED] });
    expect(total).toEqual({ passed: 3, failed: 1, skipped: 0 });
    expect(lines.join()).not.toContain('FLAKY');
  });
});
