import { AppError } from '../errors.js';
import type { Tensor, TensorType } from '../ports.js';

/** A size, or the name of a size that is known only when the graph runs. */
export type Dimension = number | string;

export interface ValueInfo {
  readonly type: TensorType;
  readonly dims: readonly Dimension[];
}

export type Attribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'tensor'; readonly value: Tensor }
  /** Body of a control-flow operator; it may read values of the outer graph. */
  | { readonly kind: 'graph'; readonly value: GraphView };

export type Attributes = Readonly<Record<string, Attribute>>;

export interface GraphNode {
  readonly op: string;
  /** '' for the standard operators. */
  readonly domain: string;
  readonly name: string;
  /** Value names; '' for an omitted optional input. */
  inputs: string[];
  outputs: string[];
  attributes: Attributes;
  /** Metadata written by the exporter, such as the module of the node. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** A node to add, of any operator and usually without output names. */
export interface Operation {
  readonly op: string;
  /** Default: ''. */
  readonly domain?: string;
  readonly inputs: readonly string[];
  readonly attributes?: Attributes;
  /** Number of outputs of the node. Default: 1. */
  readonly outputCount?: number;
  /** Names of the outputs, if they matter. */
  readonly outputs?: readonly string[];
}

/** Read-only graph, as needed by shape inference and the codec. */
export interface GraphView {
  /** Version of the standard operators of the nodes. */
  readonly opset: number;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** In topological order. */
  readonly nodes: readonly GraphNode[];
  /** Initializers. */
  readonly constants: ReadonlyMap<string, Tensor>;
  readonly values: ReadonlyMap<string, ValueInfo>;
  /** @throws AppError `Graph` for a value with an unknown shape. */
  info(value: string): ValueInfo;
  /** Dims of a value whose sizes are all static. */
  staticDims(value: string): readonly number[];
  /** Numbers of an integer constant, or undefined if the value is computed. */
  constantIntegers(value: string): number[] | undefined;
}

type AttributeOf<Kind> = Extract<Attribute, { kind: Kind }>;

export const int = (value: number): AttributeOf<'int'> => ({ kind: 'int', value });
export const ints = (value: readonly number[]): AttributeOf<'ints'> => ({ kind: 'ints', value });
export const float = (value: number): AttributeOf<'float'> => ({ kind: 'float', value });
export const text = (value: string): AttributeOf<'string'> => ({ kind: 'string', value });

export function graphError(op: string, expected: string, got: string): AppError {
  return new AppError({ code: 'Graph', details: { op, expected, got } });
}

/** An axis counted from the front. */
export function normalizeAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}
