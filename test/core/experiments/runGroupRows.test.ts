import { describe, expect, it } from 'vitest';
import { runGroupRows, type GroupedRun } from '../../../src/core/experiments/runGroupRows.js';
import { factsOf } from '../../../src/core/specs/runFacts.js';
import { specOf } from '../../support/syntheticRuns.js';

let count = 0;

function run(
  rate: number,
  seed: number,
  perplexity: number | null,
  more: Partial<GroupedRun> = {},
): GroupedRun {
  const spec = specOf('calm-otter');
  const facts = factsOf({
    ...spec,
    optimizer: { ...spec.optimizer, learningRate: rate },
    training: { ...spec.training, seed },
  });
  return {
    id: `run-${String(count++).padStart(3, '0')}`,
    name: 'calm-otter',
    status: perplexity === null ? 'stopped' : 'finished',
    facts,
    state: { latest: perplexity === null ? null : { perplexity } },
    ...more,
  };
}

describe('groups of runs', () => {
  it('are one row over their seeds, named by what differs', () => {
    const rows = runGroupRows([run(1e-3, 0, 10), run(1e-3, 1, 12), run(5e-4, 0, 9)]);
    expect(rows.map(({ name, finished, runs }) => [name, finished, runs.length])).toEqual([
      ['lr 0.001', 2, 2],
      ['lr 5e-4', 1, 1],
    ]);
    expect(rows[0]!.estimate!.mean).toBe(11);
    expect(rows[0]!.estimate!.interval).not.toBeNull();
    expect(rows[1]!.estimate!.interval).toBeNull();
  });

  it('say which policies mask their held-out text otherwise than the first of the experiment', () => {
    const masked = (rate: number, experiment: string): GroupedRun => {
      const spec = specOf('calm-otter');
      const { masking } = spec;
      const facts = factsOf({ ...spec, experiment, masking: { ...masking!, rate } });
      return { ...run(1e-3, 0, 10), facts };
    };
    const rows = runGroupRows([masked(0.15, 'a'), masked(0.3, 'a'), masked(0.3, 'b')]);
    expect(rows.map(({ otherItems }) => otherItems)).toEqual([[], ['masking.rate'], []]);
  });

  it('are named by their arm in a study', () => {
    const one = run(1e-3, 0, 10);
    const study = { id: 's', arm: 'opinion-words', kind: 'masking' as const };
    const [row] = runGroupRows([{ ...one, facts: { ...one.facts!, study } }, run(5e-4, 0, 9)]);
    expect(row!.name).toBe('opinion-words');
  });

  it('count a seed once, by its newest result, and only finished runs', () => {
    const [row] = runGroupRows([run(1e-3, 0, 10), run(1e-3, 0, 20), run(1e-3, 1, null)]);
    expect(row!.finished).toBe(1);
    expect(row!.estimate!.mean).toBe(20);
    expect(row!.runs).toHaveLength(3);
  });

  it('have no result before one has finished, and no unreadable runs', () => {
    const rows = runGroupRows([run(1e-3, 0, null), run(1e-3, 0, 1, { facts: null })]);
    expect(rows).toHaveLength(1);
    expect(rows[0]!.estimate).toBeNull();
  });
});
