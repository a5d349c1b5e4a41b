import { describe, expect, it } from 'vitest';
import { chunkDocument } from '../../../src/core/data/chunk.js';
import { packExamples } from '../../../src/core/data/pack.js';
import { maskExample } from '../../../src/core/masking/maskExample.js';
import { BERT_MASKING } from '../../../src/core/masking/policy.js';
import { sampleTokenizer as tokenizer } from './sampleTokenizer.js';

const { sep } = tokenizer.special;
const texts = ['the sea', 'a whale and a ship', 'call me', 'the captain', 'of the whale ship'];
const examples = texts.flatMap((text, i) =>
  chunkDocument(tokenizer, { file: `${i}.txt`, text }, { maxLength: 64 }),
);
const lengthOf = (ids: Int32Array): number => ids.length + tokenizer.frameSize;
const joined = examples.map(({ ids }) => [...ids].join(' ')).join(` ${sep} `);

describe('packExamples', () => {
  it('puts all texts into as few sequences as their order allows, a separator between two', () => {
    const packed = packExamples(examples, { tokenizer, maxLength: 64 });
    expect(packed).toHaveLength(1);
    expect([...packed[0]!.ids].join(' ')).toBe(joined);
  });

  it('keeps to the length, and loses nothing', () => {
    const longest = Math.max(...examples.map(({ ids }) => lengthOf(ids)));
    for (let maxLength = longest; maxLength < 40; maxLength++) {
      const packed = packExamples(examples, { tokenizer, maxLength });
      expect(Math.max(...packed.map(({ ids }) => lengthOf(ids)))).toBeLessThanOrEqual(maxLength);
      expect(packed.map(({ ids }) => [...ids].join(' ')).join(` ${sep} `)).toBe(joined);
    }
  });

  it('keeps words apart, whole, and never masks a separator', () => {
    const [packed] = packExamples(examples, { tokenizer, maxLength: 64 });
    const { ids, wordIds } = packed!;
    const words = new Set(wordIds).size;
    const separators = examples.length - 1;
    const own = examples.reduce((sum, example) => sum + new Set(example.wordIds).size, 0);
    expect(words).toBe(own + separators);
    const policy = { ...BERT_MASKING, rate: 0.9 };
    for (let draw = 0; draw < 20; draw++) {
      for (const { index } of maskExample(packed!, policy, { tokenizer, draw: [draw] })) {
        expect(ids[index]).not.toBe(sep);
      }
    }
  });

  it('leaves a text alone that fills a sequence', () => {
    const [first] = examples;
    expect(packExamples([first!], { tokenizer, maxLength: lengthOf(first!.ids) })).toEqual([first]);
  });
});
