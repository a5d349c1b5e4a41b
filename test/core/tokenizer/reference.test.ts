import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseTokenizer } from '../../../src/core/tokenizer/definition/parseTokenizer.js';
import type { Encoding, Tokenizer } from '../../../src/core/tokenizer/tokenizer.js';
import {
  REFERENCE_MODELS,
  REFERENCE_TEXTS,
  expectedDigest,
  expectedEncodings,
  expectedFrames,
  referenceDefinition,
  referenceTokenizer,
  referenceVariants,
} from '../../support/referenceTokenizers.js';
import { STITCHED_LINES, stitchedLines } from '../../support/stitchedLines.js';
import { PLACED_OTHERWISE, visible } from '../../support/visiblePlaces.js';

const LINES = stitchedLines(STITCHED_LINES);

function digestOf(tokenizer: Tokenizer): string {
  const hash = createHash('sha256');
  for (const line of LINES) hash.update(Int32Array.of(...tokenizer.encode(line).ids, -1));
  return hash.digest('hex');
}

describe('a tokenizer with other parts gives the ids of the reference library', () => {
  it.each(referenceVariants())('$name', ({ definition, digest }) => {
    expect(digestOf(parseTokenizer(definition))).toBe(digest);
  });
});

describe.each(REFERENCE_MODELS)('%s', (model) => {
  const tokenizer = referenceTokenizer(model);
  const expected = expectedEncodings(model);

  it('gives the ids of the reference library', () => {
    REFERENCE_TEXTS.forEach((text, i) => {
      expect([...tokenizer.encode(text).ids], JSON.stringify(text)).toEqual(expected[i]!.ids);
    });
  });

  it('gives them on five thousand stitched lines', () => {
    expect(digestOf(tokenizer)).toBe(expectedDigest(model));
  });

  it('frames one sequence and a pair as it does', () => {
    const [first, second] = ['the whale', 'a ship'].map((text) => tokenizer.encode(text).ids);
    const { single, pair } = expectedFrames(model);
    const framed = tokenizer.frame(first!);
    expect([[...framed.ids], [...framed.typeIds]]).toEqual(single);
    expect(framed.ids.length).toBe(first!.length + tokenizer.frameSize);
    const both = tokenizer.framePair(first!, second!);
    expect([[...both.ids], [...both.typeIds]]).toEqual(pair);
    expect(both.ids.length).toBe(first!.length + second!.length + tokenizer.pairFrameSize);
    expect([...both.ids.slice(both.offsets[1], both.offsets[1]! + second!.length)]).toEqual([
      ...second!,
    ]);
    expect([single[0].at(0), single[0].at(-1)]).toEqual([
      tokenizer.special.cls,
      tokenizer.special.sep,
    ]);
  });

  it('gives its offsets, but for white space, marks and what is not to be seen', () => {
    REFERENCE_TEXTS.forEach((text, i) => {
      if (PLACED_OTHERWISE.test(text)) return;
      const { starts, ends } = tokenizer.encode(text);
      starts.forEach((start, token) => {
        const own = visible(text, start, ends[token]!);
        const theirs = visible(text, expected[i]!.starts[token]!, expected[i]!.ends[token]!);
        // They let a marker that stands for nothing cover the letter behind it.
        if (own === null || theirs === null) return;
        expect(own, `${JSON.stringify(text)} at ${token}`).toEqual(theirs);
      });
    });
  });

  it('covers text that becomes the token', () => {
    for (const text of REFERENCE_TEXTS) {
      const { ids, starts, ends } = tokenizer.encode(text);
      ids.forEach((id, i) => {
        const token = folded(tokenizer.readable(id));
        if (id === tokenizer.special.unknown || token.includes('\uFFFD')) return;
        const where = `${JSON.stringify(text)} at ${i}`;
        expect(folded(text.slice(starts[i], ends[i])), where).toContain(token);
      });
    }
  });

  it('does not depend on what was encoded before, nor on where a text is cut', () => {
    const fresh = parseTokenizer(referenceDefinition(model));
    const all = REFERENCE_TEXTS.join('\n');
    const once = fresh.encode(all);
    expect(tokenizer.encode(all)).toEqual(once);
    for (const text of REFERENCE_TEXTS) tokenizer.encode(text);
    expect(tokenizer.encode(all)).toEqual(once);
  });

  it('covers any text in order', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 40 }),
          fc.string({ unit: 'grapheme' }),
          fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((parts) => parts.join('')),
        ),
        (text) => {
          expect(misplaced(text, tokenizer.encode(text), tokenizer)).toEqual([]);
        },
      ),
      { seed: 3, numRuns: 400 },
    );
  });
});

const PIECES = [
  ...[' ', '  ', '\n', '\t', '\u3000', '\u200b', '\u0301', 'é', 'e\u0301', 'ﬁ', '½', 'ำ', 'ｶﾞ'],
  ...[
    'the',
    'The',
    'whale',
    "'s",
    '.',
    ',',
    '—',
    '12',
    '漢字',
    'かな',
    '한국',
    '👩‍👧',
    '<mask>',
    '[MASK]',
  ],
  ...['▁', 'Ġ', '\ud800', '\0', '\ufeff'],
];

/** Tokens whose place or word is not in the text or not in order. */
function misplaced(text: string, encoding: Encoding, tokenizer: Tokenizer): number[] {
  const { ids, starts, ends, wordIds } = encoding;
  const isInOrder = (i: number): boolean => {
    if (ids[i]! >= tokenizer.vocabularySize) return false;
    if (starts[i]! > ends[i]! || ends[i]! > text.length) return false;
    if (i === 0) return wordIds[i] === 0;
    const step = wordIds[i]! - wordIds[i - 1]!;
    // Words do not overlap, unless one character became several words.
    const isApart = step === 0 || starts[i] === starts[i - 1] || starts[i]! >= ends[i - 1]!;
    return starts[i]! >= starts[i - 1]! && (step === 0 || step === 1) && isApart;
  };
  return [...ids.keys()].filter((i) => !isInOrder(i));
}

/** A text without its case, accents, compatibility forms and what is not to be seen. */
function folded(text: string): string {
  const plain = text.normalize('NFKD').replace(/[\p{M}\p{C}\p{White_Space}▁\uFF9E\uFF9F]/gu, '');
  return plain.toLowerCase().replaceAll('ς', 'σ').replace(/``|''/g, '"');
}
