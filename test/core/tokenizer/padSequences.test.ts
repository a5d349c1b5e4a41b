import { describe, expect, it } from 'vitest';
import { padSequences } from '../../../src/core/tokenizer/padSequences.js';

describe('padSequences', () => {
  it('pads at the end to the longest sequence, and masks the padding', () => {
    const padded = padSequences([{ ids: [5, 6, 7] }, { ids: Int32Array.of(8) }], { pad: 1 });
    expect(padded).toEqual({
      batchSize: 2,
      length: 3,
      inputIds: BigInt64Array.of(5n, 6n, 7n, 8n, 1n, 1n),
      attentionMask: BigInt64Array.of(1n, 1n, 1n, 1n, 0n, 0n),
      tokenTypeIds: null,
      tokenCount: 4,
    });
  });

  it('pads to a length, and types with 0 the sequences that have no types', () => {
    const sequences = [
      { ids: [5], typeIds: null },
      { ids: [6, 7], typeIds: [0, 1] },
    ];
    const { length, tokenTypeIds } = padSequences(sequences, { pad: 0, length: 4 });
    expect(length).toBe(4);
    expect(tokenTypeIds).toEqual(BigInt64Array.of(0n, 0n, 0n, 0n, 0n, 1n, 0n, 0n));
  });
});
