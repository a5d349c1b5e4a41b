import { describe, expect, it } from 'vitest';
import { Confusables } from '../../../src/core/predict/confusables.js';
import {
  chooseSuggestions,
  scoreConfusables,
  suggestWords,
  type ScoredConfusable,
} from '../../../src/core/predict/suggestWords.js';
import { leastSurprisal, type Thresholds } from '../../../src/core/predict/wordSuggestion.js';
import { wordsIn } from '../../../src/core/text/words.js';
import { FakeModel, FakeTokenizer, softmax, type LogitRule } from './fakeModel.js';

const TOKENS = [
  ...['they', 'lost', 'their', 'there', 'keys', 'in', 'the', 'garden', 'rece', 'reci', '##ive'],
  ...['##eve', 'letter', 'will', 'a', '.', 'guarden'],
];
const tokenizer = new FakeTokenizer(TOKENS);
const LIST = [
  'they',
  'lost',
  'their',
  'there',
  'keys',
  'the',
  'garden',
  'receive',
  'letter',
  'will',
];
const confusables = new Confusables(LIST);
const LOGITS: Readonly<Record<string, number>> = { their: 9, rece: 8, '##ive': 8, garden: 7 };
const rule: LogitRule = (_, __, token) => LOGITS[tokenizer.idToToken(token)] ?? 0;
const model = new FakeModel(tokenizer, rule);
const all = softmax(Array.from({ length: tokenizer.vocabularySize }, (_, id) => rule([], 0, id)));
const probabilityOf = (token: string): number => all[tokenizer.tokenToId(token)!]!;

const LOW: Thresholds = {
  misspelled: { margin: 1, probability: 0.01 },
  confused: { margin: 1, probability: 0.01 },
  mistyped: { margin: 1, probability: 0.01 },
};
const suggest = (text: string, thresholds: Thresholds = LOW) =>
  suggestWords(model, { text, words: wordsIn(text), confusables, thresholds });
const shown = async (text: string, thresholds?: Thresholds): Promise<string[]> =>
  (await suggest(text, thresholds)).map(({ word, replacement }) => `${word} ${replacement}`);

describe('suggestWords', () => {
  it('suggests a word that the model prefers, with margin and probability', async () => {
    const text = 'they lost there keys in the garden';
    const [found, ...others] = await suggest(text);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ start: 10, end: 15, word: 'there', replacement: 'their' });
    expect(found!.confusion).toBe('confused');
    expect(found!.margin).toBeCloseTo(9, 5);
    expect(found!.probability).toBeCloseTo(probabilityOf('their'), 6);
  });

  it('knows by how much a word leads the others that may have been meant', async () => {
    const text = 'they lost there keys in the garden';
    const scored = await scoreConfusables(model, {
      ...{ text, words: wordsIn(text), confusables, thresholds: LOW },
    });
    expect(scored.map(({ replacement, lead }) => [replacement, lead])).toEqual([['their', null]]);
  });

  it('compares words of several pieces with each other and with those of one', async () => {
    const text = 'they will recieve a letter in the garden';
    const thresholds = { ...LOW, misspelled: { margin: 1, probability: 0 } };
    const scored = await scoreConfusables(model, {
      text,
      words: wordsIn(text),
      confusables,
      thresholds,
    });
    expect(scored.map(({ replacement }) => replacement)).toEqual(['receive']);
    const pieces = (...tokens: string[]): number =>
      tokens.reduce((sum, token) => sum + Math.log(probabilityOf(token)), 0);
    const expected = pieces('rece', '##ive') - pieces('reci', '##eve');
    expect(scored[0]!.margin).toBeCloseTo(expected, 4);
    expect(await shown('they lost a letter in the guarden')).toEqual(['guarden garden']);
  });

  it('keeps to the thresholds of each relation', async () => {
    const text = 'they lost there keys in the garden';
    const margin = { ...LOW, confused: { margin: 9.1, probability: 0.01 } };
    expect(await shown(text, margin)).toEqual([]);
    const probability = { ...LOW, confused: { margin: 1, probability: 0.9 } };
    expect(await shown(text, probability)).toEqual([]);
    expect(leastSurprisal(LOW)).toBeCloseTo(1 / Math.LN2);
  });

  it('suggests one word for each sentence', async () => {
    const text = 'they lost there keys in the guarden . They will lost there letter in the garden';
    expect(await shown(text)).toEqual(['there their', 'there their']);
  });

  it('leaves out words that are not asked for, and sentences in other languages', async () => {
    const text = 'they lost there keys in the garden';
    const words = wordsIn(text).slice(3);
    expect(await suggestWords(model, { text, words, confusables, thresholds: LOW })).toEqual([]);
    expect(await shown('sie haben there keys dort drinnen verloren')).toEqual([]);
  });
});

describe('chooseSuggestions', () => {
  const scored = (start: number, sentence: number, margin: number): ScoredConfusable => ({
    ...{ start, end: start + 1, sentence: { start: sentence, end: sentence + 10 } },
    ...{ word: 'a', replacement: 'b', confusion: 'confused', margin, probability: 0.5 },
    lead: null,
  });

  it('has the largest margin of each sentence, in the order of the text', () => {
    const chosen = chooseSuggestions([scored(12, 10, 3), scored(1, 0, 2), scored(5, 0, 4)], LOW);
    expect(chosen.map(({ start }) => start)).toEqual([5, 12]);
  });

  it('leaves out words that lead others by too little', () => {
    const thresholds = { ...LOW, confused: { margin: 1, probability: 0.01, lead: 1 } };
    const found = [
      { ...scored(1, 0, 2), lead: 0.9 },
      { ...scored(12, 10, 2), lead: 1 },
      scored(25, 20, 2),
    ];
    expect(chooseSuggestions(found, thresholds).map(({ start }) => start)).toEqual([12, 25]);
    expect(chooseSuggestions(found, LOW)).toHaveLength(3);
  });
});
