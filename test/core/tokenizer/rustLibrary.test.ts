import { Tokenizer as RustTokenizer, type JsEncoding } from '@anush008/tokenizers';
import { describe, expect, it } from 'vitest';
import type { Encoding } from '../../../src/core/tokenizer/tokenizer.js';
import { mixedLines } from '../../support/mixedLines.js';
import { referenceDefinition, referenceTokenizer } from '../../support/referenceTokenizers.js';
import { PLACED_OTHERWISE, visible } from '../../support/visiblePlaces.js';

/**
 * The Rust library itself, called from Node, on a hundred thousand lines: no line is left out.
 * `reference.test.ts` has more models, as the library was when its answers were written down.
 */
const LINES = mixedLines(100_000);
const BATCH = 2000;
/** Lines whose places are compared too: asking for them takes long. */
const PLACED_LINES = 12_000;

describe.each(['bertUncased', 'roberta', 'xlmRoberta'] as const)('%s', (model) => {
  const ours = referenceTokenizer(model);
  const rust = RustTokenizer.fromString(JSON.stringify(referenceDefinition(model)));
  const inBatches = async (
    lines: readonly string[],
    check: (line: string, theirs: JsEncoding) => void,
  ): Promise<void> => {
    for (let at = 0; at < lines.length; at += BATCH) {
      const batch = lines.slice(at, at + BATCH);
      const theirs = await rust.encodeBatch(batch, { addSpecialTokens: false });
      batch.forEach((line, i) => {
        check(line, theirs[i]!);
      });
    }
  };

  it('gives its ids', { timeout: 300_000 }, async () => {
    const different: string[] = [];
    let tokens = 0;
    await inBatches(LINES, (line, theirs) => {
      const own = ours.encode(line).ids;
      const expected = theirs.getIds();
      tokens += expected.length;
      const isSame = own.length === expected.length && own.every((id, i) => id === expected[i]);
      if (!isSame) different.push(line);
    });
    expect(different).toEqual([]);
    expect(tokens).toBeGreaterThan(1_000_000);
  });

  it('gives its places, but for white space, marks and what is not to be seen', async () => {
    const lines = LINES.slice(0, PLACED_LINES).filter((line) => !PLACED_OTHERWISE.test(line));
    expect(lines.length).toBeGreaterThan(PLACED_LINES / 2);
    await inBatches(lines, (line, theirs) => {
      expect(misplaced(line, ours.encode(line), theirs), JSON.stringify(line)).toEqual([]);
    });
  });
});

/** Tokens that cover something else; the library counts in code points. */
function misplaced(line: string, own: Encoding, theirs: JsEncoding): number[] {
  const units = [0];
  for (const character of line) units.push(units.at(-1)! + character.length);
  return theirs.getOffsets().flatMap(([start, end], token) => {
    const place = visible(line, own.starts[token]!, own.ends[token]!);
    const expected = visible(line, units[start!]!, units[end!]!);
    // They let a marker that stands for nothing cover the letter behind it.
    if (place === null || expected === null) return [];
    return place.start === expected.start && place.end === expected.end ? [] : [token];
  });
}
