import { describe, expect, it } from 'vitest';
import { evaluateMaskedWords } from '../../../src/core/evaluation/evaluateMaskedWords.js';
import type { MaskedLanguageModel } from '../../../src/core/predict/maskedLanguageModel.js';
import { parseTokenizer } from '../../../src/core/tokenizer/definition/parseTokenizer.js';
import {
  BERT_SPECIAL_TOKENS,
  wordPieceDefinition,
} from '../../../src/core/tokenizer/definition/wordPieceDefinition.js';

const WORDS = ['sea', 'ship', 'whale', 'man', 'old', 'boat', 'sky', 'wind'];
const tokenizer = parseTokenizer(
  wordPieceDefinition([...BERT_SPECIAL_TOKENS, ...WORDS], { lowercase: true }),
  { path: 'tokenizer.json' },
);
const LOGITS = [4, 3, 2, 1, 0, -1, -2, -3];

/** Finds `sea` the most probable, then `ship`, and so on. */
function modelOf(): MaskedLanguageModel & { positions: number } {
  return {
    ...{ tokenizer, maxLength: 12, positions: 0 },
    logitsAt({ positions }) {
      this.positions += positions.length;
      const row = new Float32Array(tokenizer.vocabularySize).fill(-Infinity);
      WORDS.forEach((word, i) => {
        row[tokenizer.tokenToId(word)!] = LOGITS[i]!;
      });
      const logits = new Float32Array(positions.length * row.length);
      positions.forEach((_, i) => {
        logits.set(row, i * row.length);
      });
      return Promise.resolve(logits);
    },
  };
}
const lossOf = (word: string): number =>
  Math.log(LOGITS.reduce((sum, logit) => sum + Math.exp(logit), 0)) - LOGITS[WORDS.indexOf(word)]!;

async function* of(...texts: string[]): AsyncGenerator<string> {
  for (const text of texts) yield await Promise.resolve(text);
}
const usual = { rate: 0.15, seed: 0, withPseudoPerplexity: false };

describe('the evaluation of a masked language model', () => {
  it('has loss, perplexity and accuracy of the masked tokens', async () => {
    const sea = (await evaluateMaskedWords(modelOf(), of('sea '.repeat(30)), usual))!;
    expect(sea).toMatchObject({ top1: 1, top5: 1, pseudoPerplexity: null, rate: 0.15, seed: 0 });
    expect(sea.loss).toBeCloseTo(lossOf('sea'), 5);
    expect(sea.perplexity).toBeCloseTo(Math.exp(lossOf('sea')), 4);
    expect(sea.sequences).toBe(3);
    const old = (await evaluateMaskedWords(modelOf(), of('old '.repeat(30)), usual))!;
    expect(old).toMatchObject({ top1: 0, top5: 1 });
    const wind = (await evaluateMaskedWords(modelOf(), of('wind '.repeat(30)), usual))!;
    expect(wind).toMatchObject({ top1: 0, top5: 0 });
  });

  it('masks by rate and seed alone', async () => {
    const texts = Array.from({ length: 20 }, (_, i) => `${WORDS[i % 8]!} sea ship man old sky`);
    const evaluate = (changes: Partial<typeof usual>) =>
      evaluateMaskedWords(modelOf(), of(...texts), { ...usual, ...changes });
    const first = (await evaluate({}))!;
    expect(await evaluate({})).toEqual(first);
    expect((await evaluate({ seed: 1 }))!.loss).not.toBe(first.loss);
    expect((await evaluate({ rate: 0.5 }))!.maskedTokens).toBeGreaterThan(2 * first.maskedTokens);
  });

  it('has a pseudo-perplexity of every token, if wanted', async () => {
    const model = modelOf();
    const options = { ...usual, withPseudoPerplexity: true };
    const found = (await evaluateMaskedWords(model, of('sea ship sea'), options))!;
    const mean = (2 * lossOf('sea') + lossOf('ship')) / 3;
    expect(found.pseudoPerplexity).toBeCloseTo(Math.exp(mean), 4);
    expect(model.positions).toBe(found.maskedTokens + 3);
  });

  it('counts unknown tokens, which are never masked', async () => {
    const found = (await evaluateMaskedWords(modelOf(), of('sea ship zzz sea zzz'), usual))!;
    expect(found).toMatchObject({ tokens: 5, unknownTokens: 2 });
    expect(await evaluateMaskedWords(modelOf(), of('sea ship'), usual)).toMatchObject({
      ...{ tokens: 2, unknownTokens: 0 },
    });
  });

  it('is none for text that the model does not know', async () => {
    expect(await evaluateMaskedWords(modelOf(), of('¤ ¤', ''), usual)).toBeNull();
  });
});
