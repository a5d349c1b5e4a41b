import { describe, expect, it } from 'vitest';
import { chunkDocument } from '../../../../src/core/data/examples/chunk.js';
import {
  ExampleStoreBuilder,
  MemoryBytes,
  SHORT_KEY,
  type ExampleStore,
  type StoredExample,
} from '../../../../src/core/data/examples/exampleStore.js';
import { PackedStore } from '../../../../src/core/data/examples/pack.js';
import { marksOf, unitsOf } from '../../../../src/core/masking/planning/tokenUnits.js';
import { createMasker } from '../../../../src/core/masking/createMasker.js';
import { maskingPolicySchema } from '../../../../src/core/masking/policy/policy.js';
import { maskTokens } from '../../../../src/core/masking/maskTokens.js';
import { sampleTokenizer as tokenizer } from '../sampleTokenizer.js';

const { sep } = tokenizer.special;
const policy = maskingPolicySchema.parse({ version: 1, unit: 'word', rate: 0.9 });
const masker = createMasker(policy, { tokenizer, statistics: null });
const texts = ['the sea', 'a whale and a ship', 'call me', 'the captain', 'of the whale ship'];
const store = new ExampleStoreBuilder(new MemoryBytes(), tokenizer);
texts.forEach((text, i) => {
  for (const example of chunkDocument(tokenizer, { file: `${i}.txt`, text }, { maxLength: 64 })) {
    const marks = marksOf(masker.annotate(text, example), example.ids, tokenizer);
    store.add({ ids: example.ids, marks, key: example.key.slice(0, SHORT_KEY) });
  }
});
const allOf = (of: ExampleStore): StoredExample[] =>
  Array.from({ length: of.length }, (_, i) => of.get(i));
const examples = allOf(store);
const packed = (maxLength: number): ExampleStore =>
  new PackedStore(store, { room: maxLength - tokenizer.frameSize, separator: sep });
const joined = examples.map(({ ids }) => [...ids].join(' ')).join(` ${sep} `);

describe('PackedStore', () => {
  it('puts all texts into as few sequences as their order allows, a separator between two', () => {
    const one = packed(64);
    expect(one.length).toBe(1);
    expect([...one.get(0).ids].join(' ')).toBe(joined);
  });

  it('keeps to the length, and loses nothing', () => {
    const longest = Math.max(...examples.map(({ ids }) => ids.length)) + tokenizer.frameSize;
    for (let maxLength = longest; maxLength < 40; maxLength++) {
      const some = packed(maxLength);
      const sequences = allOf(some);
      sequences.forEach(({ ids }, i) => {
        expect(ids.length).toBe(some.lengthOf(i));
        expect(ids.length + tokenizer.frameSize).toBeLessThanOrEqual(maxLength);
      });
      expect(sequences.map(({ ids }) => [...ids].join(' ')).join(` ${sep} `)).toBe(joined);
    }
  });

  it('keeps words apart, whole, and never masks a separator', () => {
    const one = packed(64).get(0);
    const own = examples.reduce((sum, { marks }) => sum + unitsOf(marks).rules.length, 0);
    const units = unitsOf(one.marks);
    expect(units.rules.length).toBe(own);
    for (let draw = 0; draw < 20; draw++) {
      const masked = maskTokens(one, masker, { tokenizer, draw: [draw] });
      const indices = new Set(masked.map(({ index }) => index));
      for (const index of indices) expect(one.ids[index]).not.toBe(sep);
      units.tokenStarts.forEach((start, unit) => {
        const size = units.tokenEnds[unit]! - start;
        const hit = Array.from({ length: size }, (_, i) => indices.has(start + i));
        expect(new Set(hit).size).toBe(1);
      });
    }
  });

  it('leaves a text alone that fills a sequence, and keys others by all of theirs', () => {
    const length = Math.max(...examples.map(({ ids }) => ids.length));
    const alone = packed(length + tokenizer.frameSize);
    expect(allOf(alone)).toContainEqual(examples.find(({ ids }) => ids.length === length));
    expect(packed(64).get(0).key).not.toBe(examples[0]!.key);
    expect(packed(64).get(0).key).toMatch(/^[0-9a-f]{16}$/);
  });
});
