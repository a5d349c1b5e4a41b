/** Ports of core to the outside; `src/node` implements them. */

export type TensorType = 'float32' | 'int64' | 'int32' | 'bool' | 'float16' | 'uint8' | 'int8';

export interface TensorDataByType {
  float32: Float32Array;
  int64: BigInt64Array;
  int32: Int32Array;
  bool: Uint8Array;
  float16: Uint16Array;
  uint8: Uint8Array;
  int8: Int8Array;
}

/** A tensor in plain memory, row-major. */
export type Tensor = {
  [T in TensorType]: {
    readonly type: T;
    readonly dims: readonly number[];
    readonly data: TensorDataByType[T];
  };
}[TensorType];

export interface SessionOptions {
  /** Intra-op threads; the results of a run are reproducible for a fixed number. */
  readonly threads: number;
  /** False while training: static shapes are created per bucket and patterns only cost memory. */
  readonly memoryPattern?: boolean;
  /** False leaves the graph as it is: nothing folded, merged or moved. */
  readonly optimize?: boolean;
  /** The CPU unless told otherwise. */
  readonly executionProvider?: 'cpu' | 'webgpu' | 'dml' | 'cuda' | 'coreml';
  /**
   * Whether threads wait for each other in a loop during a run, which makes runs of a few milliseconds
   * 10% to 20% shorter. Between runs they sleep.
   */
  readonly spins?: boolean;
  /** ONNX Runtime session config entries, e.g. `session.disable_quant_qdq`. */
  readonly config?: Readonly<Record<string, string>>;
}

export interface InferenceSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /**
   * Runs the graph. `outputs` names what is wanted; a tensor given there instead of `null` is
   * written in place, so results can land in memory that the caller owns. With a tensor for each
   * output, no memory is allocated but for a copy of the first.
   */
  run(
    inputs: Readonly<Record<string, Tensor>>,
    outputs: Readonly<Record<string, Tensor | null>>,
  ): Promise<Record<string, Tensor>>;
  release(): Promise<void>;
}

/** A serialized ONNX model: in memory, or as a file with external data beside it. */
export type ModelSource =
  | Uint8Array
  | {
      readonly file: string;
      /** Content of a file whose external data, by name, is linked from elsewhere or in memory. */
      readonly linked?: {
        readonly bytes: Uint8Array;
        readonly external: ReadonlyMap<string, Uint8Array>;
        /** Whether its graph widens weights, to be done once instead of in each run. */
        readonly widensWeights?: boolean;
      };
    };

/** Creates inference sessions. */
export interface Runtime {
  createSession(model: ModelSource, options: SessionOptions): Promise<InferenceSession>;
}

/** The part of `AbortSignal` that jobs and channels use; every `AbortSignal` is one. */
export interface CancellationSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
