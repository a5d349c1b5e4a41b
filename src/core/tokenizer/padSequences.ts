/** Sequences of token ids padded to one length, the layout of a model's inputs. */
export interface PaddedSequences {
  readonly batchSize: number;
  readonly length: number;
  /** [batchSize * length] */
  readonly inputIds: BigInt64Array<ArrayBuffer>;
  /** [batchSize * length], 1 for tokens, 0 for padding. */
  readonly attentionMask: BigInt64Array<ArrayBuffer>;
  /** [batchSize * length], or `null` if no sequence has any. */
  readonly tokenTypeIds: BigInt64Array<ArrayBuffer> | null;
  /** Number of tokens without padding. */
  readonly tokenCount: number;
}

/** Pads sequences at their ends to `length`. Default: the length of the longest. */
export function padSequences(
  sequences: readonly {
    readonly ids: ArrayLike<number>;
    readonly typeIds?: ArrayLike<number> | null;
  }[],
  { pad, length = longest(sequences) }: { readonly pad: number; readonly length?: number },
): PaddedSequences {
  const size = sequences.length * length;
  const inputIds = new BigInt64Array(size).fill(BigInt(pad));
  const attentionMask = new BigInt64Array(size);
  const hasTypes = sequences.some(({ typeIds }) => typeIds != null);
  const tokenTypeIds = hasTypes ? new BigInt64Array(size) : null;
  let tokenCount = 0;
  sequences.forEach(({ ids, typeIds }, row) => {
    const start = row * length;
    for (let i = 0; i < ids.length; i++) inputIds[start + i] = BigInt(ids[i]!);
    if (tokenTypeIds !== null && typeIds != null) {
      for (let i = 0; i < typeIds.length; i++) tokenTypeIds[start + i] = BigInt(typeIds[i]!);
    }
    attentionMask.fill(1n, start, start + ids.length);
    tokenCount += ids.length;
  });
  const batchSize = sequences.length;
  return { batchSize, length, inputIds, attentionMask, tokenTypeIds, tokenCount };
}

function longest(sequences: readonly { readonly ids: ArrayLike<number> }[]): number {
  return Math.max(...sequences.map(({ ids }) => ids.length));
}
