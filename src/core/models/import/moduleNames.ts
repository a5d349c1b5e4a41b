import type { GraphNode } from '../../graph/node.js';

/** Module that a node was exported from, as far as the exporter recorded it. */
export interface ModuleName {
  /** Dotted, as in parameter names; '' if unknown. */
  readonly path: string;
  readonly isEmbedding: boolean;
}

/**
 * Reads the module path of a node: torch's script exporter names nodes
 * `/bert/encoder/layer.0/output/dense/MatMul`; its newer exporter writes
 * `…/bert.encoder.layer.0.output.dense: torch.nn.modules.linear.Linear/linear: aten.linear.default`
 * to the node's metadata.
 */
export function moduleOf(node: GraphNode): ModuleName {
  const namespace = node.metadata?.['namespace'];
  if (namespace !== undefined) {
    const [path = '', type = ''] = (namespace.split('/').at(-2) ?? '').split(': ');
    return { path, isEmbedding: type.endsWith('.Embedding') };
  }
  const parts = node.name.startsWith('/') ? node.name.slice(1).split('/').slice(0, -1) : [];
  return { path: parts.join('.'), isEmbedding: false };
}
