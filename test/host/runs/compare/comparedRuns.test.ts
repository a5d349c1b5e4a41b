import { describe, expect, it, vi } from 'vitest';
import { comparedRunView, treeColors } from '../../../../src/host/runs/compare/comparedRuns.js';
import { treeContent } from '../../../../src/host/runs/tree/treeRows.js';
import { DEFAULT_TREE_SETTINGS } from '../../../../src/host/runs/tree/treeSettings.js';
import { storedRun } from '../storedRun.js';

vi.mock('vscode', () => import('../../../support/fakeVscode.js'));

describe('runs of a comparison', () => {
  it('have the colors of the tree', () => {
    const runs = Array.from({ length: 9 }, (_, i) =>
      storedRun({
        ...{ id: `20261123-${9 - i}-run`, status: 'finished', experiment: i < 5 ? 'a' : 'b' },
        ...(i === 3 ? { annotations: { color: 'purple' } } : {}),
      }),
    );
    const colors = treeColors(runs);
    const { rows } = treeContent({
      ...{
        runs,
        usedForHovers: [],
        followedByHovers: null,
        waits: new Map(),
        studies: new Map(),
        settings: DEFAULT_TREE_SETTINGS,
      },
    });
    const shown = rows.flatMap(({ children }) => children);
    expect(shown).toHaveLength(9);
    for (const { directory, color } of shown) expect(colors.get(directory!)).toBe(color);
  });

  it('are left out if they cannot be read', () => {
    const run = storedRun({ id: '20261123-1-a', status: 'unreadable' });
    expect(comparedRunView({ ...run, facts: null }, null)).toBeNull();
    expect(comparedRunView(run, 'red')).toMatchObject({ id: run.id, color: 'red' });
  });
});
