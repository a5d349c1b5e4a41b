import type { GraphNode } from '../graph/node.js';
import type { SubgraphBuilder } from './subgraphBuilder.js';

/**
 * Adds the built-in operators for a node. Returns false for a form that they do not cover; the
 * export is then refused.
 */
export type Lowering = (builder: SubgraphBuilder, node: GraphNode) => boolean;
