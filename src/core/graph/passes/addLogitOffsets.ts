import type { Graph } from '../graph.js';

/**
 * Adds an input `logit_offsets` (float32, the dims of `logits`) and the sum of both. Offsets that are
 * log-probabilities of another model make the softmax of the sum a product of experts (Clark et al.
 * 2019, arXiv:1909.03683); as an input they have no gradient. A vocabulary's logits are computed as
 * a whole then, since their offsets have the same size.
 *
 * @returns logits + offsets
 */
export function addLogitOffsets(graph: Graph, logits: string): string {
  const offsets = graph.input('logit_offsets', 'float32', graph.info(logits).dims);
  return graph.node('Add', [logits, offsets]);
}
