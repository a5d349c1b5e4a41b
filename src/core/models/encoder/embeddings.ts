import { int } from '../../graph/node.js';
import type { Layers } from './layers.js';
import type { PlannedParameter } from './parameters.js';
import { at, embedding, norm, type Initial } from './parameters.js';

/** Sum of word, position and type embeddings, normalized. */
export interface Embeddings {
  /** Prefixes of parameter names. */
  readonly words: string;
  readonly positions: string;
  /** `null` if sequences have no types. */
  readonly types: string | null;
  readonly norm: string;
  readonly vocabularySize: number;
  readonly positionCount: number;
  readonly typeCount: number;
  readonly size: number;
  readonly epsilon: number;
  readonly dropout: number;
  readonly deviation: number;
  /** Id of padding, whose embedding is initialized with zeros; `null` for none. */
  readonly padId: number | null;
  /**
   * Whether positions count as in RoBERTa: padding has position `padId`, tokens start at `padId +
   * 1`. Otherwise all positions start at 0.
   */
  readonly countsTokens: boolean;
  /** Whether position embeddings are initialized with sinusoids. */
  readonly sinusoidal?: boolean;
}

export function embeddingParameters(e: Embeddings): PlannedParameter[] {
  const initial: Initial = { kind: 'normal', deviation: e.deviation };
  const padded: Initial = e.padId === null ? initial : { ...initial, zeroRow: e.padId };
  const positions = e.sinusoidal ? ({ kind: 'sinusoids' } as const) : initial;
  return at(0, [
    embedding(e.words, [e.vocabularySize, e.size], padded),
    embedding(e.positions, [e.positionCount, e.size], e.countsTokens ? padded : positions),
    ...(e.types === null ? [] : [embedding(e.types, [e.typeCount, e.size], initial)]),
    ...norm(e.norm, e.size),
  ]);
}

/** Maximum sequence length. */
export function maxLengthOf(e: Embeddings): number {
  return e.countsTokens ? e.positionCount - (e.padId ?? 0) - 1 : e.positionCount;
}

/** Embedded tokens, [batch * length, size]. */
export function addEmbeddings(layers: Layers, e: Embeddings): string {
  const { graph } = layers;
  const { inputIds, batch, length } = layers.inputs;
  const table = (name: string): string => layers.parameter(`${name}.weight`);
  const words = graph.node('Gather', [table(e.words), inputIds]);
  const positions = graph.node('Gather', [table(e.positions), positionIds(layers, e)]);
  const typeIds = e.typeCount > 1 ? layers.inputs.tokenTypeIds : null;
  const types = e.types && graph.node('Gather', [table(e.types), typeIds ?? graph.indices([0])]);
  const sum = (): string => {
    if (types === null) return layers.add(words, positions);
    // Without types for each token, add the small tables first.
    if (typeIds === null) return layers.add(words, layers.add(positions, types));
    return layers.add(layers.add(words, types), positions);
  };
  const embedded = sum();
  graph.values.set(embedded, { type: 'float32', dims: [batch, length, e.size] });
  const flat = graph.reshape(embedded, [layers.rows, e.size]);
  return layers.dropout(layers.norm(e.norm, flat, { epsilon: e.epsilon }), e.dropout);
}

/** int64 [length], or [batch, length] if padding can be anywhere. */
function positionIds(layers: Layers, e: Embeddings): string {
  const { graph } = layers;
  const { length, inputIds } = layers.inputs;
  if (!e.countsTokens) return layers.range();
  const padId = e.padId ?? 0;
  if (typeof length === 'number') {
    // Padding follows the tokens, so its position has no effect.
    return graph.indices(Array.from({ length }, (_, i) => padId + 1 + i));
  }
  const padding = graph.node('Equal', [inputIds, graph.indices([padId])]);
  const tokens = graph.node('Cast', [graph.node('Not', [padding])], { attributes: { to: int(7) } });
  const axis = graph.node('Squeeze', [graph.indices([1]), graph.indices([0])]);
  const counted = graph.node('Mul', [graph.node('CumSum', [tokens, axis]), tokens]);
  return layers.add(counted, graph.indices([padId]));
}
