import type { Graph } from '../graph.js';

/**
 * Adds an input `logit_offsets` (float32, the dims of `logits`) and its sum with the logits. With
 * log-probabilities of another model as offsets, the softmax of the sum is a product of experts
 * (Clark et al. 2019, arXiv:1909.03683); as an input, they have no gradient. Logits over a
 * vocabulary are then computed as a whole, because their offsets have the same size.
 *
 * @returns logits + offsets
 */
export function addLogitOffsets(graph: Graph, logits: string): string {
  const offsets = graph.input('logit_offsets', 'float32', graph.info(logits).dims);
  return graph.node('Add', [logits, offsets]);
}
