import { describe, expect, it, vi } from 'vitest';
import { rowsToDirectories } from '../../../../src/host/runs/tree/rowRuns.js';
import { TreeNode } from '../../../../src/host/runs/tree/treeProvider.js';
import type { TreeRow } from '../../../../src/host/runs/tree/treeRow.js';
import { treeContent, type TreeContent } from '../../../../src/host/runs/tree/treeRows.js';
import {
  DEFAULT_TREE_SETTINGS,
  TreeSettingsStore,
  type TreeSettings,
} from '../../../../src/host/runs/tree/treeSettings.js';
import type { RunAnnotations } from '../../../../src/core/runs/annotations.js';
import type { RunSummary } from '../../../../src/node/runs/runReader.js';
import { storedRun } from '../storedRun.js';

const contexts = vi.hoisted(() => new Map<string, unknown>());
vi.mock('vscode', async () => ({
  ...(await import('../../../support/fakeVscode.js')),
  ThemeColor: vi.fn(),
  commands: {
    executeCommand: (_: string, key: string, value: unknown) => {
      contexts.set(key, value);
    },
  },
}));

/** A run with its learning rate and best loss, by default the only one of its setting. */
function run(
  name: string,
  learningRate: number | null,
  loss: number,
  more: { annotations?: Partial<RunAnnotations>; seed?: number; group?: string } = {},
): RunSummary {
  const { annotations = {}, seed = 0, group = name } = more;
  const made = storedRun({
    id: `20261123-${name}`,
    status: 'finished',
    annotations: { name, ...annotations },
    state: { best: { metric: 'loss', value: loss, step: 1 } },
  });
  const parameters = JSON.stringify(
    learningRate === null ? {} : { 'optimizer.learningRate': learningRate },
  );
  return { ...made, facts: { ...made.facts!, parameters, group, seed } };
}

const RUNS = [
  run('d', 1e-3, 3, { annotations: { tags: ['paper', 'old'] } }),
  run('c', 3e-5, 1, { group: 'pair', seed: 1, annotations: { tags: ['paper'] } }),
  run('b', 3e-5, 2, { group: 'pair', annotations: { tags: ['paper', 'x'] } }),
  run('a', null, 5),
];

function content(settings: Partial<TreeSettings>, runs = RUNS): TreeContent {
  return treeContent({
    runs,
    usedForHovers: [],
    followedByHovers: null,
    waits: new Map(),
    studies: new Map(),
    settings: { ...DEFAULT_TREE_SETTINGS, ...settings },
  });
}

/** Labels, indented by their depth. */
function outline(rows: readonly TreeRow[], depth = 0): string[] {
  return rows.flatMap((row) => [
    `${'  '.repeat(depth)}${row.label}`,
    ...outline(row.children, depth + 1),
  ]);
}

describe('a filtered tree', () => {
  it('shows the runs that match, and says how many there are', () => {
    const { rows, shown, total } = content({ filter: 'lr < 1e-4' });
    expect(outline(rows)).toEqual(['Default experiment', '  lr 3e-5', '    b', '    c']);
    expect(rows[0]!.description).toBe('2 of 4 runs');
    expect([shown, total]).toEqual([2, 4]);
  });

  it('keeps names and colors of what it shows', () => {
    const groupIn = (settings: Partial<TreeSettings>): TreeRow =>
      content(settings).rows[0]!.children.find(({ label }) => label === 'd')!;
    const { color } = groupIn({});
    expect(color).not.toBeNull();
    expect(groupIn({ filter: '#old' })).toMatchObject({ color });
  });

  it('leaves out experiments without a match', () => {
    expect(content({ filter: '#none' })).toMatchObject({ rows: [], shown: 0, problem: null });
  });

  it('shows everything with the reason if the filter cannot be read', () => {
    const { rows, problem } = content({ filter: 'lrr > 3' });
    expect(rows[0]!.children).toHaveLength(3);
    expect(problem).toMatchObject({ details: { problem: { id: 'query.misspelledName' } } });
  });

  it('hides runs from the commands on the rows above them', () => {
    const [experiment] = content({ filter: 'seed:1' }).rows;
    const directories = rowsToDirectories([new TreeNode(experiment!)]);
    expect(directories).toEqual([RUNS[1]!.directory]);
  });
});

describe('a sorted tree', () => {
  it.each([
    ['date', ['d', 'lr 3e-5', 'a']],
    ['best', ['lr 3e-5', 'd', 'a']],
    ['-best', ['a', 'd', 'lr 3e-5']],
    ['name', ['a', 'd', 'lr 3e-5']],
    ['-optimizer.learningRate', ['d', 'lr 3e-5', 'a']],
  ])('by %s', (sort, labels) => {
    expect(content({ sort }).rows[0]!.children.map(({ label }) => label)).toEqual(labels);
  });

  it('puts the newest first, with the reason, if no run has the parameter any more', () => {
    const { rows, problem } = content({ sort: 'gone' });
    expect(rows[0]!.children[0]!.label).toBe('d');
    expect(problem).not.toBeNull();
  });
});

describe('settings with one given name', () => {
  it('are told apart by what differs, and show the name once', () => {
    const again = { annotations: { name: 'again' } };
    const runs = [
      run('e', 1e-3, 3, { ...again, group: 'one' }),
      run('f', 3e-5, 4, { ...again, group: 'two' }),
    ];
    const rows = content({}, runs).rows[0]!.children;
    expect(rows.map(({ label }) => label)).toEqual(['again · lr 0.001', 'again · lr 3e-5']);
    for (const { description } of rows) expect(description).not.toContain('again');
  });
});

describe('a grouped tree', () => {
  it('has a row per value of the parameter, in their order, and no value twice in a name', () => {
    const { rows } = content({ groupBy: 'optimizer.learningRate' });
    expect(outline(rows)).toEqual([
      'Default experiment',
      '  lr: 3e-5',
      '    b',
      '      b',
      '      c',
      '  lr: 0.001',
      '    d',
      '  lr: not set',
      '    a',
    ]);
    expect(rows[0]!.children[0]).toMatchObject({ description: '2 runs', contextValue: 'group' });
    const keys = new Set(rows[0]!.children.map(({ key }) => key));
    expect(keys.size).toBe(3);
  });
});

describe('annotations in the tree', () => {
  it('are short in the rows, and a group has the tags of all its runs', () => {
    const [experiment] = content({}).rows;
    const [d, pair] = experiment!.children;
    expect(d!.description).toMatch(/#paper #old$/);
    expect(pair!.description).toMatch(/#paper$/);
  });

  it('are whole in the tooltip of a group, each once', () => {
    const annotations = { hypothesis: 'Opinion *words* help', notes: 'Seen' };
    const runs = [0, 1].map((seed) => run(`s${seed}`, 1, 1, { group: 'g', seed, annotations }));
    const tooltip = content({}, runs).rows[0]!.children[0]!.tooltip();
    expect(tooltip.match(/Hypothesis: Opinion \\\*words\\\* help/g)).toHaveLength(1);
    expect(tooltip.match(/Note: Seen/g)).toHaveLength(1);
  });

  it('star a group for eye and ear', () => {
    const runs = [0, 1].map((seed) =>
      run(`s${seed}`, 1, 1, { group: 'g', seed, annotations: { star: true } }),
    );
    const row = content({}, runs).rows[0]!.children[0]!;
    expect(row.description).toMatch(/^★ /);
    expect(row.accessibleLabel).toBe('s1, starred');
    expect(row.contextValue).toBe('group;starred');
  });
});

describe('settings of the tree', () => {
  const memory = (
    stored: unknown,
  ): { get: () => unknown; update: (_: string, v: unknown) => Promise<void> } => {
    let value = stored;
    return {
      get: () => value,
      update: (_, fresh) => {
        value = fresh;
        return Promise.resolve();
      },
    };
  };
  const storeOn = (kept: ReturnType<typeof memory>): TreeSettingsStore =>
    new TreeSettingsStore(kept as ConstructorParameters<typeof TreeSettingsStore>[0]);

  it('are kept over reloads, and tell the menus of a filter', async () => {
    const kept = memory(undefined);
    await storeOn(kept).set({ filter: '#paper', sort: 'best' });
    expect(storeOn(kept).get()).toEqual({ filter: '#paper', sort: 'best', groupBy: null });
    expect(contexts.get('masklab.isFiltered')).toBe(true);
    await storeOn(kept).set({ filter: '' });
    expect(contexts.get('masklab.isFiltered')).toBe(false);
  });

  it('are the defaults if what is stored cannot be read', () => {
    expect(storeOn(memory({ filter: 7 })).get()).toEqual(DEFAULT_TREE_SETTINGS);
  });

  it('do not outlive a filter that was only tried', async () => {
    const kept = memory(undefined);
    const store = storeOn(kept);
    await store.set({ sort: 'best' });
    store.show({ filter: '#half' });
    expect(storeOn(kept).get().filter).toBe('');
  });
});
