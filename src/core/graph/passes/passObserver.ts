import type { Graph } from '../graph.js';

/** Result of a graph that passes rewrite. */
export interface PassResult {
  readonly value: string;
  /** Logits of all tokens or texts, those of the rows of a batch, or the loss. */
  readonly holds: 'logits' | 'rows' | 'loss';
}

/** Called after each pass, before the next one changes the graph. */
export type PassObserver = (pass: string, graph: Graph, result: PassResult) => void;
