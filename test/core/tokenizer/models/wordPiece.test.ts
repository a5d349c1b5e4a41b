import { Tokenizer as ReferenceTokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../src/core/errors.js';
import { AlignedText } from '../../../../src/core/text/alignedText.js';
import { normalizeBert } from '../../../../src/core/tokenizer/normalizers/bertNormalizer.js';
import { parseTokenizer } from '../../../../src/core/tokenizer/definition/parseTokenizer.js';
import { trainWordPiece } from '../../../../src/core/tokenizer/training/wordPieceTrainer.js';
import { randomStream } from '../../../../src/core/random.js';
import { MIXED_LINES } from '../mixedText.js';
import { inEnglish } from '../../../support/inEnglish.js';

interface Definition {
  normalizer: Record<string, unknown> | null;
  added_tokens: Record<string, unknown>[];
  model: { vocab: Record<string, number> } & Record<string, unknown>;
}

/** Trained on mixed text, so that its pieces are of many scripts. */
function definition(change?: (json: Definition) => void): Definition {
  const json = trainWordPiece(MIXED_LINES, {
    vocabularySize: 1500,
    minFrequency: 1,
    lowercase: true,
    alphabetSize: 600,
  }) as Definition;
  change?.(json);
  return json;
}

const VARIANTS: Record<string, Definition> = {
  uncased: definition(),
  'cased, accents kept': definition((json) => {
    json.normalizer = { ...json.normalizer, lowercase: false };
  }),
  'cased, accents stripped': definition((json) => {
    json.normalizer = { ...json.normalizer, lowercase: false, strip_accents: true };
  }),
  'uncased, accents kept': definition((json) => {
    json.normalizer = { ...json.normalizer, strip_accents: false };
  }),
  'control characters and Chinese left alone': definition((json) => {
    json.normalizer = { ...json.normalizer, clean_text: false, handle_chinese_chars: false };
  }),
  'added words, found in source or normalized text': definition((json) => {
    const size = Object.keys(json.model.vocab).length;
    const added = [
      { content: 'Quick', normalized: true, special: false },
      { content: 'quick brown', normalized: true, special: false, lstrip: true },
      { content: 'Café', normalized: true, special: false, rstrip: true },
      { content: 'LAZY', normalized: false, special: false },
      { content: '+x', normalized: false, special: true, lstrip: true, rstrip: true },
    ];
    json.added_tokens.push(...added.map((token, i) => ({ ...token, id: size + i })));
  }),
  'no normalizer': definition((json) => {
    json.normalizer = null;
  }),
};

/**
 * Texts without what `@huggingface/tokenizers` does otherwise than the library that models are
 * trained with: a final sigma is lowercased by its place, ideographs beyond the Basic Multilingual
 * Plane are not spaced, and white space is JavaScript's.
 */
function comparable(text: string): string {
  return text
    .replace(/[Σσς]/g, 's')
    .replace(/[\u{20000}-\u{3FFFF}]/gu, '好')
    .replace(/[\u0085\uFEFF]/g, ' ');
}

const reference = (json: Definition) => {
  const tokenizer = new ReferenceTokenizer(json, {});
  return (text: string) => tokenizer.encode(text, { add_special_tokens: false }).ids;
};

/** Strings stitched from pieces that matter, so that borders fall everywhere. */
function stitched(count: number): string[] {
  const random = randomStream('stitched');
  const pick = (items: string) => items.charAt(Math.floor(random() * items.length));
  return Array.from({ length: count }, () => {
    const parts = Array.from({ length: 1 + Math.floor(random() * 8) }, () => {
      const line = MIXED_LINES[Math.floor(random() * MIXED_LINES.length)]!;
      const from = Math.floor(random() * line.length);
      return line.slice(from, from + Math.floor(random() * 12)) + pick('  \t\u0301Σ-aA好');
    });
    return parts.join('');
  });
}

describe.each(Object.entries(VARIANTS))('ids of the reference tokenizer: %s', (_, json) => {
  const ours = parseTokenizer(json);
  const theirs = reference(json);

  it('on lines of many scripts', () => {
    const lines = MIXED_LINES.map(comparable);
    for (const line of lines) expect([...ours.encode(line).ids], line).toEqual(theirs(line));
    const all = lines.join('\n');
    expect([...ours.encode(all).ids]).toEqual(theirs(all));
  });

  it('on three thousand stitched lines', () => {
    for (const line of stitched(3000).map(comparable)) {
      expect([...ours.encode(line).ids], JSON.stringify(line)).toEqual(theirs(line));
    }
  });

  it('on arbitrary strings', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ unit: 'grapheme' })),
        (arbitrary) => {
          const text = comparable(arbitrary);
          expect([...ours.encode(text).ids]).toEqual(theirs(text));
        },
      ),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('offsets', () => {
  const tokenizer = parseTokenizer(VARIANTS.uncased);
  const normalizer = {
    cleanText: true,
    handleChineseChars: true,
    lowercase: true,
    stripAccents: true,
  };
  const normalized = (text: string) => normalizeBert(AlignedText.of(text), normalizer).text.trim();

  it('cover text that normalizes to the token', () => {
    const texts = [...MIXED_LINES, ...stitched(2000)];
    const check = (text: string): void => {
      const { ids, starts, ends, wordIds } = tokenizer.encode(text);
      let reached = 0;
      ids.forEach((id, i) => {
        const covered = text.slice(starts[i], ends[i]);
        expect(starts[i]).toBeLessThan(ends[i]!);
        expect(ends[i]).toBeGreaterThanOrEqual(reached);
        reached = ends[i]!;
        expect(wordIds[i]! - (i === 0 ? 0 : wordIds[i - 1]!)).toBeOneOf(i === 0 ? [0] : [0, 1]);
        expect(tokenizer.isContinuation(id)).toBe(i > 0 && wordIds[i] === wordIds[i - 1]);
        if (id === tokenizer.special.unknown) return;
        if (tokenizer.isSpecial(id)) expect(covered).toBe(tokenizer.idToToken(id));
        // A Hangul syllable is normalized to several letters, each of which covers all of it.
        else if (/\p{Script=Hangul}/u.test(covered))
          expect(normalized(covered)).toContain(tokenizer.readable(id));
        else expect(normalized(covered)).toBe(tokenizer.readable(id));
      });
    };
    texts.forEach(check);
    fc.assert(fc.property(fc.string({ unit: 'binary' }), check), { seed: 2, numRuns: 500 });
  });

  it('are UTF-16 offsets, with combining accents counted to their letter', () => {
    const text = '😀 cafe\u0301 [MASK]!';
    const { ids, starts, ends } = tokenizer.encode(text);
    const words = [...ids].map((_, i) => text.slice(starts[i], ends[i])).join('|');
    expect(words).toContain('[MASK]|!');
    expect(text.slice(starts[1], ends[ends.length - 3])).toBe('cafe\u0301');
  });

  it('do not depend on what was encoded before', () => {
    const fresh = parseTokenizer(VARIANTS.uncased);
    for (const line of MIXED_LINES) expect(fresh.encode(line)).toEqual(tokenizer.encode(line));
    for (const line of MIXED_LINES) expect(fresh.encode(line)).toEqual(tokenizer.encode(line));
  });
});

describe('vocabulary', () => {
  const tokenizer = parseTokenizer(VARIANTS.uncased);

  it('knows its special tokens and continuations', () => {
    expect(tokenizer.special).toEqual({ pad: 0, unknown: 1, cls: 2, sep: 3, mask: 4 });
    expect([0, 1, 2, 3, 4].every((id) => tokenizer.isSpecial(id))).toBe(true);
    const id = tokenizer.tokenToId('##a')!;
    expect(tokenizer.isSpecial(id)).toBe(false);
    expect(tokenizer.isContinuation(id)).toBe(true);
    expect(tokenizer.readable(id)).toBe('a');
    expect(tokenizer.readable(tokenizer.tokenToId('#')!)).toBe('#');
    expect(() => tokenizer.idToToken(tokenizer.vocabularySize)).toThrow(RangeError);
  });

  it.each([
    ['model: WordLevel', { model: { type: 'WordLevel' } }],
    ['normalizer: Magic', { ...VARIANTS.uncased, normalizer: { type: 'Magic' } }],
    [
      'normalizer: Magic',
      {
        ...VARIANTS.uncased,
        normalizer: { type: 'Sequence', normalizers: [{ type: 'NFC' }, { type: 'Magic' }] },
      },
    ],
    ['pre_tokenizer: Odd', { ...VARIANTS.uncased, pre_tokenizer: { type: 'Odd' } }],
    ['post_processor: Odd', { ...VARIANTS.uncased, post_processor: { type: 'Odd' } }],
    ['malformed at model', { hello: 1 }],
    ['malformed at root', null],
    ['vocab', { ...VARIANTS.uncased, model: { type: 'WordPiece', unk_token: '[UNK]' } }],
  ])('refuses what it cannot read, naming it: %s', (name, json) => {
    const thrown = (() => {
      try {
        return parseTokenizer(json, { path: 'model/tokenizer.json' });
      } catch (error) {
        return error;
      }
    })();
    if (!(thrown instanceof AppError) || thrown.data.code !== 'Model') throw thrown;
    const { message, remedy } = inEnglish(thrown, 'Model');
    expect(message).toContain(name);
    expect(thrown.data.details.path).toBe('model/tokenizer.json');
    expect(remedy).toContain('BERT');
  });
});
