import type { Graph } from '../graph/graph.js';
import type { Dimension } from '../graph/node.js';

export type ParameterKind = 'embedding' | 'weight' | 'bias' | 'normScale' | 'normBias';

export interface ParameterSpec {
  /** The hub's name. */
  readonly name: string;
  readonly dims: readonly number[];
  readonly kind: ParameterKind;
  /** 0 for embeddings, 1 … N for the layers (shared ones 1), N + 1 for the head. */
  readonly depth: number;
}

/** A parameter with its values, row-major. */
export interface ParameterTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** What stands on the encoder: a vocabulary, one answer a sequence, or one a token. */
export type HeadKind = 'masked-lm' | 'sequence' | 'token';

export interface ModelInputs {
  /** int64 [batch, length] */
  readonly inputIds: string;
  /** int64 [batch, length], 1 for tokens; null where no row is padded. */
  readonly attentionMask: string | null;
  /** int64 [batch, length]; null for type 0 everywhere, and for families without types. */
  readonly tokenTypeIds: string | null;
  readonly batch: Dimension;
  readonly length: Dimension;
  /**
   * Slices of the batch that pass the layers one after the other (1 unless given; a divisor of the
   * batch). Activations of a slice stay in the processor's cache; the sums are the same.
   */
  readonly microBatches?: number;
  /** Adds dropout of a value; absent outside training, and where dropout is off. */
  readonly dropout?: (x: string, rate: number) => string;
}

/** An encoder with a head, as something that adds its forward graph to a graph. */
export interface Model {
  /** The hub's `model_type`. */
  readonly family: string;
  readonly head: HeadKind;
  /** Columns of the logits: vocabulary, labels or values. */
  readonly outputSize: number;
  readonly layerCount: number;
  readonly hiddenSize: number;
  /** Tokens a sequence, special tokens included. */
  readonly maxLength: number;
  readonly hasTokenTypes: boolean;
  /** All that can be trained, in a fixed order. */
  readonly parameters: readonly ParameterSpec[];
  /**
   * Adds the forward graph. `parameter` gives the value that holds a parameter. Built families take
   * symbolic sizes as well; imported graphs are specialized to static ones.
   *
   * @returns logits: [batch * length, outputSize] for `masked-lm` and `token`, [batch, outputSize]
   * for `sequence`
   */
  addForward(
    graph: Graph,
    inputs: ModelInputs,
    parameter: (name: string) => string,
  ): Promise<string>;
}
