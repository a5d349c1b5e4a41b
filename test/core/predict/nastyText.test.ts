import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainPrediction } from '../../../src/core/predict/explainPrediction.js';
import { fillMasks } from '../../../src/core/predict/fillMasks.js';
import { predictWord } from '../../../src/core/predict/predictWord.js';
import { predictionChanges } from '../../../src/core/predict/predictionChanges.js';
import { scoreWords } from '../../../src/core/predict/scoreWords.js';
import { maskTokensIn, masksIn, spellMasks } from '../../../src/core/predict/spelledMasks.js';
import { spelledText } from '../../../src/core/predict/spelledText.js';
import { suspectWords } from '../../../src/core/predict/suspectWords.js';
import { wordAt, wordsIn, type TextRange } from '../../../src/core/text/words.js';
import type { Tokenizer } from '../../../src/core/tokenizer/tokenizer.js';
import { REFERENCE_MODELS, referenceTokenizer } from '../../support/referenceTokenizers.js';
import { FakeModel, type LogitRule } from './fakeModel.js';

/** Parts of texts that break offsets: characters of several units, accents written apart, line ends, other scripts. */
const FRAGMENTS = [
  ...['the whale', 'Ship', "don't", 'sea', 'and', 'U.S.A.', '3.14', 'e-mail', 'foo_bar', 'ﬁne'],
  ...[
    ' ',
    ' ',
    ' ',
    ', ',
    '. ',
    '! ',
    '\t',
    '\n',
    '\r\n',
    '\r\n\r\n',
    '\u00a0',
    '\u3000',
    '\u2028',
  ],
  ...['😀', '👍🏽', '👩‍👩‍👧‍👦', '🇩🇪', '❤️', '𝒜𝒷', '𠀀', '\ud800', '\udc00'],
  ...['cafe\u0301', 'e\u0323\u0307', '\u0301', 'İstanbul', 'straße', 'Å', '㎏', 'ŉ'],
  ...['\u200b', '\u200d', '\u00ad', '\ufeff', '\u2060', '\u202e', '\u0000', '\ufffd'],
  ...['שלום', 'שָׁלוֹם', 'مرحبا', 'بالتَّشْكِيل', 'Привет', 'ΟΔΥΣΣΕΥΣ', 'हिन्दी', 'น้ำ'],
  ...['船长看着大海', '我在北京学习', '日本語のテキスト', 'ガギｶﾞ', '한국어', '。', '「', '」'],
  ...['[SEP]', '</s>', '<pad>', '##ing', 'Ġthe', '▁sea', '<0x0A>', '[MASK', 'x'.repeat(300)],
];
const MASKS = ['[MASK]', '<mask>', '[mask]', '<|mask|>', ' ____ ', '[MASK:fox|red dog|ü]'];

const someText = fc
  .array(fc.constantFrom(...FRAGMENTS), { minLength: 1, maxLength: 14 })
  .map((parts) => parts.join(''));
const maskedText = fc
  .array(fc.constantFrom(...FRAGMENTS, ...MASKS, ...MASKS), { minLength: 1, maxLength: 12 })
  .map((parts) => parts.join(''));
/** Few are enough: each property is checked for twelve tokenizers. */
const RUNS = { numRuns: 25, seed: 4 };

const rule: LogitRule = (_ids, position, token) => ((token * 7 + position * 13) % 97) / 10;
const modelOf = (tokenizer: Tokenizer): FakeModel => new FakeModel(tokenizer, rule, 32);

const rowsOf = ({ batches }: FakeModel): number[][] =>
  batches.flatMap(({ batchSize, length, inputIds, attentionMask }) =>
    Array.from({ length: batchSize }, (_, row) =>
      [...inputIds.subarray(row * length, (row + 1) * length)]
        .filter((_id, i) => attentionMask[row * length + i] === 1n)
        .map(Number),
    ),
  );

const LETTER = /[\p{L}\p{N}]/u;
const isWordLike = (text: string): boolean =>
  LETTER.test(text) && !/\s|\ufffd/u.test(text) && text === text.trim();

it('is cut into words that are found again from every place in them', () => {
  fc.assert(
    fc.property(someText, (text) => {
      for (const word of wordsIn(text)) {
        for (let at = word.start; at < word.end; at++) expect(wordAt(text, at)).toEqual(word);
      }
    }),
    { numRuns: 200, seed: 4 },
  );
});

it('has masks that are found, spelled and found back', () => {
  fc.assert(
    fc.property(
      maskedText,
      fc.constantFrom('[MASK]', '<mask>', '<m>', '\u{1D400}'),
      (text, token) => {
        const masks = masksIn(text, token);
        const spelled = spelledText(text, token);
        expect(spelled.text).toBe(spellMasks(text, masks, token).text);
        for (const { start, end, targets } of masks) {
          expect(text.slice(start, end)).toMatch(/mask|^_+$|\u{1D400}/iu);
          for (const target of targets) expect(text.slice(start, end)).toContain(target);
          const there = spelled.spelled({ start, end });
          expect(spelled.text.slice(there.start, there.end)).toBe(token);
          expect(spelled.written(there)).toMatchObject({ start, end });
        }
        const isFree = (word: TextRange): boolean =>
          masks.every(({ start, end }) => end <= word.start || word.end <= start);
        for (const word of wordsIn(text).filter(isFree)) {
          const there = spelled.spelled(word);
          expect(spelled.text.slice(there.start, there.end)).toBe(text.slice(word.start, word.end));
          expect(spelled.written(there)).toEqual(word);
        }
      },
    ),
    { numRuns: 200, seed: 4 },
  );
});

it('has suspect words that are words of its sentences', () => {
  fc.assert(
    fc.property(someText, (text) => {
      for (const { start, end, sentence } of suspectWords(text)) {
        expect(text.slice(start, end)).toMatch(/^[a-z]+(?:['’][a-z]+)?$/u);
        expect(sentence.start <= start && end <= sentence.end).toBe(true);
      }
    }),
    { numRuns: 200, seed: 4 },
  );
});

describe.each(REFERENCE_MODELS)('with the tokens of %s', (name) => {
  const tokenizer = referenceTokenizer(name);
  const { maskToken } = tokenizer;

  it('each prediction is about the text that it masks', async () => {
    await fc.assert(
      fc.asyncProperty(someText, fc.nat(), async (text, chosen) => {
        const words = wordsIn(text);
        if (words.length === 0) return;
        const word = words[chosen % words.length]!;
        const model = modelOf(tokenizer);
        const found = await predictWord(model, { text, ...word, topK: 5 });
        if (found === null) return;
        const { start, end } = found;
        expect(start <= word.start && word.end <= end).toBe(true);
        if (found.word !== null) expect(found.word.text).toBe(text.slice(start, end));
        // What a word is widened by belongs to other words, and ends where they do or a token does.
        expect(text.slice(start, word.start)).toMatch(/^(?:$|[\p{L}\p{N}])/u);
        expect(text.slice(word.end, end)).toMatch(/(?:^|[\p{L}\p{N}]\p{M}*)$/u);
        // No letter outside of the range is masked.
        const { starts, ends } = tokenizer.encode(text);
        for (let i = 0; i < starts.length; i++) {
          if (ends[i]! <= word.start || starts[i]! >= word.end) continue;
          expect(text.slice(starts[i], Math.max(starts[i]!, start))).not.toMatch(LETTER);
          expect(text.slice(Math.min(ends[i]!, end), ends[i])).not.toMatch(LETTER);
        }
        for (const candidate of found.candidates) expect(candidate.word).toSatisfy(isWordLike);
        const [row = []] = rowsOf(model);
        expect(row.filter((id) => id === tokenizer.special.mask).length).toBeGreaterThan(0);
        expect(row.length).toBeLessThanOrEqual(32);
      }),
      RUNS,
    );
  });

  it('scores have the places of their words, alone and packed', async () => {
    await fc.assert(
      fc.asyncProperty(someText, fc.boolean(), async (text, isPacked) => {
        const words = wordsIn(text);
        const scored = await scoreWords(modelOf(tokenizer), { text, words, isPacked });
        expect(scored.map(({ start, end }) => ({ start, end }))).toEqual(words);
        for (const { surprisal } of scored) {
          if (surprisal !== null) expect(surprisal).toBeGreaterThanOrEqual(0);
        }
        const models = { before: modelOf(tokenizer), after: modelOf(tokenizer) };
        const changes = await predictionChanges(models, { text, words, isPacked });
        for (const { start, end } of changes.words) expect(words).toContainEqual({ start, end });
      }),
      RUNS,
    );
  });

  it('fills have the places of the masks, in their order, and no special token in them', async () => {
    await fc.assert(
      fc.asyncProperty(maskedText, async (written) => {
        const { text, masks } = spellMasks(written, masksIn(written, maskToken), maskToken);
        const all = maskTokensIn(text, maskToken).filter(
          ({ start, end }) => text.slice(start, end) === maskToken,
        );
        const fills = await fillMasks(modelOf(tokenizer), { text, topK: 5, targets: ['sea', 'ü'] });
        expect(fills.map(({ start, end }) => ({ start, end }))).toEqual(
          all.map(({ start, end }) => ({ start, end })),
        );
        for (const mask of masks) {
          const own = { text, topK: 3, within: mask };
          const [fill, ...others] = await fillMasks(modelOf(tokenizer), own);
          expect(fill).toMatchObject(mask);
          expect(others).toEqual([]);
        }
        for (const { candidates, targets } of fills) {
          expect(targets.map(({ word }) => word)).toEqual(['sea', 'ü']);
          for (const { word } of candidates) expect(word).toSatisfy(isWordLike);
        }
      }),
      RUNS,
    );
  });

  it('explanations are by words that are neither masks nor the word itself', async () => {
    await fc.assert(
      fc.asyncProperty(maskedText, async (written) => {
        const spelled = spelledText(written, maskToken);
        const isMasked = ({ start, end }: TextRange): boolean =>
          masksIn(written, maskToken).some((mask) => mask.start < end && start < mask.end);
        const places = [
          ...masksIn(written, maskToken),
          ...wordsIn(written).filter((word) => !isMasked(word)),
        ];
        const place = places[written.length % Math.max(1, places.length)];
        if (place === undefined) return;
        const { start, end } = spelled.spelled(place);
        const request = { text: spelled.text, start, end };
        const found = await explainPrediction(modelOf(tokenizer), request).catch(() => null);
        for (const word of found?.words ?? []) {
          const range = spelled.written(word);
          expect(written.slice(range.start, range.end)).toBe(
            spelled.text.slice(word.start, word.end),
          );
          expect(range.end <= place.start || place.end <= range.start).toBe(true);
          expect(isMasked(range)).toBe(false);
        }
      }),
      RUNS,
    );
  });
});
