import { describe, expect, it } from 'vitest';
import { chunkDocument } from '../../../../src/core/data/examples/chunk.js';
import { collate } from '../../../../src/core/batches/batches.js';
import {
  readSamples,
  sampleBatch,
  sampleSentences,
} from '../../../../src/core/train/evaluation/samples.js';
import { referenceTokenizer } from '../../../support/referenceTokenizers.js';

const TEXT = 'He saw the whale and the ship at sea. The men were all at the boat in the night.';
const DOCUMENT = { file: 'a.txt', text: TEXT };

describe.each([
  ['bertUncased', ''],
  ['roberta', 'Ġ'],
  ['euroBert', 'Ġ'],
  ['xlmRoberta', '▁'],
] as const)('%s', (model, marker) => {
  const tokenizer = referenceTokenizer(model);
  const examples = chunkDocument(tokenizer, DOCUMENT, { maxLength: 64 });
  const samples = sampleSentences([DOCUMENT], tokenizer, {
    count: 1,
    maxLength: 64,
    random: () => 0.4,
  });
  const [sample] = samples;

  it('masks one whole word of a sentence in a framed row', () => {
    const { ids, masked, text, start, end } = sample!;
    expect(text.slice(start, end)).toMatch(/^\p{L}+$/u);
    const { inputIds, positions, labels } = sampleBatch(samples, tokenizer);
    const framed = tokenizer.frame(ids.with(masked, tokenizer.special.mask));
    expect([...inputIds].map(Number)).toEqual([...framed.ids]);
    expect(inputIds[Number(positions[0])]).toBe(BigInt(tokenizer.special.mask));
    expect(labels[0]).toBe(BigInt(ids[masked]!));
  });

  it('reads words, as they are spelled there, from a vocabulary with spare rows', () => {
    const size = tokenizer.vocabularySize + 27;
    const logits = new Float32Array(size);
    logits[size - 1] = 30;
    const favourite = tokenizer.tokenToId(`${marker}the`)!;
    const unfit = marker === '' ? tokenizer.tokenToId('##s')! : tokenizer.tokenToId('in')!;
    logits[unfit] = 20;
    logits[favourite] = 10;
    const row = readSamples(samples, logits, { tokenizer, step: 3, topK: 1 });
    expect(row.sentences[0]!.masks[0]!.candidates.map(({ word }) => word)).toEqual(['the']);
  });

  it('lays masked sequences out with their special tokens', () => {
    const [example] = examples;
    const masks = [{ index: 2, original: example!.ids[2]!, inputId: 4 }] as const;
    const length = example!.ids.length + tokenizer.frameSize + 3;
    const batch = collate({ length, examples: [example!] }, [masks], tokenizer);
    const framed = tokenizer.frame(example!.ids.with(2, 4));
    const expected = [...framed.ids, ...Array<number>(3).fill(tokenizer.special.pad)];
    expect([...batch.inputIds].map(Number)).toEqual(expected);
    expect(batch.tokenCount).toBe(framed.ids.length);
    expect(Number(batch.positions[0])).toBe(framed.offsets[0]! + 2);
  });
});
