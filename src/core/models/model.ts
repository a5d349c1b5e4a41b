import { AppError } from '../errors.js';
import type { Graph } from '../graph/graph.js';
import type { Dimension } from '../graph/node.js';
import type { PassObserver } from '../graph/passes/passObserver.js';

export type ParameterKind = 'embedding' | 'weight' | 'bias' | 'normScale' | 'normBias';

export interface ParameterSpec {
  /** Hub name. */
  readonly name: string;
  readonly dims: readonly number[];
  readonly kind: ParameterKind;
  /** 0 for embeddings, 1 … N for the layers (shared ones 1), N + 1 for the head. */
  readonly depth: number;
}

/** Values of a parameter, row-major. */
export interface ParameterTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
  /** The same values as a file has them in fewer bytes, until `data` is asked for and may change. */
  readonly compact?: CompactValues | undefined;
}

/** Values in fewer bytes than float32: half precision, or integers with one scale for each row. */
export type CompactValues =
  | { readonly type: 'float16'; readonly values: Uint16Array }
  | { readonly type: 'int8'; readonly values: Int8Array; readonly scales: Float32Array };

/**
 * Prediction of a head: a token of the vocabulary, one label per sequence, or one label per token.
 */
export const HEAD_KINDS = ['masked-lm', 'sequence', 'token'] as const;
export type HeadKind = (typeof HEAD_KINDS)[number];

/** One of the heads that share an encoder. */
export interface ModelHead {
  /** Unique in its model. Default: the kind. */
  readonly name: string;
  readonly kind: HeadKind;
  /** Columns of the logits: vocabulary, labels or values. */
  readonly outputSize: number;
  /** Parameters of the head, without a decoder tied to the word embeddings. */
  readonly parameters: readonly string[];
}

/** The first one is the default, and that of the hub's class. */
export type ModelHeads = readonly [ModelHead, ...ModelHead[]];

export interface ModelInputs {
  /** int64 [batch, length] */
  readonly inputIds: string;
  /** int64 [batch, length], 1 for tokens; `null` if no row is padded. */
  readonly attentionMask: string | null;
  /** int64 [batch, length]; `null` if all types are 0, and for families without types. */
  readonly tokenTypeIds: string | null;
  readonly batch: Dimension;
  readonly length: Dimension;
  /**
   * Number of slices of the batch that pass the layers one after the other. Default: 1; must divide
   * the batch. Activations of a slice stay in the processor's cache; the sums are the same.
   */
  readonly microBatches?: number;
  /**
   * Uses ONNX Runtime's operators for attention and rotary positions, which take a tenth less processor
   * time over short texts (docs/benchmarks.md), but have no gradients and are not standard. Default:
   * false.
   */
  readonly fusesAttention?: boolean;
  /** Adds dropout to a value; absent outside training and if dropout is off. */
  readonly dropout?: (x: string, rate: number) => string;
  /** Called after each pass of an import; absent unless a wrong pass is searched for. */
  readonly observe?: PassObserver;
}

/**
 * Values of a forward graph, as float32 matrices. Each is added to the graph on first request, so
 * that unused ones cost nothing. Request them before passes rewrite the graph.
 */
export interface ModelOutputs {
  /** Input of the first layer, [batch * length, hiddenSize]. */
  embeddings(): string;
  /**
   * Output of a layer, [batch * length, hiddenSize]; that of the last layer includes the encoder's
   * final norm, if any.
   *
   * @param layer 1 … `layerCount`
   */
  hiddenState(layer: number): string;
  /**
   * [batch * length, outputSize] for a `masked-lm` or `token` head, [batch, outputSize] for a
   * `sequence` head. With dropout, a head that reads only first tokens draws a separate mask in the
   * last layer.
   *
   * @param head name of the head. Default: the first head.
   * @throws AppError `Graph` for an unknown name.
   */
  logits(head?: string): string;
}

/** An encoder with its heads, which adds its forward graph to a graph. */
export interface Model {
  /** `model_type` of the hub. */
  readonly family: string;
  readonly heads: ModelHeads;
  readonly layerCount: number;
  readonly hiddenSize: number;
  /** Maximum sequence length, including special tokens. */
  readonly maxLength: number;
  readonly hasTokenTypes: boolean;
  /** Rows of the word embeddings, one more than the highest token id; `null` if not found. */
  readonly vocabularySize: number | null;
  /** All trainable parameters in a fixed order: the encoder's, then those of each head. */
  readonly parameters: readonly ParameterSpec[];
  /**
   * Adds the forward graph. `parameter` returns the value of a parameter. Built families also
   * accept symbolic sizes; imported graphs are specialized to static ones. An imported graph has
   * one head, and the hidden states that `findHiddenStates` finds.
   */
  addForward(
    graph: Graph,
    inputs: ModelInputs,
    parameter: (name: string) => string,
  ): Promise<ModelOutputs>;
}

/**
 * Returns a head by name, or the first one without a name.
 *
 * @throws AppError `Graph` for an unknown name.
 */
export function headNamed<Head extends { readonly name: string }>(
  heads: readonly [Head, ...Head[]],
  name: string = heads[0].name,
): Head {
  const found = heads.find((head) => head.name === name);
  if (found) return found;
  const expected = `one of ${heads.map((head) => head.name).join(', ')}`;
  throw new AppError({ code: 'Graph', details: { op: 'head', expected, got: name } });
}

/** @throws AppError `Graph` if the model has no such layer. */
export function requireLayer(layer: number, layerCount: number): void {
  if (Number.isInteger(layer) && layer >= 1 && layer <= layerCount) return;
  const expected = `a layer from 1 to ${layerCount}`;
  throw new AppError({
    code: 'Graph',
    details: { op: 'hiddenState', expected, got: String(layer) },
  });
}
