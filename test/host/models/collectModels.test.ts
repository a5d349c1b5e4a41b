import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { message } from '../../../src/core/messages/message.js';
import { metricMessage } from '../../../src/core/runs/metrics.js';
import { collectModels, type ModelChoice } from '../../../src/host/models/collectModels.js';
import { storedRun } from '../runs/storedRun.js';

const BUNDLED = path.join('/extension', 'media', 'models', 'small');
const names = (models: readonly ModelChoice[]): string[] => models.map(({ name }) => name);

describe('collectModels', () => {
  it('lists the bundled model, then those of runs that left one and are not at work', () => {
    const models = collectModels({
      bundledModel: BUNDLED,
      runs: [
        storedRun({ id: '20261123-5-e', status: 'running', hasModel: true }),
        storedRun({ id: '20261123-4-d', status: 'finished', hasModel: true }),
        storedRun({ id: '20261123-3-c', status: 'stopped', hasModel: true }),
        storedRun({ id: '20261123-2-b', status: 'finished', hasModel: false }),
      ],
    });
    expect(names(models)).toEqual(['small', 'd', 'c']);
    expect(models.map(({ origin }) => origin)).toEqual(['bundled', 'run', 'run']);
    expect(path.basename(models[1]!.folder)).toBe('model');
  });

  it('describes a run by its metric and start model', () => {
    const state = { latest: { perplexity: 9.891 } };
    const run = storedRun({ id: '20261123-1-a', status: 'finished', hasModel: true, state });
    const [, model] = collectModels({ bundledModel: BUNDLED, runs: [run] });
    expect(model!.description).toEqual([
      metricMessage('perplexity', 9.891),
      message('models.startedFrom', { model: 'small' }),
    ]);
  });

  it('marks the model in use, and lists it where it is of another folder', () => {
    const run = storedRun({ id: '20261123-1-a', status: 'finished', hasModel: true });
    const inUse = (current: string): string[] =>
      names(
        collectModels({ bundledModel: BUNDLED, runs: [run], current }).filter(
          ({ isCurrent }) => isCurrent,
        ),
      );
    expect(inUse(BUNDLED)).toEqual(['small']);
    expect(inUse(path.join(run.directory, 'model'))).toEqual(['a']);
    expect(inUse('/models/bert-base-uncased')).toEqual(['bert-base-uncased']);
  });
});
