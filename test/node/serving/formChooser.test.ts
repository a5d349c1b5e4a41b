import { describe, expect, it } from 'vitest';
import { FormChooser } from '../../../src/node/serving/formChooser.js';
import { createHandlers } from '../../../src/modelServer/modelServerHandlers.js';
import type { RememberedForm } from '../../../src/node/serving/rememberedForms.js';
import { FakeServedModel } from '../../support/fakeServedModel.js';

const INTEGERS: RememberedForm = { precision: 'int8', portable: false, speedup: 2 };
const request = {
  ...{ modelFolder: '/model', text: 'the cat sat', start: 4, end: 7, topK: 1 },
  lane: 'interactive' as const,
};

function server(known: RememberedForm | null) {
  const waiting: (() => void)[] = [];
  const loaded: FakeServedModel[] = [];
  const stored: RememberedForm[] = [];
  const chosen: RememberedForm[] = [];
  const load = (): Promise<FakeServedModel> => {
    const model = new FakeServedModel();
    loaded.push(model);
    return Promise.resolve(model);
  };
  const handlers = createHandlers({
    load,
    versionOf: () => Promise.resolve('1'),
    readWords: () => Promise.resolve([]),
    scales: { readSample: () => Promise.resolve('') },
    warn: (message) => {
      throw new Error(message);
    },
    forms: new FormChooser({
      remembered: {
        get: () => Promise.resolve(known),
        set: (_, form) => {
          stored.push(form);
          return Promise.resolve();
        },
      },
      load: async () => {
        await new Promise<void>((resolve) => waiting.push(resolve));
        return load();
      },
    }),
    onDidChooseForm: (_, form) => chosen.push(form),
  });
  const predict = (text: string): unknown =>
    handlers.predictWord({ ...request, text }, new AbortController().signal);
  return { loaded, stored, chosen, predict, waiting };
}

describe('choosing the form of a model', () => {
  it('answers first, then uses the form that is remembered', async () => {
    const { loaded, stored, chosen, predict, waiting } = server(INTEGERS);
    await predict('the cat sat');
    expect(loaded).toHaveLength(1);
    const [reference] = loaded;
    const before = reference!.batches.length;
    await expect.poll(() => waiting).toHaveLength(1);
    waiting[0]!();
    await expect.poll(() => chosen).toEqual([INTEGERS]);
    expect(reference!.isReleased).toBe(true);
    await predict('the cat sat here');
    expect(reference!.batches).toHaveLength(before);
    expect(loaded[1]!.batches.length).toBeGreaterThan(0);
    expect(loaded).toHaveLength(2);
    expect(stored).toEqual([]);
  });

  it('keeps float32 where that is remembered', async () => {
    const float32 = { ...INTEGERS, precision: 'float32' as const };
    const { loaded, chosen, predict } = server(float32);
    await predict('the cat sat');
    await expect.poll(() => chosen).toEqual([float32]);
    await predict('the cat sat here');
    expect(loaded).toHaveLength(1);
    expect(loaded[0]!.isReleased).toBe(false);
  });
});
