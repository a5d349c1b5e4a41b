import type { GraphNode } from './node.js';
import type { AttributeName } from './ops.js';

export function intAttribute(
  node: GraphNode,
  name: AttributeName<'int'>,
  fallback: number,
): number {
  const attribute = node.attributes[name];
  return attribute?.kind === 'int' ? attribute.value : fallback;
}

export function floatAttribute(
  node: GraphNode,
  name: AttributeName<'float'>,
  fallback: number,
): number {
  const attribute = node.attributes[name];
  return attribute?.kind === 'float' ? attribute.value : fallback;
}

export function intsAttribute(
  node: GraphNode,
  name: AttributeName<'ints'>,
): readonly number[] | undefined {
  const attribute = node.attributes[name];
  return attribute?.kind === 'ints' ? attribute.value : undefined;
}

export function stringAttribute(
  node: GraphNode,
  name: AttributeName<'string'>,
  fallback: string,
): string {
  const attribute = node.attributes[name];
  return attribute?.kind === 'string' ? attribute.value : fallback;
}
