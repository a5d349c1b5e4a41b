import { describe, expect, it } from 'vitest';
import { bytePairStages } from '../../../../src/core/tokenizer/training/bytePairTrainer.js';
import { unigramStages } from '../../../../src/core/tokenizer/training/unigramTrainer.js';
import {
  WordCounter,
  type WordLimits,
} from '../../../../src/core/tokenizer/training/wordCounts.js';
import { wordStagesOf } from '../../../../src/core/tokenizer/training/wordStages.js';
import { wordPieceStages } from '../../../../src/core/tokenizer/definition/wordPieceDefinition.js';

const lowercase = { lowercase: true };
const count = (
  stages: Parameters<typeof wordStagesOf>[0],
  texts: readonly string[],
  limits?: WordLimits,
) => {
  const counter = new WordCounter(wordStagesOf(stages), limits);
  for (const text of texts) counter.add(text);
  return counter.finish();
};

describe('WordCounter', () => {
  it('counts words as each kind of tokenizer has them', () => {
    const texts = ['The whale,\nthe  WHALE! naïve', '漢字 whale'];
    expect(Object.fromEntries(count(wordPieceStages(lowercase), texts).words)).toEqual({
      ...{ the: 2, whale: 3, ',': 1, '!': 1, naive: 1, 漢: 1, 字: 1 },
    });
    expect(Object.fromEntries(count(unigramStages(lowercase), texts).words)).toEqual({
      ...{ '▁the': 2, '▁whale,': 1, '▁whale!': 1, '▁naïve': 1, '▁漢字': 1, '▁whale': 1 },
    });
    const bytes = count(bytePairStages({ lowercase: false }), ['The whale the  whale\n']).words;
    expect(Object.fromEntries(bytes)).toEqual({ The: 1, Ġwhale: 2, Ġthe: 1, Ġ: 1, Ċ: 1 });
  });

  it('gives the same counts however little of the text is kept at a time', () => {
    const texts = Array.from({ length: 50 }, (_, i) => `word${i % 7} and  other${i % 3}, again.`);
    const whole = count(wordPieceStages(lowercase), texts);
    const parted = count(wordPieceStages(lowercase), texts, { maxStretches: 2 });
    expect(parted).toEqual(whole);
    expect(whole.dropped).toBe(0);
  });

  it('drops the rarest words where there are too many, and says how much was lost', () => {
    const words = Array.from({ length: 1000 }, (_, i) => `rare${i}`);
    const texts = words.map((word, i) => `${word} common${i % 5}`);
    const {
      words: kept,
      total,
      dropped,
      dropThreshold,
    } = count(wordPieceStages(lowercase), texts, { maxWords: 100, maxStretches: 10 });
    expect(kept.size).toBeLessThanOrEqual(101);
    for (let i = 0; i < 5; i++) {
      const common = kept.get(`common${i}`) ?? 0;
      expect(common).toBeLessThanOrEqual(200);
      expect(common).toBeGreaterThanOrEqual(200 - dropThreshold);
      expect(common).toBeGreaterThan(150);
    }
    const left = [...kept.values()].reduce((sum, value) => sum + value, 0);
    expect([total, left + dropped]).toEqual([2000, 2000]);
  });

  it('cuts endless stretches, between characters', () => {
    const { words } = count(bytePairStages({ lowercase: false }), ['😀'.repeat(5000)]);
    const units = [...words].reduce((sum, [word, times]) => sum + times * word.length, 0);
    expect(units).toBe(4 * 5000);
    for (const word of words.keys()) expect(word.length % 4).toBe(0);
  });
});
