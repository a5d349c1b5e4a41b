import { modelError } from '../../errors.js';
import { problem } from '../../messages/message.js';
import { halvesToFloats } from '../weights/halfPrecision.js';
import type { Tensor } from '../../ports.js';
import type { Attribute, GraphView, ValueInfo } from '../../graph/node.js';
import { Graph } from '../../graph/graph.js';
import type { ExternalData, StoredTensor } from '../../graph/onnx.js';
import { decodeModel } from '../../graph/onnx.js';

/** Reads part of an external data file; a `length` of `null` means to its end. */
export type ReadExternal = (reference: ExternalData) => Promise<Uint8Array>;

export interface ReadExportOptions {
  readonly bytes: Uint8Array;
  /** Used only in errors. */
  readonly path: string;
  readonly readExternal: ReadExternal;
}

export interface ExportedGraph {
  /** Graph with all floats as float32. */
  readonly graph: Graph;
  /** Storage of the initializers in the file. */
  readonly stored: ReadonlyMap<string, StoredTensor>;
}

const FIRST_OPSET = 11;
const QUANTIZED =
  /^(?:QLinear.*|Q(?:Gemm|Attention|EmbedLayerNormalization)|DynamicQuantize.*|QuantizeLinear|DequantizeLinear|MatMulInteger.*|ConvInteger|MatMulNBits|MatMulBnb4|GatherBlockQuantized)$/;

/**
 * Decodes an ONNX file with its external data, and widens half precision.
 *
 * @throws AppError `Model` for an unreadable file or one made only for inference.
 */
export async function readExport(options: ReadExportOptions): Promise<ExportedGraph> {
  const { bytes, path, readExternal } = options;
  const stored = new Map<string, StoredTensor>();
  const references = new Map<string, ExternalData>();
  const remember = (reference: ExternalData): null => {
    references.set(referenceKey(reference), reference);
    return null;
  };
  let graph = decodeModel(bytes, path, { external: remember, stored });
  refuseUndefinedInputs(graph, path);
  requireTrainableForm(graph, path);
  if (references.size > 0) {
    const found = new Map<string, Uint8Array>();
    for (const [key, reference] of references) found.set(key, await readExternal(reference));
    graph = decodeModel(bytes, path, {
      external: (reference) => found.get(referenceKey(reference))!,
    });
  }
  return { graph: widen(graph), stored };
}

function referenceKey({ location, offset, length }: ExternalData): string {
  return `${location}:${offset}:${length ?? ''}`;
}

/** Passes follow each input to what gives it. */
function refuseUndefinedInputs(graph: Graph, path: string): void {
  const given = new Set(['', ...graph.inputs, ...graph.constants.keys()]);
  for (const { op, name, inputs, outputs } of graph.nodes) {
    const missing = inputs.find((input) => !given.has(input));
    if (missing !== undefined) {
      throw modelError(path, problem('models.undefinedInput', { input: missing, op, node: name }));
    }
    for (const output of outputs) given.add(output);
  }
}

function requireTrainableForm(graph: Graph, path: string): void {
  const quantized = graph.nodes.find(({ op }) => QUANTIZED.test(op));
  if (quantized) {
    throw modelError(path, problem('models.quantizedExport', { op: quantized.op }));
  }
  requireOpset(graph.opset, path);
}

/** Throws `Model` for an opset that is too old to be imported. */
export function requireOpset(opset: number, path: string): void {
  if (opset >= FIRST_OPSET) return;
  const opsets = { opset: String(opset), oldest: String(FIRST_OPSET) };
  throw modelError(path, problem('models.oldOpset', opsets));
}

/** Replaces float16 by float32 in the graph, including the bodies of control flow. */
function widen(graph: GraphView): Graph {
  const wide = new Graph(graph.opset);
  wide.inputs.push(...graph.inputs);
  wide.outputs.push(...graph.outputs);
  for (const [name, info] of graph.values) wide.values.set(name, widenInfo(info));
  for (const [name, tensor] of graph.constants) wide.constant(name, widenTensor(tensor));
  wide.nodes = graph.nodes.map((node) => ({
    ...node,
    attributes: Object.fromEntries(
      Object.entries(node.attributes).map(([name, attribute]) => [name, widenAttribute(attribute)]),
    ),
  }));
  return wide;
}

function widenInfo(info: ValueInfo): ValueInfo {
  return info.type === 'float16' ? { ...info, type: 'float32' } : info;
}

function widenTensor(tensor: Tensor): Tensor {
  if (tensor.type !== 'float16') return tensor;
  return { type: 'float32', dims: tensor.dims, data: halvesToFloats(tensor.data) };
}

function widenAttribute(attribute: Attribute): Attribute {
  if (attribute.kind === 'tensor') return { kind: 'tensor', value: widenTensor(attribute.value) };
  if (attribute.kind === 'graph') return { kind: 'graph', value: widen(attribute.value) };
  return attribute;
}
