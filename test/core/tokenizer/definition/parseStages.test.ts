import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AlignedText } from '../../../../src/core/text/alignedText.js';
import { WHOLE_TEXT, noNormalizer } from '../../../../src/core/tokenizer/normalizers/normalizer.js';
import {
  buildNormalizer,
  buildPreTokenizer,
} from '../../../../src/core/tokenizer/definition/parseStages.js';
import { TokenizerFile } from '../../../../src/core/tokenizer/definition/tokenizerError.js';
import {
  normalizerSchema,
  preTokenizerSchema,
} from '../../../../src/core/tokenizer/definition/tokenizerSchema.js';
import { REFERENCE_STAGES, REFERENCE_TEXTS } from '../../../support/referenceTokenizers.js';

const file = new TokenizerFile('tokenizer.json');

const digestOf = (parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\0')).digest('hex');

const named = (stages: [unknown, string][]): [string, unknown, string][] =>
  stages.map(([definition, digest]) => [
    JSON.stringify(definition).slice(0, 150),
    definition,
    digest,
  ]);

/** Units of a text whose places are not in the source or not in order. */
function misplaced(text: AlignedText, source: string): number[] {
  return Array.from({ length: text.length }, (_, unit) => unit).filter(
    (unit) =>
      text.startOf(unit) > text.endOf(unit) ||
      text.endOf(unit) > source.length ||
      (unit > 0 && text.startOf(unit) < text.startOf(unit - 1)),
  );
}

describe('a normalizer does what that of the reference library does', () => {
  it.each(named(REFERENCE_STAGES.normalizers))('%s', (_, definition, digest) => {
    const normalizer = buildNormalizer(normalizerSchema.parse(definition), file);
    const results = REFERENCE_TEXTS.map((text) => {
      const result = normalizer.normalize(AlignedText.of(text), WHOLE_TEXT);
      expect(misplaced(result, text)).toEqual([]);
      return result.text;
    });
    expect(digestOf(results)).toBe(digest);
  });
});

describe('a pre-tokenizer does what that of the reference library does', () => {
  it.each(named(REFERENCE_STAGES.preTokenizers))('%s', (_, definition, digest) => {
    const preTokenizer = buildPreTokenizer(preTokenizerSchema.parse(definition), {
      normalizer: noNormalizer,
      file,
    });
    const words = REFERENCE_TEXTS.filter((text) => text !== '').flatMap((text) => {
      const parts = preTokenizer.split([AlignedText.of(text)], { isStart: true, textStart: true });
      expect(parts.flatMap((part) => misplaced(part, text))).toEqual([]);
      return parts.map((part) => part.text);
    });
    expect(digestOf(words)).toBe(digest);
  });
});
