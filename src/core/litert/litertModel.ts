import type { LitertOp } from './litertOperators.js';

export type LitertType = 'float32' | 'int32' | 'bool' | 'int8';

/** Data of constants. It is made when it is written, so that no second copy of the weights exists. */
export interface LitertBuffer {
  readonly byteLength: number;
  readonly bytes: () => Uint8Array;
}

export interface LitertTensor {
  readonly name: string;
  readonly type: LitertType;
  readonly dims: readonly number[];
  /** Index of its buffer; 0 for a value that is computed. */
  readonly buffer: number;
  /** Scales of symmetric 8-bit integers, one per index of the first axis. */
  readonly scales?: Float32Array;
}

export interface LitertOperator {
  readonly op: LitertOp;
  readonly version: number;
  /** Indices of tensors; -1 for an omitted input. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Options in the order of `LITERT_OPS`; missing ones have the value 0. */
  readonly options: readonly number[];
}

/** Operators for one sequence length. */
export interface LitertSubgraph {
  readonly name: string;
  readonly tensors: readonly LitertTensor[];
  readonly operators: readonly LitertOperator[];
  /** Indices of tensors. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** A model of several subgraphs, each with one signature of its name, that share their buffers. */
export interface LitertModel {
  readonly description: string;
  readonly subgraphs: readonly LitertSubgraph[];
  /** The first one is empty. */
  readonly buffers: readonly LitertBuffer[];
}
