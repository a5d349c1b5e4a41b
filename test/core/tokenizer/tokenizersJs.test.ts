import { Tokenizer as ReferenceTokenizer } from '@huggingface/tokenizers';
import { describe, expect, it } from 'vitest';
import {
  REFERENCE_TEXTS,
  referenceDefinition,
  referenceTokenizer,
} from '../../support/referenceTokenizers.js';
import { stitchedLines } from '../../support/stitchedLines.js';

const LINES = [...REFERENCE_TEXTS, ...stitchedLines(1500)];

/**
 * `@huggingface/tokenizers` is the second independent check. It departs from the library that models
 * are trained with, which `reference.test.ts` compares with, in what these leave out: white space is
 * JavaScript's; for SentencePiece, whose character rules it takes for NFKC and a few more, texts are
 * in NFKC and without invisible characters and marks, and letters are not repeated many times, where
 * equally likely ways to part a word are chosen from otherwise.
 */
const onlyKnownSpaces = (line: string): string => line.replace(/[\u0085\uFEFF]/g, ' ');
const plainNfkc = (line: string): string =>
  line
    .normalize('NFKC')
    .replace(/[\p{C}\p{M}\p{S}\u115F-\u11FF]|(?! )\p{Z}/gu, ' ')
    .replace(/(.)\1{3,}/gu, '$1');

/** Syllables that ALBERT takes apart it puts together again. */
const withoutSyllables = (line: string): string =>
  plainNfkc(line.toLowerCase()).replace(/\p{Script=Hangul}|ς/gu, 'a');

describe.each([
  ['roberta', onlyKnownSpaces],
  ['modernBert', onlyKnownSpaces],
  ['euroBert', onlyKnownSpaces],
  ['mmBert', onlyKnownSpaces],
  ['llama', onlyKnownSpaces],
  ['xlmRoberta', plainNfkc],
  ['camembert', plainNfkc],
  ['debertaV3', plainNfkc],
  ['albert', withoutSyllables],
] as const)('%s', (model, comparable) => {
  it('gives the ids of @huggingface/tokenizers', () => {
    const ours = referenceTokenizer(model);
    const theirs = new ReferenceTokenizer(referenceDefinition(model), {});
    for (const line of LINES.map(comparable)) {
      const expected = theirs.encode(line, { add_special_tokens: false }).ids;
      expect([...ours.encode(line).ids], JSON.stringify(line)).toEqual(expected);
    }
  });
});
