import { AppError } from '../errors.js';
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

/** What a head predicts: a token of the vocabulary, one answer per sequence, or one per token. */
export type HeadKind = 'masked-lm' | 'sequence' | 'token';

/** One of the heads that share an encoder. */
export interface ModelHead {
  /** Unique in its model. Default: the kind. */
  readonly name: string;
  readonly kind: HeadKind;
  /** Columns of the logits: vocabulary, labels or values. */
  readonly outputSize: number;
  /** Its own parameters; a decoder tied to the word embeddings is not among them. */
  readonly parameters: readonly string[];
}

/** The first one is that of the hub's class, and of callers that name none. */
export type ModelHeads = readonly [ModelHead, ...ModelHead[]];

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

/**
 * Values of a forward graph, as float32 matrices. Each is added to the graph by the first call that
 * asks for it, so that what nobody asks for costs nothing. Ask before passes rewrite the graph.
 */
export interface ModelOutputs {
  /** What enters the first layer, [batch * length, hiddenSize]. */
  embeddings(): string;
  /**
   * What a layer gives, [batch * length, hiddenSize]; the last one after the encoder's final norm, if
   * it has one.
   *
   * @param layer 1 … `layerCount`
   */
  hiddenState(layer: number): string;
  /**
   * [batch * length, outputSize] of a `masked-lm` or `token` head, [batch, outputSize] of a `sequence`
   * head. With dropout, a head that reads first tokens alone draws its own mask in the last layer.
   *
   * @param head its name. Default: the first head.
   * @throws AppError `Graph` for a name that no head has.
   */
  logits(head?: string): string;
}

/** An encoder with its heads, as something that adds its forward graph to a graph. */
export interface Model {
  /** The hub's `model_type`. */
  readonly family: string;
  readonly heads: ModelHeads;
  readonly layerCount: number;
  readonly hiddenSize: number;
  /** Tokens a sequence, special tokens included. */
  readonly maxLength: number;
  readonly hasTokenTypes: boolean;
  /** All that can be trained, in a fixed order: the encoder's, then those of each head. */
  readonly parameters: readonly ParameterSpec[];
  /**
   * Adds the forward graph. `parameter` gives the value that holds a parameter. Built families take
   * symbolic sizes as well; imported graphs are specialized to static ones. An imported graph has one
   * head, and the hidden states that can be told from its structure: see `findHiddenStates`.
   */
  addForward(
    graph: Graph,
    inputs: ModelInputs,
    parameter: (name: string) => string,
  ): Promise<ModelOutputs>;
}

/**
 * A head by its name; the first one without a name.
 *
 * @throws AppError `Graph` for a name that no head has.
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

/** @throws AppError `Graph` for a layer that the model does not have. */
export function requireLayer(layer: number, layerCount: number): void {
  if (Number.isInteger(layer) && layer >= 1 && layer <= layerCount) return;
  const expected = `a layer from 1 to ${layerCount}`;
  throw new AppError({
    code: 'Graph',
    details: { op: 'hiddenState', expected, got: String(layer) },
  });
}
