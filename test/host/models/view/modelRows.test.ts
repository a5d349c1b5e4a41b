import { describe, expect, it, vi } from 'vitest';
import type { LocalModel } from '../../../../src/core/hub/localModel.js';
import { problem } from '../../../../src/core/messages/message.js';
import { modelRows, type ModelRowsInput } from '../../../../src/host/models/view/modelRows.js';
import type { Download } from '../../../../src/host/models/hub/modelDownloads.js';

vi.mock('vscode', async () => import('../../../support/fakeVscode.js'));

const COMMIT = 'a'.repeat(40);

function model(more: Partial<LocalModel>): LocalModel {
  return {
    ...{ origin: 'cache', name: 'acme/tiny', folder: `/cache/${more.name ?? 'tiny'}` },
    ...{ revisions: ['main'], commit: COMMIT, family: 'bert', head: 'masked-lm', bytes: 440e6 },
    ...{ license: 'mit', isComplete: true, problem: null, uses: ['hovers', 'fine-tuning'] },
    ...{ hasCard: true, usedBy: [] },
    ...more,
  };
}

const rowsOf = (input: Partial<ModelRowsInput>): ReturnType<typeof modelRows> =>
  modelRows({
    models: [],
    downloads: [],
    usedForHovers: [],
    workspaceFolders: [],
    serving: new Map(),
    formOf: () => null,
    ...input,
  });

describe('rows of the Models view', () => {
  it('have one heading per place, that of the shared cache also if it is empty', () => {
    const bundled = model({ origin: 'bundled', name: 'small', commit: null });
    const labels = rowsOf({ models: [bundled] }).map(({ label, description }) => [
      label,
      description,
    ]);
    expect(labels).toEqual([
      ['Bundled', ''],
      ['In the Shared Cache', 'none yet'],
    ]);
  });

  it('name family, task, size and license, and put models that do not load last', () => {
    const broken = model({
      ...{ name: 'acme/gpt', uses: [], family: 'gpt2' },
      problem: problem('models.unsupportedType', { type: 'gpt2', types: 'bert' }),
    });
    const [cache] = rowsOf({ models: [broken, model({})] });
    expect(cache!.children.map(({ label }) => label)).toEqual(['acme/tiny', 'acme/gpt']);
    expect(cache!.children[0]!.description).toBe('bert · fill-mask · 440 MB · mit');
    expect(cache!.children[1]!.description).toMatch(/^does not load · gpt2/);
    expect(cache!.children[1]!.contextValue).toBe('model;carded;deletable');
    expect(cache!.children[1]!.tooltip!()).toContain('Models of type gpt2 are not supported');
  });

  it('say in which form a model computes, as soon as that is known', () => {
    const tooltipWith = (form: string | null): string =>
      rowsOf({ models: [model({})], formOf: () => form })[0]!.children[0]!.tooltip!();
    expect(tooltipWith('It computes in float32.')).toContain('It computes in float32');
    expect(tooltipWith(null)).not.toContain('computes');
  });

  it('show the address of a model that is served, and offer to stop it', () => {
    const rowWith = (url: string | null): ReturnType<typeof rowsOf>[number] => {
      const serving = new Map([['/cache/tiny', { url, needsToken: false }]]);
      return rowsOf({ models: [model({})], serving })[0]!.children[0]!;
    };
    expect(rowWith('http://127.0.0.1:8477')).toMatchObject({
      description: ':8477 · bert · fill-mask · 440 MB · mit',
      accessibleLabel: 'acme/tiny, served at 127.0.0.1:8477 · bert · fill-mask · 440 MB · mit',
      contextValue: 'model;hoverable;trainable;carded;snippable;served;reachable;deletable',
    });
    const starting = rowWith(null);
    expect(starting.description).toMatch(/^starting the server · bert/);
    expect(starting.contextValue).not.toContain('reachable');
  });

  it('offer what a model can be used for, and never to delete the bundled one or a whole workspace', () => {
    const models = [
      model({ origin: 'bundled', name: 'small', folder: '/ext/small' }),
      model({ origin: 'folder', name: 'w', folder: '/w' }),
      model({ origin: 'folder', name: 'own', folder: '/w/models/own' }),
    ];
    const [bundled, folders] = rowsOf({
      ...{ models, usedForHovers: ['/ext/small'], workspaceFolders: ['/w'] },
    });
    expect(bundled!.children[0]!.contextValue).toBe('model;trainable;carded;snippable;servable');
    const [whole, own] = folders!.children;
    expect(whole!.contextValue).toBe('model;hoverable;trainable;carded;snippable;servable');
    expect(own).toMatchObject({
      ...{
        label: 'models/own',
        contextValue: 'model;hoverable;trainable;carded;snippable;servable;deletable',
      },
    });
  });

  it('name a revision that is not the default branch, and the runs that started from a model', () => {
    const other = model({ revisions: [], usedBy: ['calm-otter', '*bold*'] });
    const [cache] = rowsOf({ models: [other] });
    expect(cache!.children[0]!.label).toBe('acme/tiny@aaaaaaaa');
    const tooltip = cache!.children[0]!.tooltip!();
    expect(tooltip).toMatch(/Used by runs \| calm/);
    expect(tooltip).toContain('\\*bold\\*');
  });

  it('show unfinished downloads first, with what can be done with each', () => {
    const needed = { config: null, tokenizer: null, form: null, weights: [], companions: [] };
    const of = (more: Partial<Download>): Download => ({
      model: {
        ...{ repository: 'acme/big', revision: 'main', commit: COMMIT },
        needed: { ...needed, absent: [], pickle: null },
      },
      ...{ state: 'active', progress: null, leftBytes: null },
      ...more,
    });
    const progress = {
      ...({ file: 'x', state: 'stalled', reason: null, bytes: 50, totalBytes: 200 } as const),
      bytesPerSecond: 0,
    };
    const [downloads] = rowsOf({
      downloads: [
        of({ progress }),
        of({ state: 'paused', leftBytes: 12e6 }),
        of({ state: 'interrupted', leftBytes: 12e6 }),
        of({ state: 'elsewhere' }),
      ],
    });
    const shown = downloads!.children.map(({ description, contextValue }) => [
      description,
      contextValue,
    ]);
    expect(shown).toEqual([
      ['25% · stalled, no data arrives', 'pausable'],
      ['paused · 12 MB left', 'download;continuable'],
      ['interrupted · 12 MB left', 'download;continuable'],
      ['another window downloads this model', ''],
    ]);
  });
});
