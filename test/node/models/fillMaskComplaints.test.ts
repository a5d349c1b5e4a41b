/** Inputs that people reported about fill-mask of other tools; the numbers are those of the threads. */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUNDLED_MODEL_FOLDER } from '../../../src/core/models/bundled.js';
import { fillJointly } from '../../../src/core/predict/fillJointly.js';
import { fillMasks, type MaskFill } from '../../../src/core/predict/fillMasks.js';
import { masksIn, spellMasks } from '../../../src/core/predict/spelledMasks.js';
import { referenceTokenizer } from '../../support/referenceTokenizers.js';
import { FakeModel, mixedRule } from '../../core/predict/fakeModel.js';
import {
  loadPredictionModel,
  type PredictionModel,
} from '../../../src/node/models/predictionModel.js';

let model: PredictionModel;
beforeAll(async () => {
  const folder = path.join(import.meta.dirname, '../../..', BUNDLED_MODEL_FOLDER);
  model = await loadPredictionModel(folder, { threads: 1 });
});
afterAll(() => model.release());

const WORD = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}'’.-]*$/u;

/** Fills of the masks of a text, whatever their spelling, with their places in it. */
async function fillsOf(
  written: string,
  asked: { readonly topK?: number; readonly targets?: readonly string[] } = {},
): Promise<MaskFill[]> {
  const masks = masksIn(written);
  const { text } = spellMasks(written, masks, model.tokenizer.maskToken);
  const fills = await fillMasks(model, { text, topK: 5, ...asked });
  return fills.map((fill, i) => ({ ...fill, start: masks[i]!.start, end: masks[i]!.end }));
}

describe('the bundled model', () => {
  it.each([
    ['several masks (#3609)', 'The [MASK] of the house was [MASK] and [MASK].', 3],
    ['masks without a space between them (#17394)', 'It is <mask><mask>.', 2],
    ['every spelling of a mask (#3318)', 'The [MASK], the <mask>, the ____ and the <|mask|>.', 4],
    ['a mask at the beginning (#11934)', '<mask> the campaign ended, he ran for mayor.', 1],
    ['a mask before the end of the text (#11415)', 'app <mask>', 1],
    ['a mask between other words (PR #2778)', 'She likes <mask> cats.', 1],
    ['a mask behind signs of several units (#3796)', '😀 The 👩‍👩‍👧‍👦 saw the [MASK] 𝒜 [MASK].', 2],
    ['special tokens in the text (#17394)', '[CLS] It is [MASK] . [SEP] </s>', 1],
  ])('fills %s with whole words, in place', async (_, text, count) => {
    const fills = await fillsOf(text);
    expect(fills).toHaveLength(count);
    for (const { start, end, candidates } of fills) {
      expect(text.slice(start, end)).toMatch(/^(?:\[MASK\]|<\|?mask\|?>|____)$/u);
      expect(candidates).toHaveLength(5);
      for (const { word } of candidates) {
        expect(word).toMatch(WORD);
        expect(word.startsWith('##')).toBe(false);
      }
      const shares = candidates.map(({ probability }) => probability);
      expect(shares).toEqual([...shares].sort((a, b) => b - a));
    }
  });

  it('continues a word only where the mask touches it (#8507, LAMA #38)', async () => {
    const [apart] = await fillsOf('The cat is sitting at the high [MASK] now.', { topK: 50 });
    const isContinuation = (id: number): boolean => model.tokenizer.isContinuation(id);
    for (const { tokens } of apart!.candidates) {
      expect(isContinuation(tokens[0]!)).toBe(false);
    }
    const [beside] = await fillsOf('The cat is sitting at high[MASK] point.', { topK: 50 });
    expect(beside!.candidates.some(({ tokens }) => isContinuation(tokens[0]!))).toBe(true);
  });

  it('scores targets of several pieces whole, and never a first piece instead (#19379)', async () => {
    const text = 'When I am hungry, I eat a <mask>.';
    const targets = ['pizza', 'p', 'banana', 'pasta', 'apple'];
    const [fill] = await fillsOf(text, { topK: 1, targets });
    expect(fill!.targets.map(({ word }) => word)).toEqual(targets);
    const [pizza, p, ...others] = fill!.targets;
    expect(pizza!.tokens.length).toBeGreaterThan(1);
    expect(pizza!.probability).toBeGreaterThan(0);
    expect(pizza!.probability).not.toBe(p!.probability);
    for (const { word, tokens } of others) {
      const spelled = tokens.map((id) => model.tokenizer.readable(id)).join('');
      expect(spelled).toBe(word);
    }
  });

  it('scores all targets, in their order, whatever topK is (happy-transformer #251)', async () => {
    const targets = ['zebra', 'sea', 'ship', 'harbor', 'house', 'the', 'water'];
    const [fill] = await fillsOf('The captain looked at the [MASK].', { topK: 1, targets });
    expect(fill!.targets.map(({ word }) => word)).toEqual(targets);
    expect(fill!.candidates).toHaveLength(1);
  });

  it('reads around each mask of a text of more than 512 tokens, and says so (#4501)', async () => {
    const filler = 'The old man told a long story about the sea and the harbor of the town, ';
    const text = `The [MASK] came. ${filler.repeat(80)} and went to the [MASK]`;
    expect(model.tokenizer.encode(text).ids.length).toBeGreaterThan(1000);
    const fills = await fillsOf(text);
    expect(fills.map(({ start }) => start)).toEqual([4, text.lastIndexOf('[MASK]')]);
    for (const { contextTokens, candidates } of fills) {
      expect(contextTokens).toBeGreaterThan(100);
      expect(contextTokens).toBeLessThanOrEqual(128);
      expect(candidates).toHaveLength(5);
    }
    const [alone] = await fillsOf(text.slice(text.length - 900));
    expect(alone!.candidates).toEqual(fills[1]!.candidates);
  });

  it('has neither special tokens nor the mask among all of its predictions (#12390)', async () => {
    const [fill] = await fillsOf('My [MASK] is Roberto.', { topK: model.tokenizer.vocabularySize });
    expect(fill!.candidates.length).toBeGreaterThan(5000);
    for (const { word, tokens } of fill!.candidates) {
      expect(word).toMatch(/[\p{L}\p{N}]/u);
      expect(tokens.some((id) => model.tokenizer.isSpecial(id))).toBe(false);
    }
  });

  it('fills masks of a sentence so that they fit, with words alone (#10158)', async () => {
    const text = 'The [MASK] of the ship gave his [MASK] to the crew.';
    const starts = masksIn(text).map(({ start }) => start);
    const [best] = await fillJointly(model, { text, starts, topK: 3 });
    expect(best!.words).toHaveLength(2);
    for (const word of best!.words) expect(word).toMatch(WORD);
  });
});

describe.each(['roberta', 'modernBert', 'xlmRoberta', 'camembert', 'mmBert'] as const)(
  'with the tokens of %s',
  (name) => {
    const tokenizer = referenceTokenizer(name);
    it.each([
      'My name is <mask>.',
      'She likes <mask> cats.',
      'I <mask> you',
      'app <mask>',
      '<mask>  the campaign ended',
      'It is <mask> <mask>.',
      'It is <mask><mask>.',
      'The goal of <mask> is happiness.',
    ])('shows words for %j as they are written, without signs of spaces', async (written) => {
      const { text, masks } = spellMasks(written, masksIn(written), tokenizer.maskToken);
      const fake = new FakeModel(tokenizer, mixedRule);
      const fills = await fillMasks(fake, { text, topK: 20 });
      expect(fills.map(({ start, end }) => ({ start, end }))).toEqual(masks);
      for (const { start, candidates } of fills) {
        for (const { word, tokens } of candidates) {
          expect(word).not.toMatch(/[\sĠ▁]|<|##/u);
          // Behind a space, a token that brings its own; behind a letter or another mask, one that has none.
          const isBare = start > 0 && text[start - 1] !== ' ';
          if (start > 0) expect(tokenizer.isContinuation(tokens[0]!)).toBe(isBare);
        }
      }
    });
  },
);
