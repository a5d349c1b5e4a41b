import type { Graph } from '../graph/graph.js';
import { int } from '../graph/node.js';
import type { Encoder } from './encoder/encoder.js';
import type { Head } from './encoder/head.js';
import { addHead, headParameters, meanOfTokens } from './encoder/head.js';
import { Layers } from './encoder/layers.js';
import type { PlannedParameter } from './encoder/parameters.js';
import type { HeadKind, Model } from './model.js';

/** A model built from a configuration, and how the hub's checkpoints store it. */
export interface BuiltModel extends Model {
  readonly parameters: readonly PlannedParameter[];
  /** Of the encoder's names, with its dot; checkpoints of the bare encoder lack it. */
  readonly prefix: string;
  /** The hub's class, e.g. `BertForMaskedLM`. */
  readonly architecture: string;
  /** Other names under which checkpoints hold a parameter once more, as with tied decoders. */
  readonly aliases: ReadonlyMap<string, string>;
}

export interface ModelDescription {
  readonly family: string;
  /** The hub's classes before `For…`, e.g. `Bert`. */
  readonly className: string;
  readonly prefix: string;
  readonly encoder: Encoder;
  readonly head: Head;
  readonly aliases?: Readonly<Record<string, string>>;
}

const CLASS_ENDS: Readonly<Record<HeadKind, string>> = {
  'masked-lm': 'ForMaskedLM',
  sequence: 'ForSequenceClassification',
  token: 'ForTokenClassification',
};

export function buildModel(description: ModelDescription): BuiltModel {
  const { family, encoder, head, prefix, className } = description;
  const { layerCount, hiddenSize } = encoder;
  return {
    family,
    head: head.kind,
    outputSize: head.output.size,
    layerCount,
    hiddenSize,
    maxLength: encoder.maxLength,
    hasTokenTypes: encoder.hasTokenTypes,
    parameters: [
      ...encoder.parameters,
      ...headParameters(head, { hiddenSize, depth: layerCount + 1 }),
    ],
    prefix,
    architecture: className + CLASS_ENDS[head.kind],
    aliases: new Map(Object.entries(description.aliases ?? {})),
    addForward: (graph, inputs, parameter) =>
      Promise.resolve(addForward(new Layers(graph, inputs, parameter), encoder, head)),
  };
}

function addForward(layers: Layers, encoder: Encoder, head: Head): string {
  const { graph } = layers;
  const { microBatches = 1 } = layers.inputs;
  const { hiddenSize, layerCount } = encoder;
  const last = layerCount - 1;
  const start = encoder.start(layers);
  const biases = splitBiases(graph, start.biases, microBatches);
  const contexts: string[] = [];
  const states = split(graph, start.embedded, microBatches).map((part, i) => {
    const slice = microBatches === 1 ? layers : layers.slice(microBatches);
    let hidden = part;
    for (let index = 0; index < last; index++) {
      const context = start.attention(slice, index, hidden, biases(index, i));
      hidden = start.afterAttention(slice, index, hidden, context);
    }
    contexts.push(start.attention(slice, last, hidden, biases(last, i)));
    return hidden;
  });
  // All that follows the last attention works row by row: it is left to one piece, which runs on
  // the pooled rows, or from which gatherEarly takes the rows that are wanted.
  const first = head.pooling === 'first';
  const choose = (parts: readonly string[]): string => {
    const whole = join(graph, parts);
    return first ? layers.firstRows(whole, hiddenSize) : whole;
  };
  const encoded = start.afterAttention(layers, last, choose(states), choose(contexts));
  const pooled = head.pooling === 'mean' ? meanOfTokens(layers, encoded, hiddenSize) : encoded;
  return addHead(layers, head, pooled);
}

/** The bias of a layer for a slice of the batch; one without a batch serves every slice. */
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
