import { describe, expect, it } from 'vitest';
import type { GraphForm } from '../../../src/core/models/inferenceGraphs.js';
import { FormChooser } from '../../../src/node/serving/formChooser.js';
import { createHandlers } from '../../../src/modelServer/modelServerHandlers.js';
import type { RememberedForm } from '../../../src/node/serving/rememberedForms.js';
import { FakeServedModel } from '../../support/fakeServedModel.js';

const INTEGERS: RememberedForm = { precision: 'int8', portable: false, speedup: 2 };
const request = {
  ...{ modelFolder: '/model', text: 'the cat sat', start: 4, end: 7, topK: 1 },
  lane: 'interactive' as const,
};

function server(known: RememberedForm | null, { breaks = false } = {}) {
  const loaded: FakeServedModel[] = [];
  const forms: (GraphForm | null)[] = [];
  const stored: RememberedForm[] = [];
  const chosen: RememberedForm[] = [];
  const warnings: string[] = [];
  const load = (form: GraphForm | null): Promise<FakeServedModel> => {
    forms.push(form);
    if (breaks && form?.precision === 'int8') return Promise.reject(new Error('broken'));
    const model = new FakeServedModel();
    loaded.push(model);
    return Promise.resolve(model);
  };
  const handlers = createHandlers({
    load: () => load(null),
    versionOf: () => Promise.resolve('1'),
    readWords: () => Promise.resolve([]),
    scales: { readSample: () => Promise.resolve('') },
    warn: (message) => warnings.push(message),
    forms: new FormChooser({
      remembered: {
        get: (key) => Promise.resolve(key === 'model 1' ? known : null),
        set: (_, form) => {
          stored.push(form);
          return Promise.resolve();
        },
      },
      load: (_, form) => load(form),
    }),
    onDidChooseForm: (_, form) => chosen.push(form),
  });
  const predict = (text: string): unknown =>
    handlers.predictWord({ ...request, text }, new AbortController().signal);
  return { loaded, forms, stored, chosen, warnings, predict };
}

describe('choosing the form of a model', () => {
  it.each(['int8', 'float32'] as const)(
    'answers in %s from the start where that is remembered, and loads nothing else',
    async (precision) => {
      const known = { ...INTEGERS, precision };
      const { loaded, forms, stored, chosen, predict } = server(known);
      await predict('the cat sat');
      await predict('the cat sat here');
      expect(forms).toEqual([known]);
      expect(chosen).toEqual([known]);
      expect(loaded[0]!.batches.length).toBeGreaterThan(1);
      expect(loaded[0]!.isReleased).toBe(false);
      expect(stored).toEqual([]);
    },
  );

  it('answers with the model as it is if the form that is remembered cannot be loaded', async () => {
    const { forms, warnings, predict } = server(INTEGERS, { breaks: true });
    await predict('the cat sat');
    expect(forms.slice(0, 2)).toEqual([INTEGERS, null]);
    expect(warnings[0]).toContain('broken');
  });
});
