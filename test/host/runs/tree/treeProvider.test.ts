import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ExperimentsTreeProvider } from '../../../../src/host/runs/tree/treeProvider.js';
import type { TreeInput } from '../../../../src/host/runs/tree/treeRows.js';
import type { TreeRow } from '../../../../src/host/runs/tree/treeRow.js';

const { shown } = vi.hoisted(() => ({ shown: { rows: [] as TreeRow[] } }));
vi.mock('vscode', async () => ({
  ...(await import('../../../support/fakeVscode.js')),
  ThemeColor: vi.fn(),
}));
vi.mock('../../../../src/host/runs/tree/treeRows.js', () => ({
  treeContent: () => ({ rows: shown.rows, shown: shown.rows.length, total: 0, problem: null }),
}));

function row(key: string, description: string, icon = 'sync~spin'): TreeRow {
  return {
    ...{ key, label: key, description, icon, tone: 'live', color: null, contextValue: '' },
    ...{ accessibleLabel: description, directory: null, experiment: null, runs: [], study: null },
    ...{ isExpanded: false, children: [], tooltip: () => '' },
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the tree of experiments', () => {
  it('redraws the row of a run that advances once a second at most, with its last text', async () => {
    shown.rows = [row('a', '0%'), row('b', '')];
    const provider = new ExperimentsTreeProvider(
      () => ({}) as TreeInput,
      () => Promise.resolve(),
    );
    await provider.getChildren();
    const drawn: string[] = [];
    provider.onDidChangeTreeData((node) => {
      drawn.push(node === undefined ? 'all' : `${node.row.key} ${node.row.description}`);
    });
    const advance = (...rows: TreeRow[]): void => {
      shown.rows = rows;
      provider.scheduleUpdate();
      vi.advanceTimersByTime(100);
    };
    for (let percent = 1; percent <= 12; percent++) advance(row('a', `${percent}%`), row('b', ''));
    expect(drawn).toEqual(['a 1%', 'a 10%']);
    vi.advanceTimersByTime(5000);
    expect(drawn).toEqual(['a 1%', 'a 10%', 'a 12%']);
    // A change of status is drawn at once, and nothing of before after it.
    advance(row('a', '13%'), row('b', ''));
    advance(row('a', '14%'), row('b', ''));
    advance(row('a', 'done', 'check'), row('b', ''));
    vi.advanceTimersByTime(5000);
    expect(drawn.slice(3)).toEqual(['a 13%', 'all']);
    provider.dispose();
  });
});
