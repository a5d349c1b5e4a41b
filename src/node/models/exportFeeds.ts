import { AppError } from '../../core/errors.js';
import { halvesToFloats } from '../../core/models/weights/halfPrecision.js';
import type { Tensor } from '../../core/ports.js';
import type { ExportFacts } from './exportFiles.js';

/** Padded tokens of texts, each [batchSize * length]. */
export interface FedTokens {
  readonly batchSize: number;
  readonly length: number;
  readonly inputIds: BigInt64Array;
  readonly attentionMask: BigInt64Array;
  /** `null` for type 0 everywhere. */
  readonly tokenTypeIds?: BigInt64Array | null;
}

/** Inputs that an export may have. */
export const FED_INPUTS = ['input_ids', 'attention_mask', 'token_type_ids', 'position_ids'];

/** Values of an export's inputs in the types that it declares. */
export function exportFeeds(
  { inputs }: Pick<ExportFacts, 'inputs'>,
  { batchSize, length, inputIds, attentionMask, tokenTypeIds }: FedTokens,
  { firstPosition }: { readonly firstPosition: number },
): Record<string, Tensor> {
  const count = batchSize * length;
  const values: Readonly<Record<string, () => BigInt64Array>> = {
    input_ids: () => inputIds,
    attention_mask: () => attentionMask,
    token_type_ids: () => tokenTypeIds ?? new BigInt64Array(count),
    position_ids: () =>
      BigInt64Array.from({ length: count }, (_, i) => BigInt(firstPosition + (i % length))),
  };
  const dims = [batchSize, length];
  return Object.fromEntries(
    [...inputs].flatMap(([name, type]) => {
      const data = values[name]?.();
      return data ? [[name, typed({ type: 'int64', dims, data }, type)]] : [];
    }),
  );
}

type Integers = Extract<Tensor, { type: 'int64' }>;

function typed(tensor: Integers, type: Tensor['type']): Tensor {
  const { dims, data } = tensor;
  if (type === 'int32') return { type, dims, data: Int32Array.from(data, Number) };
  if (type === 'float32') return { type, dims, data: Float32Array.from(data, Number) };
  return type === 'bool' ? { type, dims, data: Uint8Array.from(data, Number) } : tensor;
}

/** Logits as float32. Throws `Graph` for another output. */
export function floatsOf(logits: Tensor | undefined): Float32Array {
  if (logits?.type === 'float32') return logits.data;
  if (logits?.type === 'float16') return halvesToFloats(logits.data);
  const got = logits?.type ?? 'no such output';
  throw new AppError({
    code: 'Graph',
    details: { op: 'logits', expected: 'a float32 output', got },
  });
}
