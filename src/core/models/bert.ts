import type { Dimension, Graph } from '../graph/graph.js';
import { float, int, ints, text } from '../graph/graph.js';
import type { BertConfig } from './bertConfig.js';
import { bertParameters } from './bertParameters.js';
import type { Model, ModelInputs } from './model.js';

/** Added to the attention scores of padding, as the reference implementation does. */
const MASKED_SCORE = -3.4028234663852886e38;

/** BertForMaskedLM by its configuration. */
export function createBertModel(config: BertConfig): Model {
  return {
    family: 'bert',
    head: 'masked-lm',
    outputSize: config.vocab_size,
    layerCount: config.num_hidden_layers,
    hiddenSize: config.hidden_size,
    maxLength: config.max_position_embeddings,
    hasTokenTypes: true,
    parameters: bertParameters(config),
    addForward: (graph, inputs, parameter) =>
      Promise.resolve(addBertForMaskedLM(graph, config, inputs, parameter)),
  };
}

/**
 * Adds the forward graph of BertForMaskedLM (Devlin et al. 2019, arXiv:1810.04805) without dropout.
 * Hidden states are matrices [batch * length, hidden]. Sizes may be symbolic.
 *
 * @returns the logits, [batch * length, vocabulary]
 */
function addBertForMaskedLM(
  graph: Graph,
  config: BertConfig,
  inputs: ModelInputs,
  parameter: (name: string) => string,
): string {
  const builder = new BertBuilder(graph, config, inputs, parameter);
  const embedded = builder.embeddings();
  const bias = builder.attentionBias();
  const { batch, microBatches = 1 } = inputs;
  const last = config.num_hidden_layers - 1;
  const split = (x: string): string[] => {
    if (microBatches === 1) return [x];
    const part = graph.staticDims(x)[0]! / microBatches;
    const sizes = graph.indices(new Array<number>(microBatches).fill(part));
    const options = { outputCount: microBatches, attributes: { axis: int(0) } };
    return graph.nodeWithOutputs('Split', [x, sizes], options);
  };
  const join = (parts: readonly string[]): string =>
    parts.length === 1 ? parts[0]! : graph.node('Concat', parts, { attributes: { axis: int(0) } });

  const biases = bias === null ? null : split(bias);
  const contexts: string[] = [];
  const states = split(embedded).map((part, i) => {
    const size = typeof batch === 'number' ? batch / microBatches : batch;
    const slice = new BertBuilder(graph, config, { ...inputs, batch: size }, parameter);
    const partBias = biases?.[i] ?? null;
    let hidden = part;
    for (let layer = 0; layer < last; layer++) hidden = slice.layer(layer, hidden, partBias);
    contexts.push(slice.attention(last, hidden, partBias));
    return hidden;
  });
  // All that follows the last attention works row by row: it is left to one piece, from which
  // gatherEarly takes the rows that are wanted.
  return builder.head(builder.afterAttention(last, join(states), join(contexts)));
}

class BertBuilder {
  private readonly rows: Dimension;

  constructor(
    private readonly graph: Graph,
    private readonly config: BertConfig,
    private readonly inputs: ModelInputs,
    private readonly parameter: (name: string) => string,
  ) {
    const { batch, length } = inputs;
    const known = typeof batch === 'number' && typeof length === 'number';
    this.rows = known ? batch * length : `${batch}*${length}`;
  }

  embeddings(): string {
    const { graph, inputs } = this;
    const { inputIds, tokenTypeIds, batch, length } = inputs;
    const hidden = this.config.hidden_size;
    const table = (name: string): string => this.parameter(`bert.embeddings.${name}.weight`);
    const words = graph.node('Gather', [table('word_embeddings'), inputIds]);
    const positions = graph.node('Gather', [table('position_embeddings'), this.range(length)]);
    graph.values.set(positions, { type: 'float32', dims: [length, hidden] });
    const types = graph.node('Gather', [
      table('token_type_embeddings'),
      tokenTypeIds ?? graph.indices([0]),
    ]);
    const sum =
      tokenTypeIds === null
        ? graph.node('Add', [words, graph.node('Add', [positions, types])])
        : graph.node('Add', [graph.node('Add', [words, types]), positions]);
    graph.values.set(sum, { type: 'float32', dims: [batch, length, hidden] });
    return this.norm('bert.embeddings.LayerNorm', graph.reshape(sum, [this.rows, hidden]));
  }

  /** 0 at tokens and the lowest number at padding, [batch, 1, 1, length]. */
  attentionBias(): string | null {
    const { graph } = this;
    const { attentionMask, batch, length } = this.inputs;
    if (attentionMask === null) return null;
    const mask = graph.node('Cast', [attentionMask], { attributes: { to: int(1) } });
    const padding = graph.node('Sub', [graph.scalar(1), mask]);
    const bias = graph.node('Mul', [padding, graph.scalar(MASKED_SCORE)]);
    return graph.reshape(bias, [batch, 1, 1, length]);
  }

  layer(index: number, hidden: string, bias: string | null): string {
    return this.afterAttention(index, hidden, this.attention(index, hidden, bias));
  }

  /** Output projection and feed-forward, each with its residual and norm. */
  afterAttention(index: number, hidden: string, context: string): string {
    const { graph } = this;
    const prefix = `bert.encoder.layer.${index}`;
    const projected = this.dense(`${prefix}.attention.output.dense`, context);
    const attended = this.norm(
      `${prefix}.attention.output.LayerNorm`,
      graph.node('Add', [hidden, projected]),
    );
    const inner = this.activation(this.dense(`${prefix}.intermediate.dense`, attended));
    const outer = this.dense(`${prefix}.output.dense`, inner);
    return this.norm(`${prefix}.output.LayerNorm`, graph.node('Add', [attended, outer]));
  }

  head(hidden: string): string {
    const { graph } = this;
    const prefix = 'cls.predictions';
    const transformed = this.activation(this.dense(`${prefix}.transform.dense`, hidden));
    const states = this.norm(`${prefix}.transform.LayerNorm`, transformed);
    const decoder = this.parameter('bert.embeddings.word_embeddings.weight');
    return graph.node('Gemm', [states, decoder, this.parameter(`${prefix}.bias`)], {
      attributes: { transB: int(1) },
    });
  }

  /** The heads' contexts side by side, before the output projection. */
  attention(index: number, hidden: string, bias: string | null): string {
    const { graph, config } = this;
    const prefix = `bert.encoder.layer.${index}.attention.self`;
    const { batch, length } = this.inputs;
    const heads = config.num_attention_heads;
    const size = config.hidden_size / heads;
    const split = (x: string, perm: readonly number[]): string =>
      graph.node('Transpose', [graph.reshape(x, [batch, length, heads, size])], {
        attributes: { perm: ints(perm) },
      });
    // The 1/√size of the scores is folded into the query projection, where it costs nothing.
    const query = split(this.dense(`${prefix}.query`, hidden, 1 / Math.sqrt(size)), [0, 2, 1, 3]);
    const key = split(this.dense(`${prefix}.key`, hidden), [0, 2, 3, 1]);
    const value = split(this.dense(`${prefix}.value`, hidden), [0, 2, 1, 3]);
    const scores = graph.node('MatMul', [query, key]);
    const biased = bias === null ? scores : graph.node('Add', [scores, bias]);
    const weights = graph.node('Softmax', [biased], { attributes: { axis: int(-1) } });
    const context = graph.node('Transpose', [graph.node('MatMul', [weights, value])], {
      attributes: { perm: ints([0, 2, 1, 3]) },
    });
    return graph.reshape(context, [this.rows, config.hidden_size]);
  }

  /** factor · (x Wᵀ + b) */
  private dense(prefix: string, x: string, factor = 1): string {
    const inputs = [x, this.parameter(`${prefix}.weight`), this.parameter(`${prefix}.bias`)];
    return this.graph.node('Gemm', inputs, {
      attributes: { transB: int(1), alpha: float(factor), beta: float(factor) },
    });
  }

  private norm(prefix: string, x: string): string {
    const inputs = [x, this.parameter(`${prefix}.weight`), this.parameter(`${prefix}.bias`)];
    return this.graph.node('LayerNormalization', inputs, {
      attributes: { axis: int(-1), epsilon: float(this.config.layer_norm_eps) },
    });
  }

  private activation(x: string): string {
    const { graph, config } = this;
    if (config.hidden_act === 'relu') return graph.node('Relu', [x]);
    const approximate = config.hidden_act === 'gelu_new' ? 'tanh' : 'none';
    if (graph.opset >= 20) {
      return graph.node('Gelu', [x], { attributes: { approximate: text(approximate) } });
    }
    const mul = (a: string, b: string): string => graph.node('Mul', [a, b]);
    const inner =
      approximate === 'none'
        ? graph.node('Erf', [mul(x, graph.scalar(Math.SQRT1_2))])
        : graph.node('Tanh', [mul(graph.scalar(Math.sqrt(2 / Math.PI)), this.cubic(x))]);
    const gate = graph.node('Add', [inner, graph.scalar(1)]);
    return mul(mul(x, gate), graph.scalar(0.5));
  }

  /** x + 0.044715x³ */
  private cubic(x: string): string {
    const { graph } = this;
    const cube = graph.node('Mul', [graph.node('Mul', [x, x]), x]);
    return graph.node('Add', [x, graph.node('Mul', [cube, graph.scalar(0.044715)])]);
  }

  /** 0, 1, … length - 1 */
  private range(length: Dimension): string {
    const { graph } = this;
    if (typeof length === 'number') {
      return graph.indices(Array.from({ length }, (_, i) => i));
    }
    const scalar = (value: string): string => graph.node('Squeeze', [value, graph.indices([0])]);
    const zero = scalar(graph.indices([0]));
    return graph.node('Range', [
      zero,
      scalar(graph.symbols.get(length)!),
      scalar(graph.indices([1])),
    ]);
  }
}
