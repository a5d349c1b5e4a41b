import { describe, expect, it } from 'vitest';
import { scoreTexts } from '../../../src/core/profile/profileScore.js';
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
const SIZE = tokenizer.vocabularySize;

/** Gives `probability` to the word `sea`, and the rest in equal parts to all others. */
function modelOf(probability: number): MaskedLanguageModel & { batches: number; masked: number } {
  const sea = tokenizer.tokenToId('sea')!;
  return {
    ...{ tokenizer, maxLength: 32, batches: 0, masked: 0 },
    logitsAt({ positions, inputIds }) {
      this.batches++;
      const logits = new Float32Array(positions.length * SIZE);
      logits.fill(Math.log((1 - probability) / (SIZE - 1)));
      positions.forEach((position, i) => {
        logits[i * SIZE + sea] = Math.log(probability);
        if (inputIds[Number(position)] === BigInt(tokenizer.special.mask)) this.masked++;
      });
      return Promise.resolve(logits);
    },
  };
}

const texts = Array.from({ length: 40 }, (_, i) => `${'sea '.repeat(28)}${i}`);
const never = (): boolean => false;

describe('scoreTexts', () => {
  it('is the mean negative log-likelihood of masked tokens, in nats', async () => {
    const model = modelOf(0.5);
    const score = (await scoreTexts(model, texts, { isTimeUp: never }))!;
    expect(score.loss).toBeCloseTo(Math.log(2), 5);
    expect(score.perplexity).toBeCloseTo(2, 4);
    expect(score.standardError).toBeLessThan(0.01);
    expect(score.sequences).toBe(40);
    // 15% of 28 tokens of 40 texts, 80% of them replaced by the mask token.
    expect(score.maskedTokens / (28 * 40)).toBeCloseTo(0.15, 1);
    expect(model.masked / score.maskedTokens).toBeCloseTo(0.8, 1);
  });

  it('is higher where the text is another, with an error of its mean', async () => {
    const mixed = texts.map((text, i) => (i % 2 === 0 ? text : text.replaceAll('sea', 'ship')));
    const score = (await scoreTexts(modelOf(0.9), mixed, { isTimeUp: never }))!;
    expect(score.loss).toBeGreaterThan(-Math.log(0.9) + 0.5);
    expect(score.standardError).toBeGreaterThan(0.1);
  });

  it('gives the same number again, and ends when its time is up', async () => {
    const score = await scoreTexts(modelOf(0.3), texts, { isTimeUp: never });
    expect(await scoreTexts(modelOf(0.3), texts, { isTimeUp: never })).toEqual(score);
    const short = await scoreTexts(modelOf(0.3), texts, { isTimeUp: () => true });
    expect(short!.sequences).toBe(16);
  });

  it('has nothing to say of text that the model has no token for', async () => {
    expect(await scoreTexts(modelOf(0.5), ['123 456', ''], { isTimeUp: never })).toBeNull();
  });

  it('stops when it is cancelled', async () => {
    const scoring = scoreTexts(modelOf(0.5), texts, { isTimeUp: never, signal: { aborted: true } });
    await expect(scoring).rejects.toMatchObject({ code: 'Cancelled' });
  });
});
