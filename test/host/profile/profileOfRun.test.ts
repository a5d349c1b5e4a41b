import { USUAL_DIALECT } from '../../../src/core/data/fileDialect.js';
import { describe, expect, it, vi } from 'vitest';
import { specFieldsSchema } from '../../../src/core/runs/schema.js';
import { profileOfRun } from '../../../src/host/profile/profileOfRun.js';
import { profileRequestSchema } from '../../../src/protocol/profilePanelMessages.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));

describe('profileOfRun', () => {
  const data = specFieldsSchema.shape.data.parse({
    files: [{ path: 'reviews.csv', bytes: 10, sha256: 'a'.repeat(64) }],
    heldOutFraction: 0.1,
    splitSeed: 0,
    labelled: {
      format: 'csv',
      columns: { text: 'review', pair: null, labels: ['stars'] },
      labelDelimiter: null,
    },
    reading: { cleaning: ['html'], groupColumn: 'author', splitColumn: 'fold' },
  });
  const HEAD = { loss: 'crossEntropy', labelSmoothing: 0.1, classWeights: [1, 2] };
  const spec = {
    name: 'calm river',
    workspaceFolder: '/work',
    task: { kind: 'classification', labels: ['1', '2'], multiLabel: false, ...HEAD },
    training: { maxLength: 64, truncation: 'head-tail' },
    model: { path: '/models/m', name: 'm', sha256: '' },
    newModel: null,
  };

  it('reads the data of a run as the run does', () => {
    const request = profileOfRun({ ...spec, data } as Parameters<typeof profileOfRun>[0]);
    expect(request).toEqual({
      title: 'Data of calm river',
      selection: {
        workspaceFolder: '/work',
        paths: ['reviews.csv'],
        exclude: [],
        kind: 'any',
        format: 'csv',
        columns: {
          ...{ text: 'review', pair: null, labels: ['stars'], group: 'author', split: 'fold' },
        },
        cleaning: ['html'],
        code: null,
        dialect: USUAL_DIALECT,
        skipBad: false,
        ignoreSplitNames: true,
      },
      reading: {
        ...{ task: 'classification', labelDelimiter: '', mergeLabels: false, loss: 'crossEntropy' },
        ...{ labelSmoothing: 0.1, classWeights: '1,2', splitSeed: 0 },
        ...{ heldOutFraction: 0.1, testFraction: 0, fold: null, nearDuplicates: null },
        ...{ maxLength: 64, truncation: 'head-tail' },
      },
      modelFolder: '/models/m',
    });
    expect(profileRequestSchema.safeParse(request).success).toBe(true);
  });

  it('knows no model while the run is yet to make one', () => {
    const newModel = { vocabulary: {}, architecture: {} };
    const made = { ...spec, data, newModel } as unknown as Parameters<typeof profileOfRun>[0];
    const request = profileOfRun(made);
    expect(request.modelFolder).toBeNull();
    expect(profileRequestSchema.safeParse(request).success).toBe(true);
  });

  it('reads the columns and the format of text as the run does', () => {
    const columns = { text: 'body', pair: null, label: null, group: 'author', split: null };
    const reading = { ...data.reading, columns, format: 'tsv' as const, code: 'all' as const };
    const text = { ...data, labelled: null, reading };
    const request = profileOfRun({ ...spec, data: text } as Parameters<typeof profileOfRun>[0]);
    expect(request.selection).toMatchObject({
      columns: { text: 'body', pair: null, labels: [], group: 'author', split: null },
      format: 'tsv',
      code: 'all',
    });
  });

  it('leaves columns to be guessed where the run has none', () => {
    const text = { ...data, labelled: null };
    const request = profileOfRun({ ...spec, data: text } as Parameters<typeof profileOfRun>[0]);
    expect(request.selection).toMatchObject({ columns: {}, format: null });
  });
});
