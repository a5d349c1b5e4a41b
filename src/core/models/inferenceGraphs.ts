import { Graph } from '../graph/graph.js';
import { int } from '../graph/node.js';
import { encodeModel, type EncodeOptions } from '../graph/onnx.js';
import { gatherEarly } from '../graph/passes/gatherEarly.js';
import { integerProducts } from '../graph/passes/integerProducts.js';
import { prune } from '../graph/passes/prune.js';
import type { WeightPrecision } from './exportFormats.js';
import type { CompactValues, Model, ParameterTensor } from './model.js';
import { floatsToHalves } from './weights/halfPrecision.js';
import { isQuantizable, quantizeRows, type QuantizedTensor } from './weights/quantization.js';

/**
 * Use of a graph: a `file` has only standard operators of an older opset, for any runtime; a `session`
 * of this runtime also its own operators, which are faster.
 */
type Target = 'file' | 'session';

export interface ExportTarget extends Pick<EncodeOptions, 'external'> {
  /** Default: `file`. */
  readonly target?: Target;
}

const FILE_OPSET = 17;
/** The first with one operator for GELU in place of five. */
const SESSION_OPSET = 20;
/** ONNX type of float32. */
const FLOAT32 = 1;

/** Storage of the matrices of a graph, and arithmetic of their products. */
export interface GraphForm {
  /**
   * `float16` stores matrices in half precision and computes in float32. `int8` stores them as 8-bit
   * integers with one scale per row and computes their products with integers, which rounds
   * activations to 8 bits, too. Default: float32.
   */
  readonly precision?: WeightPrecision;
  /**
   * Uses 7 of the 8 bits of weights, so that no sum of two products exceeds 16 bits. Processors
   * without VNNI add them in 16 bits, and cut off what exceeds them (onnxruntime#6004).
   */
  readonly portable?: boolean;
  /** Names of matrices that remain in float32. */
  readonly exact?: ReadonlySet<string>;
}

/** Whether a graph for a session widens weights that are stored in fewer bytes. */
export function widensWeights({ precision = 'float32' }: GraphForm): boolean {
  return precision === 'float32';
}

function dynamicGraph(
  model: Model,
  parameters: ReadonlyMap<string, ParameterTensor>,
  { precision = 'float32', portable = false, exact }: GraphForm,
  target: Target,
): Graph {
  const graph = new Graph(target === 'session' ? SESSION_OPSET : FILE_OPSET);
  for (const { name, dims } of model.parameters) {
    const parameter = parameters.get(name)!;
    const isExact = !isQuantizable(parameter) || exact?.has(name) === true;
    if (target === 'session' && widensWeights({ precision }) && parameter.compact !== undefined) {
      addCompact(graph, name, dims, parameter.compact);
    } else if (isExact || precision === 'float32') {
      graph.constant(name, { type: 'float32', dims, data: parameter.data });
    } else if (precision === 'int8') {
      addQuantized(graph, name, integersOf(parameter, portable));
    } else {
      addHalves(graph, name, dims, floatsToHalves(parameter.data));
    }
  }
  const inputIds = graph.input('input_ids', 'int64', ['batch', 'length']);
  graph.input('attention_mask', 'int64', ['batch', 'length']);
  for (const [axis, name] of ['batch', 'length'].entries()) {
    const attributes = { start: int(axis), end: int(axis + 1) };
    graph.symbols.set(name, graph.node('Shape', [inputIds], { attributes }));
  }
  return graph;
}

/**
 * Adds a parameter as its file stores it. ONNX Runtime widens it once while it creates the session,
 * which takes half the time and fewer copies than widening it here.
 */
function addCompact(
  graph: Graph,
  name: string,
  dims: readonly number[],
  compact: CompactValues,
): void {
  if (compact.type === 'int8') addQuantized(graph, name, { dims, ...compact });
  else addHalves(graph, name, dims, compact.values);
}

function addHalves(graph: Graph, name: string, dims: readonly number[], data: Uint16Array): void {
  const halves = graph.constant(`${name}_half`, { type: 'float16', dims, data });
  graph.node('Cast', [halves], { attributes: { to: int(FLOAT32) }, outputs: [name] });
}

/** A matrix as integers: those of its file, if it has any, which rounding its values again would give. */
function integersOf(parameter: ParameterTensor, portable: boolean): QuantizedTensor {
  const { dims, compact } = parameter;
  if (compact?.type === 'int8' && !portable) return { dims, ...compact };
  return quantizeRows(parameter, portable ? 7 : 8);
}

/** Adds a quantized matrix with the names that ONNX Runtime's quantizer uses. */
function addQuantized(graph: Graph, name: string, { dims, values, scales }: QuantizedTensor): void {
  const integers = graph.constant(`${name}_quantized`, { type: 'int8', dims, data: values });
  const scale = { type: 'float32' as const, dims: [scales.length], data: scales };
  graph.node('DequantizeLinear', [integers, graph.constant(`${name}_scale`, scale)], {
    attributes: { axis: int(0) },
    outputs: [name],
  });
}

/** Removes what no output needs, and computes with integers where matrices are stored as such. */
function encoded(graph: Graph, { precision }: GraphForm, options: EncodeOptions = {}): Uint8Array {
  prune(graph);
  if (precision === 'int8') integerProducts(graph);
  return encodeModel(graph, options);
}

/**
 * Builds a model for fill-mask: inputs `input_ids`, `attention_mask` and, if the family has them,
 * `token_type_ids` [batch, length], and `positions` [count], flat indices `row * length + column`; output `logits` [count, vocabulary].
 * Position-wise nodes run only on the requested positions. All sizes are dynamic. `external` as in
 * `EncodeOptions`.
 */
export async function buildPredictionModel(
  model: Model,
  parameters: ReadonlyMap<string, ParameterTensor>,
  form: GraphForm = {},
  external?: Map<string, Uint8Array>,
): Promise<Uint8Array> {
  const graph = dynamicGraph(model, parameters, form, 'session');
  const positions = graph.input('positions', 'int64', ['count']);
  const inputs = {
    inputIds: 'input_ids',
    attentionMask: 'attention_mask',
    tokenTypeIds: model.hasTokenTypes
      ? graph.input('token_type_ids', 'int64', ['batch', 'length'])
      : null,
    batch: 'batch',
    length: 'length',
    fusesAttention: true,
  };
  const outputs = await model.addForward(graph, inputs, (name) => name);
  const gathered = graph.node('Gather', [outputs.logits(), positions]);
  gatherEarly(graph);
  const logits = graph.node('Identity', [gathered], { outputs: ['logits'] });
  graph.outputs.push(logits);
  return encoded(graph, form, external && { external });
}

/**
 * Builds the model in the hub's layout: inputs `input_ids`, `attention_mask` and, if the family has
 * them, `token_type_ids` [batch, length]; output `logits` [batch, length, outputSize], or [batch,
 * outputSize] for a `sequence` head; `logits.<name>` for each further head.
 */
export async function buildExportModel(
  model: Model,
  parameters: ReadonlyMap<string, ParameterTensor>,
  form: GraphForm = {},
  { target = 'file', external }: ExportTarget = {},
): Promise<Uint8Array> {
  const graph = dynamicGraph(model, parameters, form, target);
  const inputs = {
    inputIds: 'input_ids',
    attentionMask: 'attention_mask',
    tokenTypeIds: model.hasTokenTypes
      ? graph.input('token_type_ids', 'int64', ['batch', 'length'])
      : null,
    batch: 'batch',
    length: 'length',
    fusesAttention: target === 'session',
  };
  const outputs = await model.addForward(graph, inputs, (name) => name);
  for (const [i, { name, kind, outputSize }] of model.heads.entries()) {
    const flat = outputs.logits(name);
    const shaped =
      kind === 'sequence' ? flat : graph.reshape(flat, ['batch', 'length', outputSize]);
    const output = i === 0 ? 'logits' : `logits.${name}`;
    graph.outputs.push(graph.node('Identity', [shaped], { outputs: [output] }));
  }
  return encoded(graph, form, external && { external });
}
