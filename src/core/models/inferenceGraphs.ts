import { Graph } from '../graph/graph.js';
import { int } from '../graph/node.js';
import { encodeModel } from '../graph/onnx.js';
import { gatherEarly } from '../graph/passes/gatherEarly.js';
import { prune } from '../graph/passes/prune.js';
import type { Model, ParameterTensor } from './model.js';
import { isQuantizable, quantizeRows } from './weights/quantization.js';

const EXPORT_OPSET = 17;

export interface ExportOptions {
  /** Stores matrices as 8-bit integers with one scale per row; arithmetic remains float32. */
  readonly quantized?: boolean;
}

function dynamicGraph(
  model: Model,
  parameters: ReadonlyMap<string, ParameterTensor>,
  { quantized = false }: ExportOptions = {},
): Graph {
  const graph = new Graph(EXPORT_OPSET);
  for (const { name, dims } of model.parameters) {
    const parameter = parameters.get(name)!;
    if (quantized && isQuantizable(parameter)) addQuantized(graph, name, parameter);
    else graph.constant(name, { type: 'float32', dims, data: parameter.data });
  }
  const inputIds = graph.input('input_ids', 'int64', ['batch', 'length']);
  graph.input('attention_mask', 'int64', ['batch', 'length']);
  for (const [axis, name] of ['batch', 'length'].entries()) {
    const attributes = { start: int(axis), end: int(axis + 1) };
    graph.symbols.set(name, graph.node('Shape', [inputIds], { attributes }));
  }
  return graph;
}

/** Adds a quantized matrix with the names that ONNX Runtime's quantizer uses. */
function addQuantized(graph: Graph, name: string, parameter: ParameterTensor): void {
  const { dims, values, scales } = quantizeRows(parameter);
  const integers = graph.constant(`${name}_quantized`, { type: 'int8', dims, data: values });
  const scale = { type: 'float32' as const, dims: [scales.length], data: scales };
  graph.node('DequantizeLinear', [integers, graph.constant(`${name}_scale`, scale)], {
    attributes: { axis: int(0) },
    outputs: [name],
  });
}

/**
 * Builds a model for fill-mask: inputs `input_ids` and `attention_mask` [batch, length] and
 * `positions` [count], flat indices `row * length + column`; output `logits` [count, vocabulary].
 * Position-wise nodes run only on the requested positions. All sizes are dynamic.
 */
export async function buildPredictionModel(
  model: Model,
  parameters: ReadonlyMap<string, ParameterTensor>,
): Promise<Uint8Array> {
  const graph = dynamicGraph(model, parameters);
  const positions = graph.input('positions', 'int64', ['count']);
  const inputs = {
    inputIds: 'input_ids',
    attentionMask: 'attention_mask',
    tokenTypeIds: null,
    batch: 'batch',
    length: 'length',
  };
  const outputs = await model.addForward(graph, inputs, (name) => name);
  const gathered = graph.node('Gather', [outputs.logits(), positions]);
  gatherEarly(graph);
  const logits = graph.node('Identity', [gathered], { outputs: ['logits'] });
  graph.outputs.push(logits);
  prune(graph);
  return encodeModel(graph);
}

/**
 * Builds the model in the hub's layout: inputs `input_ids`, `attention_mask` and, if the family has
 * them, `token_type_ids` [batch, length]; output `logits` [batch, length, outputSize], or [batch,
 * outputSize] for a `sequence` head; `logits.<name>` for each further head. Uses only standard
 * operators.
 */
export async function buildExportModel(
  model: Model,
  parameters: ReadonlyMap<string, ParameterTensor>,
  options: ExportOptions = {},
): Promise<Uint8Array> {
  const graph = dynamicGraph(model, parameters, options);
  const inputs = {
    inputIds: 'input_ids',
    attentionMask: 'attention_mask',
    tokenTypeIds: model.hasTokenTypes
      ? graph.input('token_type_ids', 'int64', ['batch', 'length'])
      : null,
    batch: 'batch',
    length: 'length',
  };
  const outputs = await model.addForward(graph, inputs, (name) => name);
  for (const [i, { name, kind, outputSize }] of model.heads.entries()) {
    const flat = outputs.logits(name);
    const shaped =
      kind === 'sequence' ? flat : graph.reshape(flat, ['batch', 'length', outputSize]);
    const output = i === 0 ? 'logits' : `logits.${name}`;
    graph.outputs.push(graph.node('Identity', [shaped], { outputs: [output] }));
  }
  prune(graph);
  return encodeModel(graph);
}
