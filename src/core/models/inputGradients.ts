import { differentiate } from '../autodiff/differentiate.js';
import { AppError } from '../errors.js';
import { Graph } from '../graph/graph.js';
import { graphError, int } from '../graph/node.js';
import { encodeModel } from '../graph/onnx.js';
import { foldGelu, lowerErfGate } from '../graph/passes/foldGelu.js';
import { fuse } from '../graph/passes/fuse.js';
import { gatherEarly } from '../graph/passes/gatherEarly.js';
import { prune } from '../graph/passes/prune.js';
import type { InferenceSession, Runtime, Tensor } from '../ports.js';
import { wordLookup } from './import/wordCount.js';
import { headNamed, type Model, type ParameterTensor } from './model.js';

/** Sequences whose logits are differentiated. */
export interface GradientBatch {
  readonly batchSize: number;
  readonly length: number;
  /** [batchSize * length], including special tokens. */
  readonly inputIds: BigInt64Array;
  /** [batchSize * length], 1 for tokens, 0 for padding. */
  readonly attentionMask: BigInt64Array;
  /** [batchSize * length]; `null` for type 0 everywhere. Default: `null`. */
  readonly tokenTypeIds?: BigInt64Array | null;
  /**
   * [count] flat indices `row * length + column` without duplicates, of which logits are needed;
   * `null` for a `sequence` head, which has one row of logits per sequence.
   */
  readonly positions: BigInt64Array | null;
  /**
   * [batchSize * length * width] word embeddings that replace those of `inputIds`, as at a point
   * between a text and a baseline. Default: those of `inputIds`.
   */
  readonly embeddings?: Float32Array;
}

export interface InputGradient {
  /** [count, outputSize], or [batchSize, outputSize] for a `sequence` head. */
  readonly logits: Float32Array;
  /** d scalar / d word embedding, [batchSize * length, width], in units of the scalar. */
  readonly gradients: Float32Array;
}

/** Gradients of scalars of a model's logits with respect to the word embeddings of its input. */
export interface EmbeddingGradients {
  /** Components of a word embedding, before any projection, position or normalization. */
  readonly width: number;
  /** Maximum sequence length, including special tokens. */
  readonly maxLength: number;
  /** Columns of the logits. */
  readonly outputSize: number;
  /** Word embeddings of tokens, [ids.length, width]. */
  embeddingsOf(ids: ArrayLike<number | bigint>): Float32Array;
  /**
   * Gradient of `Σ cotangent · logits` with respect to the word embedding of every token of a batch.
   * Sequences of a batch do not interact, so that each gets the gradient of what it adds to the sum.
   * For a scalar f of the logits, the cotangent is df/dlogits, of the same size as the logits.
   *
   * @throws AppError `UnsupportedOp` or `Graph` for a model that cannot be differentiated.
   */
  gradientsOf(batch: GradientBatch, cotangent: Float32Array): Promise<InputGradient>;
}

/** Graphs are compiled for static sizes; so many are kept. */
const MOST_SESSIONS = 4;
const OPSET = 20;

interface Compiled {
  readonly session: InferenceSession;
  readonly embedded: readonly number[];
  readonly gradient: string;
  readonly logits: string;
}

/**
 * Input gradients by reverse-mode differentiation of the graph that training uses, in float32. They
 * are taken at the looked-up word embeddings, in front of position embeddings, projections and
 * normalization: the embedding of the mask, the baseline to use, is a point of this space. Zero is not
 * a useful baseline: where a normalization follows at once, as in ModernBERT, the gradient is
 * orthogonal to the embedding, and every path from zero explains nothing.
 */
export class InputGradients implements EmbeddingGradients {
  readonly width: number;
  readonly maxLength: number;
  readonly outputSize: number;
  private readonly table: ParameterTensor;
  private readonly sessions = new Map<string, Promise<Compiled>>();

  private constructor(
    private readonly options: {
      readonly model: Model;
      readonly parameters: ReadonlyMap<string, ParameterTensor>;
      readonly runtime: Runtime;
      readonly threads: number;
      /** Head whose logits are differentiated. Default: the first. */
      readonly head?: string;
    },
    table: string,
  ) {
    this.table = options.parameters.get(table)!;
    this.width = this.table.dims[1]!;
    this.maxLength = options.model.maxLength;
    this.outputSize = headNamed(options.model.heads, options.head).outputSize;
  }

  /** @throws AppError `Graph` if the model looks up its tokens in none of its parameters. */
  static async of(options: InputGradients['options']): Promise<InputGradients> {
    const graph = new Graph(OPSET);
    await addForward(graph, options.model, { batchSize: 1, length: 2, isTyped: false });
    return new InputGradients(options, lookupOf(graph, options.model).inputs[0]!);
  }

  embeddingsOf(ids: ArrayLike<number | bigint>): Float32Array {
    const { width, table } = this;
    const rows = new Float32Array(ids.length * width);
    for (let i = 0; i < ids.length; i++) {
      const start = Number(ids[i]) * width;
      rows.set(table.data.subarray(start, start + width), i * width);
    }
    return rows;
  }

  async gradientsOf(batch: GradientBatch, cotangent: Float32Array): Promise<InputGradient> {
    const { batchSize, length, inputIds, attentionMask, positions } = batch;
    if (positions !== null && new Set(positions).size < positions.length) {
      throw new RangeError('positions of a gradient must differ');
    }
    const compiled = await this.sessionFor(batch);
    const dims = [batchSize, length];
    const head = headNamed(this.options.model.heads, this.options.head);
    const rows = positions?.length ?? batchSize;
    const inputs: Record<string, Tensor> = {
      input_ids: { type: 'int64', dims, data: inputIds },
      attention_mask: { type: 'int64', dims, data: attentionMask },
      [EMBEDDED]: {
        type: 'float32',
        dims: compiled.embedded,
        data: batch.embeddings ?? this.embeddingsOf(inputIds),
      },
      [COTANGENT]: { type: 'float32', dims: [rows, head.outputSize], data: cotangent },
    };
    if (batch.tokenTypeIds != null) {
      inputs['token_type_ids'] = { type: 'int64', dims, data: batch.tokenTypeIds };
    }
    if (positions !== null) inputs['positions'] = { type: 'int64', dims: [rows], data: positions };
    for (const name of compiled.session.inputNames) {
      const parameter = this.options.parameters.get(name);
      if (parameter !== undefined) inputs[name] = tensorOf(parameter);
    }
    const results = await compiled.session.run(inputs, {
      [compiled.logits]: null,
      [compiled.gradient]: null,
    });
    return {
      logits: floats(results[compiled.logits]),
      gradients: floats(results[compiled.gradient]),
    };
  }

  /** Frees the sessions. */
  async release(): Promise<void> {
    for (const key of [...this.sessions.keys()]) await this.drop(key);
  }

  private async sessionFor(batch: GradientBatch): Promise<Compiled> {
    const { batchSize, length, positions, tokenTypeIds = null } = batch;
    const count = positions?.length ?? null;
    const isTyped = tokenTypeIds !== null;
    const key = [batchSize, length, count, isTyped].join();
    const compiled = this.sessions.get(key) ?? this.compile({ batchSize, length, isTyped, count });
    this.sessions.delete(key);
    this.sessions.set(key, compiled);
    const [oldest] = this.sessions.keys();
    if (this.sessions.size > MOST_SESSIONS && oldest !== undefined) await this.drop(oldest);
    return compiled.catch((thrown: unknown) => {
      this.sessions.delete(key);
      throw thrown;
    });
  }

  private async drop(key: string): Promise<void> {
    const compiled = this.sessions.get(key);
    this.sessions.delete(key);
    await (await compiled)?.session.release();
  }

  private async compile(
    shape: ForwardShape & { readonly count: number | null },
  ): Promise<Compiled> {
    const { model, runtime, threads, head } = this.options;
    const graph = new Graph(OPSET);
    const everywhere = await addForward(graph, model, shape, head);
    let logits = everywhere;
    if (shape.count !== null) {
      const positions = graph.input('positions', 'int64', [shape.count]);
      graph.uniqueIndices.add(positions);
      logits = graph.node('Gather', [everywhere, positions]);
      gatherEarly(graph);
    }
    const embedded = feedEmbeddings(graph, model);
    const cotangent = graph.input(COTANGENT, 'float32', graph.staticDims(logits));
    const products = graph.node('Mul', [logits, cotangent]);
    const scalar = graph.node('ReduceSum', [products, graph.indices([0, 1])], {
      attributes: { keepdims: int(0) },
    });
    foldGelu(graph);
    const found = differentiate(graph, { loss: scalar, parameters: [EMBEDDED] });
    lowerErfGate(graph);
    const gradient = found.get(EMBEDDED)?.dense;
    if (gradient == null) throw graphError('Gather', 'a gradient of word embeddings', 'none');
    graph.outputs.push(logits, gradient);
    prune(graph);
    fuse(graph);
    prune(graph);
    const session = await runtime.createSession(encodeModel(graph), {
      threads,
      memoryPattern: false,
    });
    return { session, embedded, gradient, logits };
  }
}

const EMBEDDED = 'word_embeddings';
const COTANGENT = 'cotangent';

interface ForwardShape {
  readonly batchSize: number;
  readonly length: number;
  readonly isTyped: boolean;
}

/** Adds the forward graph with parameters as inputs. Returns the logits of all places. */
async function addForward(
  graph: Graph,
  model: Model,
  { batchSize, length, isTyped }: ForwardShape,
  head?: string,
): Promise<string> {
  const tokens = [batchSize, length];
  const inputs = {
    inputIds: graph.input('input_ids', 'int64', tokens),
    attentionMask: graph.input('attention_mask', 'int64', tokens),
    tokenTypeIds: isTyped ? graph.input('token_type_ids', 'int64', tokens) : null,
    batch: batchSize,
    length,
  };
  for (const { name, dims } of model.parameters) graph.input(name, 'float32', dims);
  return (await model.addForward(graph, inputs, (name) => name)).logits(head);
}

function lookupOf(graph: Graph, model: Model): ReturnType<typeof wordLookup> & object {
  const tables = new Set(
    model.parameters.filter(({ dims }) => dims.length === 2).map(({ name }) => name),
  );
  const lookup = wordLookup(graph, (value) => tables.has(value));
  if (lookup !== null) return lookup;
  throw new AppError({
    code: 'Graph',
    details: { op: 'Gather', expected: 'a lookup of token ids in a parameter', got: 'none' },
  });
}

/** Makes the looked-up word embeddings an input. Returns its dims. */
function feedEmbeddings(graph: Graph, model: Model): readonly number[] {
  const lookup = lookupOf(graph, model);
  const [output = ''] = lookup.outputs;
  const dims = graph.staticDims(output);
  graph.input(EMBEDDED, 'float32', dims);
  graph.nodes = graph.nodes.filter((node) => node !== lookup);
  for (const node of graph.nodes) {
    node.inputs = node.inputs.map((input) => (input === output ? EMBEDDED : input));
  }
  return dims;
}

const tensors = new WeakMap<ParameterTensor, Tensor>();

/** The same tensor each time, which the runtime wraps only once. */
function tensorOf(parameter: ParameterTensor): Tensor {
  const known = tensors.get(parameter);
  if (known !== undefined) return known;
  const tensor: Tensor = { type: 'float32', ...parameter };
  tensors.set(parameter, tensor);
  return tensor;
}

function floats(tensor: Tensor | undefined): Float32Array {
  if (tensor?.type !== 'float32') throw graphError('logits', 'a float32 result', 'another');
  return tensor.data;
}
