import type { Layers } from './layers.js';
import type { PlannedParameter } from './parameters.js';

/** An encoder as a description, from which its parameters and its graph are made. */
export interface Encoder {
  readonly layerCount: number;
  readonly hiddenSize: number;
  readonly maxLength: number;
  readonly hasTokenTypes: boolean;
  /** The parameter of the word embeddings, to which decoders are tied. */
  readonly wordEmbeddings: string;
  readonly parameters: readonly PlannedParameter[];
  /** Adds what comes before the layers. */
  start(layers: Layers): EncoderGraph;
}

/** The parts of an encoder's graph. Hidden states are matrices [batch * length, hidden]. */
export interface EncoderGraph {
  readonly embedded: string;
  /** What each layer adds to its scores, [batch or 1, 1, length or 1, length]; null for nothing. */
  readonly biases: readonly (string | null)[];
  /** The contexts of a layer's heads, before the output projection. */
  attention(layers: Layers, index: number, hidden: string, bias: string | null): string;
  /** The rest of a layer, all of which works row by row. */
  afterAttention(layers: Layers, index: number, hidden: string, context: string): string;
}
