import { describe, expect, it, vi } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import type { PredictionBatch } from '../../src/core/predict/maskedLanguageModel.js';
import { createHandlers } from '../../src/modelServer/modelServerHandlers.js';
import { modelServerSide } from '../../src/protocol/modelServer.js';
import type { Lane } from '../../src/core/predict/jobs.js';
import { FakeServedModel } from '../support/fakeServedModel.js';

const { signal } = new AbortController();

const handlersOf = (load: (folder: string) => Promise<FakeServedModel>) =>
  createHandlers({
    load,
    versionOf: () => Promise.resolve(''),
    readWords: () => Promise.resolve(['cats']),
    scales: { readSample: () => Promise.resolve('') },
    warn: () => undefined,
  });
const handlersFor = (model: FakeServedModel) => handlersOf(() => Promise.resolve(model));

const request = {
  modelFolder: 'a',
  text: 'the cat',
  start: 4,
  end: 7,
  topK: 2,
  lane: 'interactive',
} as const;

/** Ninety-six texts, which a model scores in six runs. */
const SAMPLE = {
  modelFolder: 'a',
  texts: Array.from({ length: 96 }, (_, i) => `the cat sat ${i}`),
};

describe('handlers', () => {
  it('computes a repeated request once, whatever its lane', async () => {
    const model = new FakeServedModel();
    const { predictWord } = handlersFor(model);
    const first = await predictWord(request, signal);
    expect(await predictWord({ ...request, lane: 'background' }, signal)).toEqual(first);
    expect(model.batches).toHaveLength(1);
    await predictWord({ ...request, topK: 1 }, signal);
    expect(model.batches).toHaveLength(2);
  });

  it('writes and varies nothing in text that the model never read', async () => {
    const foreignLanguage = () => Promise.resolve('de');
    const model = Object.assign(new FakeServedModel(), { foreignLanguage });
    const { maskPredict, generateVariations } = handlersFor(model);
    const sampling = { temperature: 1, topP: 1, seed: 1, count: 1, lane: 'interactive' } as const;
    const written = await maskPredict(
      { ...sampling, modelFolder: 'a', text: 'the [MASK]', starts: [4], iterations: 1 },
      signal,
      () => undefined,
    );
    const unread = { script: null, language: 'de' };
    expect(written).toEqual({ found: [], unread });
    const policy = { name: 'p', text: '{}', folder: null } as never;
    const varied = await generateVariations(
      {
        ...sampling,
        modelFolder: 'a',
        text: 'the cat',
        within: { start: 0, end: 7 },
        policy,
        sweeps: 0,
      },
      signal,
      () => undefined,
    );
    expect(varied).toMatchObject({ found: [], unread });
    expect(model.batches).toEqual([]);
  });

  it('explains a prediction once for all who ask, and by occlusion alone without gradients', async () => {
    const model = new FakeServedModel();
    const { explainPrediction } = handlersFor(model);
    const { modelFolder, start, end, lane } = request;
    const asked = { modelFolder, start, end, lane, text: 'the cat sat' };
    const explained = await explainPrediction(asked, signal);
    const { explainPrediction: schema } = modelServerSide.calls;
    expect(schema.response.parse(JSON.parse(JSON.stringify(explained)))).toEqual(explained);
    expect(explained).toMatchObject({ word: 'cat', sequences: 3, gradientError: null });
    expect(explained.words.map(({ start, gradient }) => [start, gradient])).toEqual([
      [0, null],
      [8, null],
    ]);
    expect(await explainPrediction(asked, signal)).toEqual(explained);
    expect(model.batches).toHaveLength(1);
    await expect(async () => explainPrediction({ ...asked, end: 99 }, signal)).rejects.toThrow(
      'range 4–99',
    );
    const other = await explainPrediction({ ...asked, word: 'sats' }, signal);
    expect(other).toMatchObject({ word: 'sats', pieces: 2, sequences: 6 });
  });

  it('tries again after a failed load', async () => {
    let attempts = 0;
    const { describeModel } = handlersOf(() => {
      attempts++;
      return attempts === 1
        ? Promise.reject(new Error('not there yet'))
        : Promise.resolve(new FakeServedModel());
    });
    await expect(describeModel({ modelFolder: 'a', lane: 'visible' }, signal)).rejects.toThrow(
      'not there yet',
    );
    expect(await describeModel({ modelFolder: 'a', lane: 'visible' }, signal)).toMatchObject({
      name: 'fake',
    });
  });

  it('proposes words of several tokens from the built-in list and from the request', async () => {
    const { predictWord, fillMasks } = handlersFor(new FakeServedModel());
    const wordsOf = async (asked: { words?: string[] }): Promise<string[]> => {
      const found = await predictWord({ ...request, topK: 9, ...asked }, signal);
      return found!.candidates.map(({ word }) => word).sort();
    };
    expect(await wordsOf({})).toEqual(['cat', 'sat', 'the']);
    // The first answer does not wait until the list is spelled, and is not kept.
    expect(await wordsOf({ words: [] })).toEqual(['cat', 'sat', 'the']);
    await vi.waitFor(async () => {
      expect(await wordsOf({ words: [] })).toEqual(['cat', 'cats', 'sat', 'the']);
    });
    const all = ['cat', 'cats', 'sat', 'sats', 'the'];
    expect(await wordsOf({ words: ['sats', 'zebra'] })).toEqual(all);
    const { modelFolder, lane } = request;
    const text = 'the [MASK]';
    const filled = await fillMasks({ modelFolder, lane, text, topK: 9, words: ['sats'] }, signal);
    expect(filled.masks[0]!.candidates.map(({ word }) => word).sort()).toEqual(all);
  });

  it('computes the scale of excess surprisal once, and none for a model that cannot read the sample', async () => {
    const model = new FakeServedModel();
    const asked = { modelFolder: 'a', lane: 'background' } as const;
    const scaleOf = (sample: string) =>
      createHandlers({
        load: () => Promise.resolve(model),
        versionOf: () => Promise.resolve(''),
        readWords: () => Promise.resolve([]),
        scales: { readSample: () => Promise.resolve(sample) },
        warn: () => undefined,
      }).excessScale;
    const excessScale = scaleOf('the cat sat '.repeat(300));
    const { scale } = await excessScale(asked, signal);
    // Every second word.
    expect(scale?.words).toBe(450);
    const { length } = model.batches;
    expect(await excessScale(asked, signal)).toEqual({ scale });
    expect(model.batches).toHaveLength(length);
    expect(await scaleOf('zebra '.repeat(900))(asked, signal)).toEqual({ scale: null });
  });

  it('goes on without a built-in list that cannot be read', async () => {
    const warnings: string[] = [];
    const { predictWord } = createHandlers({
      load: () => Promise.resolve(new FakeServedModel()),
      versionOf: () => Promise.resolve(''),
      readWords: () => Promise.reject(new Error('no such file')),
      scales: { readSample: () => Promise.resolve('') },
      warn: (message) => warnings.push(message),
    });
    const found = await predictWord({ ...request, topK: 9, words: ['sats'] }, signal);
    expect(found!.candidates.map(({ word }) => word)).toContain('sats');
    expect(warnings).toEqual(['no word list: Error: no such file']);
  });

  it('refuses a range outside the text', () => {
    const { predictWord } = handlersFor(new FakeServedModel());
    expect(() => predictWord({ ...request, end: 99 }, signal)).toThrow(AppError);
  });

  it('runs one forward pass at a time', async () => {
    let running = 0;
    let most = 0;
    class SlowModel extends FakeServedModel {
      override async logitsAt(batch: PredictionBatch): Promise<Float32Array> {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 2));
        running--;
        return super.logitsAt(batch);
      }
    }
    const { predictWord } = handlersFor(new SlowModel());
    await Promise.all([1, 2, 3].map(async (topK) => predictWord({ ...request, topK }, signal)));
    expect(most).toBe(1);
  });

  it('interrupts a long score after the model run that is under way when a hover comes', async () => {
    const order: string[] = [];
    const hovers: Promise<unknown>[] = [];
    class Noting extends FakeServedModel {
      override logitsAt(batch: PredictionBatch): Promise<Float32Array> {
        const isHover = batch.batchSize === 1;
        order.push(isHover ? 'hover' : 'score');
        if (order.length === 2) hovers.push(Promise.resolve(predictWord(request, signal)));
        return super.logitsAt(batch);
      }
    }
    const { predictWord, scoreTexts } = handlersFor(new Noting());
    await scoreTexts({ ...SAMPLE, lane: 'background' }, signal, () => undefined);
    await Promise.all(hovers);
    expect(order).toEqual(['score', 'score', 'hover', 'score', 'score', 'score', 'score']);
  });

  it('runs the model no more once a score is cancelled, and tells of its progress before', async () => {
    const abort = new AbortController();
    const model = new FakeServedModel();
    const heard: unknown[] = [];
    const score = handlersFor(model).scoreTexts(
      { ...SAMPLE, lane: 'background' },
      abort.signal,
      (progress) => {
        heard.push(progress);
        if (heard.length === 2) abort.abort();
      },
    );
    await expect(score).rejects.toMatchObject({ code: 'Cancelled' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(model.batches).toHaveLength(2);
    expect(heard).toEqual([
      { done: 16, total: 96 },
      { done: 32, total: 96 },
    ]);
  });

  it('remembers a complete score, and not one that ran out of time', async () => {
    let cost = 800;
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    class Slow extends FakeServedModel {
      override logitsAt(batch: PredictionBatch): Promise<Float32Array> {
        now += cost;
        return super.logitsAt(batch);
      }
    }
    try {
      const model = new Slow();
      const { scoreTexts } = handlersFor(model);
      const score = () => scoreTexts({ ...SAMPLE, lane: 'background' }, signal, () => undefined);
      const cut = await score();
      expect(cut).toMatchObject({ isComplete: false, score: { sequences: 64 } });
      cost = 1;
      const whole = await score();
      expect(whole).toMatchObject({ isComplete: true, score: { sequences: 96 } });
      const runs = model.batches.length;
      expect(await score()).toEqual(whole);
      expect(model.batches).toHaveLength(runs);
    } finally {
      vi.restoreAllMocks();
    }
  });

  it('keeps the model runs of patient work short, so that a hover need not wait for long', async () => {
    const text = 'the cat sat '.repeat(30);
    const words = Array.from({ length: 60 }, (_, i) => ({ start: i * 4, end: i * 4 + 3 }));
    const longestRun = async (lane: Lane): Promise<number> => {
      const model = new FakeServedModel();
      await handlersFor(model).scoreWords({ modelFolder: 'a', text, words, lane }, signal);
      return Math.max(...model.batches.map(({ batchSize, length }) => batchSize * length));
    };
    expect(await longestRun('visible')).toBeLessThanOrEqual(512);
    expect(await longestRun('background')).toBeLessThanOrEqual(512);
    expect(await longestRun('interactive')).toBeGreaterThan(1024);
  });

  it('describes a model as one that fills masks, and has no labels of it', async () => {
    const { describeModel, classify } = handlersFor(new FakeServedModel());
    const described = await describeModel({ modelFolder: 'a', lane: 'visible' }, signal);
    expect(described).toMatchObject({ kind: 'masked-lm', maskToken: '[MASK]' });
    const texts = [{ text: 'the cat', pair: null }];
    await expect(
      classify({ modelFolder: 'a', texts, lane: 'visible' }, signal, () => undefined),
    ).rejects.toMatchObject({ code: 'Model' });
  });
});
