import type { Graph } from '../graph/graph.js';
import { int } from '../graph/node.js';
import type { Encoder } from './encoder/encoder.js';
import type { Head, Heads } from './encoder/head.js';
import { addHead, headParameters, meanOfTokens } from './encoder/head.js';
import { Layers } from './encoder/layers.js';
import type { PlannedParameter } from './encoder/parameters.js';
import { CLASS_ENDS } from './labels.js';
import type { Model, ModelHead, ModelOutputs } from './model.js';
import { headNamed, requireLayer } from './model.js';

/** A model built from a configuration, and its storage in the hub's checkpoints. */
export interface BuiltModel extends Model {
  readonly parameters: readonly PlannedParameter[];
  /** Prefix of the encoder's names, with its dot; checkpoints of the bare encoder lack it. */
  readonly prefix: string;
  /** The first head. */
  readonly firstHead: Head;
  /** Class name of the hub, such as `BertForMaskedLM`. */
  readonly architecture: string;
  /** Other names of a parameter in checkpoints, as with tied decoders. */
  readonly aliases: ReadonlyMap<string, string>;
}

export interface ModelDescription {
  readonly family: string;
  /** Prefix of the hub's class names before `For…`, such as `Bert`. */
  readonly className: string;
  readonly prefix: string;
  readonly encoder: Encoder;
  readonly heads: Heads;
  readonly aliases?: Readonly<Record<string, string>>;
}

export function buildModel(description: ModelDescription): BuiltModel {
  const { family, encoder, heads, prefix, className } = description;
  const { layerCount, hiddenSize } = encoder;
  const parametersOf = (head: Head): PlannedParameter[] =>
    headParameters(head, { hiddenSize, depth: layerCount + 1 });
  const describe = (head: Head): ModelHead => ({
    name: head.name,
    kind: head.kind,
    outputSize: head.output.size,
    parameters: parametersOf(head).map(({ name }) => name),
  });
  const [first, ...further] = heads;
  return {
    family,
    heads: [describe(first), ...further.map(describe)],
    layerCount,
    hiddenSize,
    maxLength: encoder.maxLength,
    hasTokenTypes: encoder.hasTokenTypes,
    vocabularySize: rowsOf(encoder),
    parameters: [...encoder.parameters, ...heads.flatMap(parametersOf)],
    prefix,
    firstHead: first,
    architecture: className + CLASS_ENDS[first.kind],
    aliases: new Map(Object.entries(description.aliases ?? {})),
    addForward: (graph, inputs, parameter) =>
      Promise.resolve(addForward(new Layers(graph, inputs, parameter), encoder, heads)),
  };
}

function rowsOf({ parameters, wordEmbeddings }: Encoder): number | null {
  return parameters.find(({ name }) => name === wordEmbeddings)?.dims[0] ?? null;
}

function addForward(layers: Layers, encoder: Encoder, heads: Heads): ModelOutputs {
  const { graph } = layers;
  const { microBatches = 1 } = layers.inputs;
  const { hiddenSize, layerCount } = encoder;
  const last = layerCount - 1;
  const start = encoder.start(layers);
  const biases = splitBiases(graph, start.biases, microBatches);
  /** Input of each layer, in slices. */
  const states: string[][] = Array.from({ length: layerCount }, () => []);
  const contexts: string[] = [];
  for (const [i, part] of split(graph, start.embedded, microBatches).entries()) {
    const slice = microBatches === 1 ? layers : layers.slice(microBatches);
    let hidden = part;
    for (let index = 0; index < last; index++) {
      states[index]!.push(hidden);
      const context = start.attention(slice, index, hidden, biases(index, i));
      hidden = start.afterAttention(slice, index, hidden, context);
    }
    states[last]!.push(hidden);
    contexts.push(start.attention(slice, last, hidden, biases(last, i)));
  }
  // Everything after the last attention works row by row, so it is one piece. It runs on the pooled
  // rows, or gatherEarly takes the needed rows from it.
  const whole = remember((layer: number | 'contexts') =>
    join(graph, layer === 'contexts' ? contexts : states[layer]!),
  );
  const encoded = remember((rows: 'all' | 'first') => {
    const choose = (value: string): string =>
      rows === 'first' ? layers.firstRows(value, hiddenSize) : value;
    const hidden = choose(whole(last));
    return start.afterAttention(layers, last, hidden, choose(whole('contexts')));
  });
  const pooled = remember((pooling: Head['pooling']) =>
    pooling === 'first'
      ? encoded('first')
      : pooling === 'none'
        ? encoded('all')
        : meanOfTokens(layers, encoded('all'), hiddenSize),
  );
  const logits = remember((head: Head) => addHead(layers, head, pooled(head.pooling)));
  return {
    embeddings: () => start.embedded,
    hiddenState(layer) {
      requireLayer(layer, layerCount);
      return layer === layerCount ? encoded('all') : whole(layer);
    },
    logits: (name) => logits(headNamed(heads, name)),
  };
}

/** Memoizes `make`. */
function remember<Key>(make: (key: Key) => string): (key: Key) => string {
  const made = new Map<Key, string>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}

/** Bias of a layer for a slice of the batch; a bias without a batch applies to all slices. */
function splitBiases(
  graph: Graph,
  biases: readonly (string | null)[],
  count: number,
): (layer: number, slice: number) => string | null {
  const parts = new Map<string, string[]>();
  return (layer, slice) => {
    const bias = biases[layer] ?? null;
    if (bias === null || graph.info(bias).dims[0] === 1) return bias;
    const known = parts.get(bias) ?? split(graph, bias, count);
    parts.set(bias, known);
    return known[slice]!;
  };
}

function split(graph: Graph, x: string, count: number): string[] {
  if (count === 1) return [x];
  const part = graph.staticDims(x)[0]! / count;
  const sizes = graph.indices(new Array<number>(count).fill(part));
  return graph.nodeWithOutputs('Split', [x, sizes], {
    outputCount: count,
    attributes: { axis: int(0) },
  });
}

function join(graph: Graph, parts: readonly string[]): string {
  return parts.length === 1
    ? parts[0]!
    : graph.node('Concat', parts, { attributes: { axis: int(0) } });
}
