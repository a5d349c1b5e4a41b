import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AppError } from '../../../src/core/errors.js';
import {
  explainPrediction,
  MOST_EXPLAINED_WORDS,
} from '../../../src/core/predict/explainPrediction.js';
import { runRows } from '../../../src/core/predict/runRows.js';
import { spearman } from '../../../src/core/stats/rankCorrelation.js';
import { padSequences } from '../../../src/core/tokenizer/padSequences.js';
import { initializeParameters } from '../../../src/core/models/weights/initialize.js';
import { writeModelFolder } from '../../../src/node/models/modelFolder.js';
import type { PredictionModel } from '../../../src/node/models/predictionModel.js';
import { loadPredictionModel } from '../../../src/node/models/predictionModel.js';
import { tinyConfig, tinyTokenizerJson } from '../../support/tinyModel.js';
import { FakeModel, FakeTokenizer, mixedRule, softmax } from './fakeModel.js';

const TOKENS = ['the', 'cat', 'sat', 'on', 'mat', 'un', '##happy', '##ly', ',', '.', 'dog', '7'];
const tokenizer = new FakeTokenizer(TOKENS);
const id = (token: string): number => tokenizer.tokenToId(token)!;
const MASK = tokenizer.special.mask;

/** Probability of tokens one after the other at their place, the later ones masked: a loop of single rows. */
function slowLogOdds(ids: readonly number[], start: number, pieces: readonly number[]): number {
  let product = 1;
  pieces.forEach((piece, i) => {
    const row = [2, ...ids, 3];
    pieces.forEach((other, j) => (row[1 + start + j] = j < i ? other : MASK));
    const logits = tokenizer.vocabulary.map((_, token) =>
      Math.fround(mixedRule(row, 1 + start + i, token)),
    );
    product *= softmax(logits)[piece]!;
  });
  return Math.log(product / (1 - product));
}

const messageOf = async (work: Promise<unknown>): Promise<string> => {
  const thrown: unknown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  return thrown instanceof AppError ? thrown.message : String(thrown);
};

describe('explainPrediction by occlusion', () => {
  it('masks each word of the context in turn, all its pieces, and compares log-odds', async () => {
    const text = 'The unhappyly cat sat on [MASK], 7 dog.';
    const model = new FakeModel(tokenizer, mixedRule);
    const found = await explainPrediction(model, { text, start: 14, end: 17 });
    const ids = [
      ...['the', 'un', '##happy', '##ly', 'cat', 'sat', 'on'].map(id),
      ...[MASK, id(','), id('7'), id('dog'), id('.')],
    ];
    const base = slowLogOdds(ids, 4, [id('cat')]);
    const without = (first: number, end: number): number =>
      slowLogOdds(
        ids.map((token, i) => (i >= first && i < end ? MASK : token)),
        4,
        [id('cat')],
      );
    expect(found).toMatchObject({ word: 'cat', pieces: 1, isCut: false, sequences: 7 });
    expect(found.logOdds).toBeCloseTo(base, 4);
    expect(found.probability).toBeCloseTo(1 / (1 + Math.exp(-base)), 10);
    const expected = [
      ['The', without(0, 1)],
      ['unhappyly', without(1, 4)],
      ['sat', without(5, 6)],
      ['on', without(6, 7)],
      ['7', without(9, 10)],
      ['dog', without(10, 11)],
    ] as const;
    expect(found.words.map(({ start, end }) => text.slice(start, end))).toEqual(
      expected.map(([word]) => word),
    );
    found.words.forEach(({ occlusion, gradient }, i) => {
      expect(occlusion).toBeCloseTo(base - expected[i]![1], 4);
      expect(gradient).toBeNull();
    });
    expect(found.agreement).toBeNull();
  });

  it('explains words of several pieces at a mask by the chain rule over their pieces', async () => {
    const text = 'the [MASK] sat';
    const model = new FakeModel(tokenizer, mixedRule);
    const place = { text, start: 4, end: 10 };
    const found = await explainPrediction(model, { ...place, word: 'unhappyly' });
    const pieces = ['un', '##happy', '##ly'].map(id);
    const rows = (the: number, sat: number): number =>
      slowLogOdds([the, ...pieces, sat], 1, pieces);
    const base = rows(id('the'), id('sat'));
    expect(found).toMatchObject({ word: 'unhappyly', pieces: 3, sequences: 9 });
    expect(found.logOdds).toBeCloseTo(base, 4);
    expect(found.words.map(({ occlusion }) => occlusion)).toEqual([
      expect.closeTo(base - rows(MASK, id('sat')), 4),
      expect.closeTo(base - rows(id('the'), MASK), 4),
    ]);
    expect(model.batches).toHaveLength(1);
  });

  it('explains the best prediction of a mask by default, and the word itself elsewhere', async () => {
    const model = new FakeModel(tokenizer, mixedRule);
    const masked = await explainPrediction(model, { text: 'the [MASK] sat', start: 4, end: 10 });
    const logits = await runRows(model, [{ ids: [id('the'), MASK, id('sat')], positions: [1] }]);
    const words = ['the', 'cat', 'sat', 'on', 'mat', 'un', 'dog', '7'];
    const best = words.sort((a, b) => logits[0]![0]![id(b)]! - logits[0]![0]![id(a)]!)[0];
    expect(masked.word).toBe(best);
    const own = await explainPrediction(model, { text: 'the cat sat', start: 4, end: 7 });
    expect(own.word).toBe('cat');
    const other = await explainPrediction(model, {
      ...{ text: 'the cat sat', start: 4, end: 7, word: 'dog' },
    });
    expect(other.word).toBe('dog');
    expect(other.logOdds).toBeCloseTo(slowLogOdds([id('the'), MASK, id('sat')], 1, [id('dog')]), 4);
  });

  it('keeps to the nearest words, and says that there are more', async () => {
    const model = new FakeModel(tokenizer, mixedRule, 512);
    const text = `${'dog '.repeat(70)}cat${' dog'.repeat(70)}`;
    const found = await explainPrediction(model, { text, start: 280, end: 283 });
    expect(found.words).toHaveLength(MOST_EXPLAINED_WORDS);
    expect(found.isCut).toBe(true);
    expect(found.words[0]!.start).toBe(120);
    expect(found.words.at(-1)!.end).toBe(text.length - 120);
    expect(Math.max(...model.batches.map(({ length }) => length))).toBeLessThanOrEqual(128);
  });

  it('refuses words without tokens, and stops when it is canceled', async () => {
    const model = new FakeModel(tokenizer, mixedRule);
    const place = { text: 'the zebra sat', start: 4, end: 9 };
    expect(await messageOf(explainPrediction(model, place))).toContain('cannot spell "zebra"');
    const aborted = explainPrediction(model, { ...place, word: 'cat' }, { aborted: true });
    await expect(aborted).rejects.toThrow('Cancelled');
  });
});

describe('explainPrediction by gradients', () => {
  const TEXT = 'the old captain saw the white whale near the ship at dawn and the sea was calm';
  let folder: string;
  let model: PredictionModel;

  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-explain-'));
    const tokenizerJson = tinyTokenizerJson(TEXT);
    const { model: words } = tokenizerJson as { model: { vocab: object } };
    const config = tinyConfig(Object.keys(words.vocab).length);
    // Larger weights than those of a new model, which make its context matter.
    const parameters = initializeParameters({ ...config, initializer_range: 0.2 }, 3);
    await writeModelFolder(folder, { config, parameters, tokenizerJson, modelCard: '' });
    model = await loadPredictionModel(folder, { threads: 1 });
  });
  afterAll(async () => {
    await model.release();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  /** Log-odds of the word when the embeddings of a context word are moved toward the mask. */
  async function movedLogOdds(options: {
    readonly ids: readonly number[];
    readonly place: number;
    readonly pieces: readonly number[];
    readonly moved: readonly number[];
    readonly by: number;
  }): Promise<number> {
    const { ids, place, pieces, moved, by } = options;
    const { mask } = model.tokenizer.special;
    let product = 1;
    for (const [i, piece] of pieces.entries()) {
      const row = [...ids];
      pieces.forEach((other, j) => (row[place + j] = j < i ? other : mask));
      const batch = padSequences([model.tokenizer.frame(row)], { pad: 0 });
      const logits = await model.withGradients!(async (gradients) => {
        const { width } = gradients;
        const embeddings = gradients.embeddingsOf(batch.inputIds);
        const baseline = gradients.embeddingsOf([mask]);
        for (const token of moved) {
          for (let k = 0; k < width; k++) {
            const at = (1 + token) * width + k;
            embeddings[at]! += by * (baseline[k]! - embeddings[at]!);
          }
        }
        const positions = BigInt64Array.of(BigInt(1 + place + i));
        const cotangent = new Float32Array(model.tokenizer.vocabularySize);
        const found = await gradients.gradientsOf({ ...batch, embeddings, positions }, cotangent);
        return found.logits;
      });
      product *= softmax([...logits])[piece]!;
    }
    return Math.log(product / (1 - product));
  }

  it.each([
    ['whale', 'a word of one piece'],
    ['shipwhale', 'a word of several pieces'],
  ])('gives the slope toward the mask, and occlusion as the slow loop (%s)', async (word) => {
    const text = 'the old seawhale saw the [MASK] at dawn';
    const place = { text, start: 25, end: 31 };
    const found = await explainPrediction(model, { ...place, word });
    expect(found.gradientError).toBeNull();
    const pairs = found.words.map(({ occlusion, gradient }) => [occlusion, gradient!] as const);
    expect(found.agreement).toBe(spearman(pairs));

    const encode = (part: string): number[] => [...model.tokenizer.encode(part).ids];
    const before = encode(text.slice(0, 25));
    const pieces = encode(word);
    const ids = [...before, ...pieces, ...encode(text.slice(31))];
    expect(found.pieces).toBe(pieces.length);
    for (const { start, end, occlusion, gradient } of found.words) {
      const ahead = encode(text.slice(0, start)).length;
      const first = start < 25 ? ahead : ahead - 1 + pieces.length;
      const count = encode(text.slice(start, end)).length;
      const moved = Array.from({ length: count }, (_, i) => first + i);
      const at = (by: number): Promise<number> =>
        movedLogOdds({ ids, place: before.length, pieces, moved, by });
      const step = 0.01;
      const slope = ((await at(step)) - (await at(-step))) / (2 * step);
      expect(gradient).toBeCloseTo(-slope, 3);
      // All the way to the mask is occlusion.
      expect(occlusion).toBeCloseTo((await at(0)) - (await at(1)), 4);
    }
    expect(found.words.some(({ gradient }) => Math.abs(gradient!) > 0.05)).toBe(true);
  });
});
