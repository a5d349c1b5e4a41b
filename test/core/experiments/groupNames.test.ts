import { describe, expect, it } from 'vitest';
import { groupNames, type RunToName } from '../../../src/core/experiments/groupNames.js';
import { factsOf } from '../../../src/core/specs/runFacts.js';
import { specOf } from '../../support/syntheticRuns.js';

function run(
  learningRate: number,
  {
    original = 'calm-otter',
    name = original,
    arm = null,
  }: { original?: string; name?: string; arm?: string | null } = {},
): RunToName {
  const spec = specOf(original);
  const facts = factsOf({
    ...spec,
    name: original,
    optimizer: { ...spec.optimizer, learningRate },
    study: arm === null ? null : { id: 's', arm, kind: 'masking' },
  });
  return { id: `20260101-000000-${original}`, name, facts };
}

const named = (...groups: RunToName[][]) => groupNames(groups.map((runs) => ({ runs })));

describe('the name of a group', () => {
  it('is what differs, as long as nobody named it', () => {
    expect(named([run(1e-3)], [run(3e-5, { original: 'bold-lynx' })])).toEqual([
      'lr 0.001',
      'lr 3e-5',
    ]);
  });

  it('is the name that the person gave all its runs, at the start or later', () => {
    const atStart = [run(1e-3, { original: 'small model' })];
    const later = [
      run(3e-5, { name: 'brave' }),
      run(3e-5, { original: 'bold-lynx', name: 'brave' }),
    ];
    const oneOnly = [run(1e-4, { name: 'brave' }), run(1e-4, { original: 'bold-lynx' })];
    expect(named(atStart, later, oneOnly)).toEqual(['small model', 'brave', 'lr 1e-4']);
  });

  it('is a name that the person gave even if it could have been suggested', () => {
    expect(named([run(1e-3, { name: 'bold-lynx' })], [run(3e-5)])).toEqual([
      'bold-lynx',
      'lr 3e-5',
    ]);
  });

  it('is the arm of a study unless the person named it', () => {
    expect(
      named(
        [run(1e-3, { arm: 'opinion-words', original: 'opinion-words · 0' })],
        [run(3e-5, { arm: 'plain-random', name: 'baseline' })],
      ),
    ).toEqual(['opinion-words', 'baseline']);
  });

  it('has what differs behind it if several groups were given it', () => {
    const again = (rate: number) => [run(rate, { original: 'brave' })];
    expect(named(again(1e-3), again(3e-5), [run(1e-4)])).toEqual([
      'brave · lr 0.001',
      'brave · lr 3e-5',
      'lr 1e-4',
    ]);
  });

  it('is missing without a given name and without a difference', () => {
    expect(named([run(1e-3)])).toEqual([null]);
    expect(groupNames([{ runs: [{ id: 'x', name: 'x', facts: null }] }])).toEqual(['x']);
  });
});
