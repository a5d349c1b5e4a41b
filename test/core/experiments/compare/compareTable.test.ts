import { describe, expect, it } from 'vitest';
import {
  compareModelOf,
  MAX_OPENED,
  type ColoredRun,
  type CompareModel,
} from '../../../../src/core/experiments/compare/comparedGroups.js';
import { compareTableOf } from '../../../../src/core/experiments/compare/compareTable.js';
import {
  compareViewSchema,
  DEFAULT_VIEW,
  type CompareView,
} from '../../../../src/core/experiments/compare/compareView.js';
import { maskingNote } from '../../../../src/core/experiments/verdictText.js';
import { ENGLISH } from '../../../../src/core/messages/render.js';
import { storedRun } from '../../../host/runs/storedRun.js';

let made = 0;

function run(
  parameters: Record<string, number | string>,
  seed: number,
  loss: number,
  status: 'finished' | 'running' = 'finished',
): ColoredRun {
  const parametersText = JSON.stringify(parameters);
  const id = `20260101-${String(made++).padStart(6, '0')}-calm-otter`;
  const state = { latest: { perplexity: Math.exp(loss), loss } };
  const { facts, ...others } = storedRun({ id, status, group: parametersText, state });
  return {
    ...{ ...others, color: null },
    facts: { ...facts!, parameters: parametersText, seed },
  };
}

function modelOf(
  runs: readonly ColoredRun[],
  view: Partial<CompareView> = {},
  heldOut: Parameters<typeof compareModelOf>[0]['heldOut'] = new Map(),
): CompareModel {
  const model = compareModelOf({
    ...{ runs: [...runs].reverse(), heldOut, view: { ...DEFAULT_VIEW, ...view } },
    haveSameItems: () => false,
  });
  expect(model).not.toBeNull();
  return model!;
}

function cellsOf(model: CompareModel, view: Partial<CompareView>, column: string): string[] {
  const table = compareTableOf({
    ...{ model, view: { ...DEFAULT_VIEW, ...view }, heldOut: new Map(), words: ENGLISH },
  });
  const at = table.columns.findIndex(({ id }) => id === column);
  return table.rows.map(({ group, cells }) => `${group.name}: ${cells[at]!.text}`);
}

const lr = (rate: number): Record<string, number> => ({ 'optimizer.learningRate': rate });
const twoGroups = [0, 1, 2].flatMap((seed) => [
  run(lr(1e-3), seed, 2 + seed / 100),
  run(lr(2e-3), seed, 1 + seed / 100),
]);

describe('a comparison of groups', () => {
  it('has one row per group, the oldest as baseline, with columns for what differs only', () => {
    const model = modelOf(twoGroups);
    const table = compareTableOf({
      ...{ model, view: DEFAULT_VIEW, heldOut: new Map(), words: ENGLISH },
    });
    expect(table.rows.map(({ group }) => [group.name, group.isBaseline])).toEqual([
      ['lr 0.001', true],
      ['lr 0.002', false],
    ]);
    expect(table.columns.map(({ id }) => id)).toEqual([
      ...['seeds', 'metric:perplexity', 'gain', 'verdict', 'curve', 'metric:loss'],
      ...['metric:maskedAccuracy', 'parameter:optimizer.learningRate'],
    ]);
    expect(cellsOf(model, {}, 'verdict')[1]).toMatch(/too few seeds/);
  });

  it('shows no interval below three seeds', () => {
    const [mean] = cellsOf(modelOf(twoGroups.slice(0, 4)), {}, 'metric:loss');
    expect(mean).toBe('lr 0.001: 2.005');
  });

  it('sorts by a column, with pinned rows first and rows without a value last', () => {
    const runs = [...twoGroups, run(lr(3e-3), 0, 0.5, 'running'), run(lr(4e-3), 0, NaN)];
    const sort = { column: 'metric:loss', isDescending: false };
    const names = (view: Partial<CompareView>): string[] =>
      cellsOf(modelOf(runs, view), view, 'seeds').map((text) => text.split(':')[0]!);
    expect(names({ sort })).toEqual(['lr 0.003', 'lr 0.002', 'lr 0.001', 'lr 0.004']);
    const pinned = [JSON.stringify(lr(4e-3))];
    expect(names({ sort: { ...sort, isDescending: true }, pinned })).toEqual([
      ...['lr 0.004', 'lr 0.001', 'lr 0.002', 'lr 0.003'],
    ]);
  });

  it('takes the best evaluation, or the last one up to a step', () => {
    const runs = [run(lr(1e-3), 0, 2), run(lr(2e-3), 0, 2)];
    const curve = { loss: { xs: [0, 10, 20], ys: [3, 1, 2] } };
    const heldOut = new Map(runs.map(({ directory }) => [directory, curve]));
    const shown = (view: Partial<CompareView>): string => {
      const all = { ...DEFAULT_VIEW, metric: 'loss' as const, ...view };
      const model = modelOf(runs, all, heldOut);
      const table = compareTableOf({ ...{ model, view: all, heldOut, words: ENGLISH } });
      return table.rows[0]!.cells[1]!.text;
    };
    expect(shown({ moment: 'last' })).toBe('2.000');
    expect(shown({ moment: 'best' })).toBe('1.000');
    expect(shown({ moment: 'step', step: 15 })).toBe('1.000');
    expect(shown({ moment: 'step', step: 9 })).toBe('3.000');
  });

  it('opens with the newest groups and says how many are older', () => {
    const runs = Array.from({ length: 12 }, (_, i) => run(lr(i + 1), 0, 1));
    const model = modelOf(runs);
    expect([model.groups.length, model.older]).toEqual([MAX_OPENED, 12 - MAX_OPENED]);
    expect(modelOf(runs, { showsAll: true }).older).toBe(0);
    const oldest = JSON.stringify(lr(1));
    expect(modelOf(runs, { baseline: oldest }).groups[0]!.key).toBe(oldest);
  });

  it('notes that policies which mask differently cannot be compared', () => {
    const masked = [0, 1].flatMap((seed) => [
      run({ 'masking.name': 'a', 'masking.rate': 0.15 }, seed, 1),
      run({ 'masking.name': 'b', 'masking.rate': 0.3 }, seed, 2),
    ]);
    const model = modelOf(masked);
    expect(maskingNote(model.comparison.groups)?.id).toBe('compare.maskedDifferently');
    expect(cellsOf(model, {}, 'verdict')[1]).toMatch(/held-out text is masked differently/);
    expect(cellsOf(model, {}, 'gain')[1]).toBe('b · mask 0.3: ');
    expect(maskingNote(modelOf(twoGroups).comparison.groups)).toBeNull();
  });

  it('knows nothing of the settings that another tool has not written', () => {
    const own = { ...lr(1e-3), 'masking.rate': 0.15, 'training.epochs': 3 };
    const foreign = run({ 'training.epochs': 5 }, 0, 1);
    const imported = { ...foreign, facts: { ...foreign.facts, imported: 'TensorBoard' } };
    const model = modelOf([run(own, 0, 2), imported]);
    const { columns } = compareTableOf({
      ...{ model, view: DEFAULT_VIEW, heldOut: new Map(), words: ENGLISH },
    });
    expect(columns.flatMap((column) => (column.kind === 'parameter' ? [column.id] : []))).toEqual([
      'parameter:training.epochs',
    ]);
    expect(cellsOf(model, {}, 'verdict')[1]).toMatch(/data of a run of another tool is unknown$/);
    expect(maskingNote(model.comparison.groups)).toBeNull();
    expect(model.comparison.differences.map(({ parameter }) => parameter)).toEqual([
      'training.epochs',
    ]);
  });

  it('selects by brushes on parameters and on the metric', () => {
    const selected = (view: Partial<CompareView>): string[] =>
      modelOf(twoGroups, view).groups.flatMap(({ name, isSelected }) => (isSelected ? [name] : []));
    const axis = 'optimizer.learningRate';
    expect(selected({ brushes: [{ axis, low: 0, high: 0.0015 }] })).toEqual(['lr 0.001']);
    expect(selected({ brushes: [{ axis: 'metric', low: 1, high: 3 }] })).toEqual(['lr 0.002']);
    expect(selected({ brushes: [{ axis: 'absent', values: ['–'] }] })).toHaveLength(2);
    expect(selected({ brushes: [{ axis: 'absent', low: 0, high: 1 }] })).toEqual([]);
  });
});

describe('a saved view', () => {
  it('refuses what no page wrote', () => {
    for (const hostile of [
      null,
      { version: 2 },
      { version: 1, metric: 'constructor' },
      { version: 1, step: Infinity },
      { version: 1, pinned: 'all' },
      { version: 1, curves: { smoothing: 1 } },
      { version: 1, brushes: [{ axis: 'x', low: 'a', high: 1 }] },
    ]) {
      expect(compareViewSchema.safeParse(hostile).success).toBe(false);
    }
  });
});
