import { describe, expect, it } from 'vitest';
import { answerRun, answerRunList, runNamed } from '../../../src/host/runs/runToolAnswers.js';
import type { RunSummary } from '../../../src/node/runs/runReader.js';
import { storedRun } from './storedRun.js';

function seeded(seed: number, perplexity: number): RunSummary {
  const run = storedRun({
    id: `20261128-00000${seed}-calm-otter`,
    group: 'one',
    status: 'finished',
    state: { latest: { loss: Math.log(perplexity), perplexity } },
  });
  return { ...run, facts: { ...run.facts!, seed } };
}

describe('the answers to a chat', () => {
  const runs = [seeded(0, 10), seeded(1, 11), seeded(2, 12)];

  it('give n and interval with each mean, and say how to read them', () => {
    const answer = answerRunList(runs, undefined) as {
      notes: string[];
      groups: { n: number; mean: number; interval95: { low: number; high: number } }[];
    };
    expect(answer.groups).toHaveLength(1);
    expect(answer.groups[0]).toMatchObject({ n: 3, mean: 11 });
    expect(answer.groups[0]!.interval95.low).toBeLessThan(10);
    expect(answer.notes.join(' ')).toMatch(/cannot be compared/);
    expect(JSON.stringify(answer)).not.toMatch(/significant/i);
  });

  it('list the runs of one experiment if wanted, and no more than a chat can take', () => {
    expect(answerRunList(runs, 'other')).toMatchObject({ groups: [], omitted: 0 });
    const many = Array.from({ length: 60 }, (_, i): RunSummary => {
      const run = storedRun({ id: `20261128-0000${i}-run`, status: 'stopped' });
      return { ...run, facts: { ...run.facts!, group: String(i) } };
    });
    const { groups, omitted } = answerRunList(many, undefined) as {
      groups: unknown[];
      omitted: number;
    };
    expect([groups.length, omitted]).toEqual([50, 10]);
  });

  it('tell of one run, that it is one seed', () => {
    const answer = answerRun(runs[0]!);
    expect(answer).toMatchObject({ status: 'finished', canStart: false, canStop: false });
    expect(JSON.stringify(answer)).toContain('n is 1');
  });

  it('take a name only if one run has it', () => {
    expect(runNamed(runs, '20261128-000001-calm-otter')).toBe(runs[1]);
    expect(runNamed(runs, 'calm-otter')).toBeNull();
    expect(runNamed([runs[0]!], 'calm-otter')).toBe(runs[0]);
    expect(runNamed(runs, '../x')).toBeNull();
  });
});
