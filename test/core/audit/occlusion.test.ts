import { describe, expect, it } from 'vitest';
import { encodeTexts } from '../../../src/core/data/examples/encodeTexts.js';
import { auditedText } from '../../../src/core/audit/auditedText.js';
import { cancelled } from '../../../src/core/errors.js';
import { labelEvidence, occludeTexts } from '../../../src/core/audit/occlusion.js';
import { mixedLogits, tableModel, tokenizer } from './tableModel.js';

const MASK = tokenizer.special.mask;
const WHOLE = { maxLength: 32, truncation: 'head', stride: null } as const;

function softmax(logits: ArrayLike<number>): number[] {
  const powers = Array.from(logits, (logit) => Math.exp(logit));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** Log-odds of the labels of a sequence, by their probabilities. */
function slowOdds(ids: readonly number[], labels: number): number[] {
  return softmax(mixedLogits(ids, labels)).map((p) => Math.log(p / (1 - p)));
}

describe('the words of a text', () => {
  it.each(['head', 'head-tail', 'windows'] as const)(
    'are found in the very sequences that a classifier gets, also of long texts (%s)',
    (truncation) => {
      const text = 'The cat sat on the mat, unhappyly. The dog sat on the cat 7.';
      for (const pair of [null, 'The dog, the mat.']) {
        for (const maxLength of [9, 12, 40]) {
          const options = { tokenizer, maxLength, truncation, stride: null };
          const { windows, isCut, ...whole } = encodeTexts(text, pair, options);
          const audited = auditedText(text, pair, options);
          expect(audited.sequences).toEqual(
            (windows ?? [whole]).map(({ ids, typeIds }) => ({ ids, typeIds })),
          );
          expect(audited.isCut).toBe(isCut);
          for (const { word, places } of audited.words) {
            for (const [sequence, positions] of places) {
              for (const position of positions) {
                const token = tokenizer.idToToken(audited.sequences[sequence]!.ids[position]!);
                expect(word).toContain(token.replace('##', '').toLowerCase());
              }
            }
          }
        }
      }
    },
  );

  it('are one entry for all of their occurrences, in any case, with all of their pieces', () => {
    const text = 'The cat sat, unhappyly, on the cat.';
    const { words } = auditedText(text, 'The dog.', { tokenizer, ...WHOLE });
    expect(words.map(({ word, ranges }) => [word, ranges.length])).toEqual([
      ...[['the', 3] as const, ['cat', 2], ['sat', 1], ['unhappyly', 1], ['on', 1], ['dog', 1]],
    ]);
    expect(words[0]!.ranges.map(({ part, start }) => [part, start])).toEqual([
      ...[['text', 0] as const, ['text', 27], ['pair', 0]],
    ]);
    expect(words.find(({ word }) => word === 'unhappyly')!.places.get(0)).toHaveLength(3);
  });

  it('do not include those that were cut off', () => {
    const { words, isCut } = auditedText('The cat sat on the mat', null, {
      ...{ tokenizer, maxLength: 5, truncation: 'head', stride: null },
    });
    expect([words.map(({ word }) => word), isCut]).toEqual([['the', 'cat', 'sat'], true]);
  });
});

describe('occlusion', () => {
  it('is what a loop of single predictions finds', async () => {
    const texts = ['The cat sat on the mat, unhappyly.', 'dog dog 7', 'The mat.'];
    const model = tableModel({ maxLength: 32 });
    const occluded = await occludeTexts(
      model,
      texts.map((text) => ({ text, pair: null })),
    );
    texts.forEach((text, t) => {
      const ids = [...encodeTexts(text, null, { tokenizer, ...WHOLE }).ids];
      const base = slowOdds(ids, 3);
      const { words } = auditedText(text, null, { tokenizer, ...WHOLE });
      expect(occluded[t]!.effects).toHaveLength(words.length);
      words.forEach(({ places }, w) => {
        const masked = [...ids];
        for (const position of places.get(0)!) masked[position] = MASK;
        const expected = slowOdds(masked, 3).map((odds, label) => base[label]! - odds);
        occluded[t]!.effects[w]!.effects.forEach((effect, label) => {
          expect(effect).toBeCloseTo(expected[label]!, 4);
        });
      });
    });
    // One pass for each text, and one for each different word of it.
    expect(model.sequences).toBe(texts.length + 6 + 2 + 2);
  });

  it('averages the windows of a long text, and reads only those again that have the word', async () => {
    const text = 'The cat sat on the mat. The dog sat on the mat.';
    const model = tableModel({ maxLength: 8, truncation: 'windows' });
    const [occluded] = await occludeTexts(model, [{ text, pair: null }]);
    const { sequences, words } = auditedText(text, null, model);
    expect(sequences.length).toBeGreaterThan(1);
    const odds = (changed: (ids: number[], window: number) => void): number[] => {
      const rows = sequences.map(({ ids }, i) => {
        const row = [...ids];
        changed(row, i);
        return mixedLogits(row, 3);
      });
      const mean = rows[0]!.map(
        (_, c) => rows.reduce((sum, row) => sum + row[c]!, 0) / rows.length,
      );
      return [...labelEvidence(mean, 'softmax')];
    };
    const base = odds(() => undefined);
    words.forEach(({ places }, w) => {
      const without = odds((row, i) => {
        for (const position of places.get(i) ?? []) row[position] = MASK;
      });
      occluded!.effects[w]!.effects.forEach((effect, label) => {
        expect(effect).toBeCloseTo(base[label]! - without[label]!, 4);
      });
    });
    const changed = words.reduce((sum, { places }) => sum + places.size, 0);
    expect(model.sequences).toBe(sequences.length + changed);
  });

  it('measures logits of independent labels, and numbers as they are', () => {
    const logits = Float32Array.from([1, -2, 3]);
    expect([...labelEvidence(logits, 'sigmoid')]).toEqual([1, -2, 3]);
    expect([...labelEvidence(logits, 'none')]).toEqual([1, -2, 3]);
  });

  it('stops between texts where its listener throws', async () => {
    const stopping = (): never => {
      throw cancelled();
    };
    await expect(
      occludeTexts(tableModel(), [{ text: 'The cat', pair: null }], stopping),
    ).rejects.toMatchObject({ data: { code: 'Cancelled' } });
  });
});
