import { Tokenizer as RustTokenizer } from '@anush008/tokenizers';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../src/core/errors.js';
import { ExtensibleVocabulary } from '../../../../src/core/tokenizer/training/extendVocabulary.js';
import { parseTokenizer } from '../../../../src/core/tokenizer/definition/parseTokenizer.js';
import type { Tokenizer } from '../../../../src/core/tokenizer/tokenizer.js';
import { domainTerms } from '../../../../src/core/tokenizer/training/domainTerms.js';
import { referenceDefinition, type ReferenceModel } from '../../../support/referenceTokenizers.js';
import { stitchedLines } from '../../../support/stitchedLines.js';

const TERM = 'cardiomyopathy';
const LINES = stitchedLines(1500).filter((line) => !/cardio/i.test(line));

const vocabularyOf = (model: ReferenceModel): ExtensibleVocabulary =>
  new ExtensibleVocabulary(referenceDefinition(model) as Record<string, unknown>);
const tokensOf = (tokenizer: Tokenizer, text: string): string[] =>
  [...tokenizer.encode(text).ids].map((id) => tokenizer.idToToken(id));

describe.each([
  ['bertUncased', ['cardiomyopathy'], 'Die CARDIOMYOPATHY, cardiomyopathy!'],
  ['roberta', ['Ġcardiomyopathy', 'cardiomyopathy'], 'cardiomyopathy, a cardiomyopathy!'],
  ['modernBert', ['Ġcardiomyopathy', 'cardiomyopathy'], 'cardiomyopathy, a cardiomyopathy!'],
  ['euroBert', ['Ġcardiomyopathy', 'cardiomyopathy'], 'cardiomyopathy, a cardiomyopathy!'],
  ['xlmRoberta', ['▁cardiomyopathy'], 'cardiomyopathy, a cardiomyopathy!'],
  ['debertaV3', ['▁cardiomyopathy'], 'cardiomyopathy, a cardiomyopathy!'],
  ['albert', ['▁cardiomyopathy'], 'Cardiomyopathy, a cardiomyopathy!'],
] as const)('a word added to %s', (model, tokens, text) => {
  const definition = referenceDefinition(model);
  const vocabulary = vocabularyOf(model);
  const before = parseTokenizer(definition);
  const { tokenizerJson, added } = vocabulary.extended(tokens);
  const after = parseTokenizer(tokenizerJson);

  it('is one token wherever it stands as a word', () => {
    const ids = new Set(added.map(({ id }) => id));
    expect([...after.encode(text).ids].filter((id) => ids.has(id))).toHaveLength(2);
    expect(after.vocabularySize).toBe(before.vocabularySize + tokens.length);
    expect(added[0]!.id).toBe(before.vocabularySize);
    expect(after.special).toEqual(before.special);
    expect(after.isSpecial(added[0]!.id)).toBe(false);
    expect(after.readable(added[0]!.id)).toBe(TERM);
    expect(vocabulary.tokenOf(TERM)).toBe(tokens[0]);
  });

  it('was spelled with the pieces that it says', () => {
    const spelled = tokensOf(before, `a ${TERM}`).slice(-added[0]!.pieces.length);
    expect(added[0]!.pieces.map((id) => before.idToToken(id))).toEqual(spelled);
    expect(added[0]!.pieces.length).toBeGreaterThan(1);
  });

  it('leaves the ids of all other texts as they were', () => {
    for (const line of LINES) {
      expect([...after.encode(line).ids], JSON.stringify(line)).toEqual([
        ...before.encode(line).ids,
      ]);
    }
  });

  it('is read so by the Rust library too', async () => {
    const rust = RustTokenizer.fromString(JSON.stringify(tokenizerJson));
    for (const line of [text, ...LINES.slice(0, 200)]) {
      const { ids } = after.encode(line);
      const theirs = await rust.encode(line, null, { addSpecialTokens: false });
      expect([...ids], JSON.stringify(line)).toEqual(theirs.getIds());
    }
  });
});

describe('ExtensibleVocabulary', () => {
  it('refuses vocabularies without words', () => {
    expect(() => vocabularyOf('llama')).toThrow(AppError);
    expect(() => vocabularyOf('mmBert')).toThrow(/cannot be extended/);
  });

  it('has no one token for what are several words to it', () => {
    expect(vocabularyOf('bertUncased').tokenOf('heart attack')).toBeNull();
    expect(vocabularyOf('bertUncased').tokenOf('COVID-19')).toBeNull();
    expect(vocabularyOf('bertUncased').tokenOf('Ödem')).toBe('odem');
    expect(vocabularyOf('xlmRoberta').tokenOf('COVID-19')).toBe('▁COVID-19');
    expect(vocabularyOf('roberta').tokenOf('COVID-19')).toBeNull();
    expect(vocabularyOf('roberta').tokenOf('Ödem')).toBe('ĠÃĸdem');
  });

  it('takes the word out of what stands around it', () => {
    expect(vocabularyOf('xlmRoberta').candidate("▁whale's,")).toEqual({
      token: '▁whale',
      letters: 'whale',
    });
    expect(vocabularyOf('xlmRoberta').candidate('▁12')).toBeNull();
    expect(vocabularyOf('roberta').candidate('ĠÃĸdem')).toEqual({
      token: 'ĠÃĸdem',
      letters: 'Ödem',
    });
  });
});

describe('domainTerms', () => {
  const terms = (words: Record<string, number>, changes = {}) =>
    domainTerms(
      { words: new Map(Object.entries(words)) },
      {
        spell: (token) =>
          token === 'known' ? [1] : token === 'Ж' ? [0] : Array.from(token, () => 7),
        isUnknown: (id) => id === 0,
        candidate: (word) => ({ token: word, letters: word }),
        limit: 10,
        minCount: 5,
        ...changes,
      },
    ).map(({ token }) => token);

  it('puts first what saves most tokens', () => {
    expect(terms({ abc: 10, abcdef: 9, ab: 30, known: 99 })).toEqual(['abcdef', 'ab', 'abc']);
    expect(terms({ abc: 10, abcdef: 9, ab: 30 }, { limit: 1 })).toEqual(['abcdef']);
  });

  it('leaves out numbers, codes, rare words and slips of frequent ones', () => {
    const words = { 1234: 50, a1b2: 50, x: 50, rare: 4, interferon: 600, interfeorn: 9 };
    expect(
      terms({ ...words, interferin: 8, interferons: 8, nterferon: 8, p53: 20, IL6: 20 }),
    ).toEqual(['interferon', 'interferons', 'nterferon', 'IL6']);
  });

  it('counts the same token once, whatever it was parted from', () => {
    const candidate = (word: string) => ({ token: word.slice(0, 3), letters: word.slice(0, 3) });
    expect(terms({ 'abc.': 3, 'abc,': 3, 'xyz.': 4 }, { candidate })).toEqual(['abc']);
  });
});
