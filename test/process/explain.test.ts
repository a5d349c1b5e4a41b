import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const cli = path.join(import.meta.dirname, '../../dist/cli.js');

function masklab(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8' });
}

interface Explained {
  readonly logOdds: number;
  readonly words: readonly { text: string; start: number; end: number; occlusion: number }[];
}

describe('masklab explain', () => {
  const text = 'The captain looked at the ____ and the waves.';

  it('gives the change of log-odds that masklab fill gives for one masked word after the other', () => {
    const { stdout, stderr } = masklab('explain', text, '--word', 'sea', '--json');
    expect(stderr).toBe('');
    const { logOdds, words } = JSON.parse(stdout) as Explained;
    expect(words.map((word) => word.text)).toEqual([
      ...['The', 'captain', 'looked', 'at', 'the', 'and', 'the', 'waves'],
    ]);
    /** Log-odds of the word at the mask that was blank before. */
    const filled = (masked: string): number => {
      const blank = masked.indexOf('____');
      const answer = masklab('fill', masked, '--target', 'sea', '--json');
      const { masks } = JSON.parse(answer.stdout) as {
        masks: { start: number; targets: { probability: number }[] }[];
      };
      const { targets } = masks.find(({ start }) => start === blank)!;
      const { probability: p } = targets[0]!;
      return Math.log(p / (1 - p));
    };
    expect(logOdds).toBeCloseTo(filled(text), 4);
    for (const { start, end, occlusion } of words.slice(1, 5)) {
      const masked = `${text.slice(0, start)}[MASK]${text.slice(end)}`;
      expect(occlusion).toBeCloseTo(logOdds - filled(masked), 4);
    }
  });

  it('prints words with their values and the statement, and says what it cannot explain', () => {
    const { stdout } = masklab('explain', text, '--word', 'sea');
    expect(stdout).toMatch(/^sea \(.*%\) leans on these words/);
    expect(stdout).toMatch(/^ {2}captain +[+-]\d\.\d\d +[+-]\d\.\d\d$/m);
    expect(stdout).toContain('attention weights are not used');
    const missing = masklab('explain', 'no mask');
    expect([missing.status, missing.stderr]).toEqual([2, expect.stringContaining('has no mask')]);
    const foreign = masklab('explain', text, '--word', '   ');
    expect([foreign.status, foreign.stderr]).toEqual([2, expect.stringContaining('cannot spell')]);
  });
});
