import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { architectureOf } from '../../../src/core/models/newModel.js';
import type { NewModelSpec, RunSpec } from '../../../src/core/runs/schema.js';
import { bindSpec, portableSpec } from '../../../src/node/runs/runSpecFile.js';
import { specOf } from '../../support/syntheticRuns.js';

const WORK = path.resolve('/work');
const RUN = path.join(WORK, '.masklab/runs/a');
const MOVED = path.resolve('/elsewhere/deep');
const MOVED_RUN = path.join(MOVED, '.masklab/runs/a');

function specWith(modelFolder: string, newModel: NewModelSpec | null = null): RunSpec {
  const spec = specOf('a');
  return {
    ...spec,
    workspaceFolder: WORK,
    newModel,
    model: { ...spec.model, path: modelFolder },
  };
}

describe('the paths of a run', () => {
  it('are stored relative to what moves with the run, and bound to where it is', () => {
    const spec = specWith(path.join(WORK, 'models/tiny'));
    const stored = portableSpec(spec, RUN);
    expect(stored.workspaceFolder).toBe('../../..');
    expect(stored.model.path).toBe('models/tiny');
    expect(bindSpec(stored, RUN)).toEqual(spec);
    const moved = bindSpec(stored, MOVED_RUN);
    expect(moved.workspaceFolder).toBe(MOVED);
    expect(moved.model.path).toBe(path.join(MOVED, 'models/tiny'));
  });

  it('stay absolute for a run outside the workspace folder, and for a model outside it', () => {
    const spec = specWith(path.resolve('/workshop/tiny'));
    const stored = portableSpec(spec, path.resolve('/runs/a'));
    expect(stored.workspaceFolder).toBe(WORK);
    expect(stored.model.path).toBe(path.resolve('/workshop/tiny'));
    expect(bindSpec(stored, MOVED_RUN)).toEqual(spec);
  });

  it('follow a binding, also those that an earlier version stored as absolute', () => {
    const spec = specWith(path.join(WORK, 'tiny'));
    for (const stored of [spec, portableSpec(spec, RUN)]) {
      const bound = bindSpec(stored, RUN, { workspaceFolder: MOVED, paths: [] });
      expect(bound.workspaceFolder).toBe(MOVED);
      expect(bound.model.path).toBe(path.join(MOVED, 'tiny'));
    }
  });

  it('include the shifted sample and the model whose errors count', () => {
    const plain = specWith(path.join(WORK, 'tiny'));
    const file = { path: 'elsewhere.csv', bytes: 1, sha256: '0'.repeat(64) };
    const model = { path: path.join(WORK, 'first'), name: 'first', sha256: '0'.repeat(64) };
    const spec: RunSpec = {
      ...plain,
      data: { ...plain.data, shifted: { files: [file], weight: 10 } },
      debias: { kind: 'errors', weight: 5, words: null, model },
    };
    const stored = portableSpec(spec, RUN);
    expect(stored.debias?.model?.path).toBe('first');
    expect(bindSpec(stored, RUN)).toEqual(spec);
    expect(bindSpec(stored, MOVED_RUN).debias?.model?.path).toBe(path.join(MOVED, 'first'));
    const paths = [{ from: path.join(WORK, 'elsewhere.csv'), to: '/data/other.csv' }];
    const bound = bindSpec(stored, RUN, { workspaceFolder: WORK, paths });
    expect(bound.data.shifted?.files[0]?.path).toBe('../data/other.csv');
  });

  it('find a new model in the run itself, and its tokenizer in the workspace folder', () => {
    const vocabulary = {
      kind: 'given',
      path: path.join(WORK, 'tok'),
      sha256: '0'.repeat(64),
    } as const;
    const architecture = architectureOf({});
    const stored = portableSpec(
      specWith(path.join(RUN, 'start'), { vocabulary, architecture }),
      RUN,
    );
    expect(stored.newModel?.vocabulary).toMatchObject({ path: 'tok' });
    const bound = bindSpec(stored, MOVED_RUN, { workspaceFolder: WORK, paths: [] });
    expect(bound.newModel?.vocabulary).toEqual(vocabulary);
    expect(bound.model.path).toBe(path.join(MOVED_RUN, 'start'));
  });
});
