import { Tokenizer as JsTokenizer } from '@huggingface/tokenizers';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { mixedLines } from '../../support/mixedLines.js';
import { referenceDefinition, referenceTokenizer } from '../../support/referenceTokenizers.js';

const LINES = mixedLines(100_000);

interface Departure {
  readonly pattern: RegExp;
  readonly reason: string;
}

/**
 * Differences of `@huggingface/tokenizers` from the library that models are trained with;
 * `rustLibrary.test.ts` compares all of the same lines with the latter.
 */
const DEPARTURES = {
  bertUncased: [
    { pattern: /Σ/, reason: 'lower case of a capital sigma depends on its place in the word' },
    {
      pattern: /[\u{20000}-\u{2FA1F}]/u,
      reason: 'rare Chinese characters, of two UTF-16 units, are not words of their own',
    },
  ],
  roberta: [
    { pattern: /\uFEFF/, reason: 'the byte order mark counts as white space, as in JavaScript' },
    { pattern: /\u0085/, reason: 'the next-line character does not' },
  ],
  xlmRoberta: [
    {
      pattern: /(?![\t\n\r])[\p{Cc}\p{Cf}]/u,
      reason: 'invisible characters are kept by other rules',
    },
    {
      pattern: /[\p{M}\uFF9E\uFF9F\u1100-\u11FF\u3131-\u318E\u0E33]/u,
      reason:
        'marks and parts of syllables are composed by NFKC, and not by the table of the model',
    },
    { pattern: /[\p{Cs}\p{Co}]/u, reason: 'halves of surrogate pairs are no characters' },
  ],
} satisfies Record<string, readonly Departure[]>;

describe.each(['bertUncased', 'roberta', 'xlmRoberta'] as const)('%s', (model) => {
  const ours = referenceTokenizer(model);
  const definition = referenceDefinition(model) as {
    model: { vocab: Record<string, number> | [string, number][] };
  };
  const theirs = new JsTokenizer(definition, {});
  const departures: readonly Departure[] = DEPARTURES[model];
  const pair = (line: string): { own: number[]; other: number[] } => ({
    own: [...ours.encode(line).ids],
    other: theirs.encode(line, { add_special_tokens: false }).ids,
  });
  const isSame = (line: string): boolean => {
    const { own, other } = pair(line);
    return own.length === other.length && own.every((id, i) => id === other[i]);
  };
  /** Of two equally likely ways to part a word, either may be chosen. */
  const isTie = (line: string): boolean => {
    const { vocab } = definition.model;
    if (!Array.isArray(vocab)) return false;
    const { own, other } = pair(line);
    const score = (ids: readonly number[]): number =>
      ids.reduce((sum, id) => sum + vocab[id]![1], 0);
    return Math.abs(score(own) - score(other)) < 1e-9;
  };

  it(
    'gives the ids of @huggingface/tokenizers but for what it is known for',
    { timeout: 300_000 },
    async () => {
      const compared = LINES.filter(
        (line) => !departures.some(({ pattern }) => pattern.test(line)),
      );
      expect(compared.length).toBeGreaterThan(0.75 * LINES.length);
      const different: string[] = [];
      // Each line once, since the library takes most of the time.
      for (const [i, line] of [...new Set(compared)].entries()) {
        if (!isSame(line)) different.push(line);
        // The test runner wants to hear from its worker now and then.
        if (i % 1000 === 0) await setImmediate();
      }
      expect(different.filter((line) => !isTie(line))).toEqual([]);
      expect(different.length).toBeLessThan(10);
    },
  );

  it.each(departures)('which still holds: $reason', ({ pattern }) => {
    const others = departures.filter((departure) => departure.pattern !== pattern);
    const lines = LINES.filter(
      (line) => pattern.test(line) && !others.some((other) => other.pattern.test(line)),
    );
    expect(lines.some((line) => !isSame(line))).toBe(true);
  });
});
