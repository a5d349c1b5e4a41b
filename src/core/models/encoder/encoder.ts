import type { Layers } from './layers.js';
import type { PlannedParameter } from './parameters.js';

/** Description of an encoder, from which its parameters and graph are created. */
export interface Encoder {
  readonly layerCount: number;
  readonly hiddenSize: number;
  readonly maxLength: number;
  readonly hasTokenTypes: boolean;
  /** Parameter of the word embeddings, which decoders are tied to. */
  readonly wordEmbeddings: string;
  readonly parameters: readonly PlannedParameter[];
  /** Adds the embeddings and other nodes before the layers. */
  start(layers: Layers): EncoderGraph;
}

/** Parts of an encoder's graph. Hidden states are matrices [batch * length, hidden]. */
export interface EncoderGraph {
  readonly embedded: string;
  /**
   * Term added to the scores of each layer, [batch or 1, 1, length or 1, length]; `null` for none.
   */
  readonly biases: readonly (string | null)[];
  /** Contexts of a layer's heads, before the output projection. */
  attention(layers: Layers, index: number, hidden: string, bias: string | null): string;
  /** Rest of a layer, which works row by row. */
  afterAttention(layers: Layers, index: number, hidden: string, context: string): string;
}
