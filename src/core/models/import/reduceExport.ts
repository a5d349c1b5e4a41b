import { modelError } from '../../errors.js';
import { formatBytes } from '../../format.js';
import { intAttribute } from '../../graph/attributes.js';
import type { Graph } from '../../graph/graph.js';
import type { GraphView } from '../../graph/node.js';
import { int, ints } from '../../graph/node.js';
import { decodeModel, encodeChanged, type StoredTensor } from '../../graph/onnx.js';
import { integerProducts, type Integers } from '../../graph/passes/integerProducts.js';
import { prune } from '../../graph/passes/prune.js';
import { problem } from '../../messages/message.js';
import type { GraphForm } from '../inferenceGraphs.js';
import type { ParameterTensor } from '../model.js';
import { floatsToHalves } from '../weights/halfPrecision.js';
import { isReducible, quantizeRows } from '../weights/quantization.js';
import { transposeMatrix } from './findParameters.js';
import type { ReadExternal } from './readExport.js';
import type { ParameterBinding } from './specialize.js';
import { encodeValues, storedValues } from './writeBack.js';

/** Limit of the format. */
const MAX_BYTES = 2 ** 31 - 1;
/** ONNX's numbers of element types. */
const FLOAT32 = 1;
const WIDE = [FLOAT32, 11];
/** Opset from which `DequantizeLinear` has scales by row. */
const SCALES_BY_ROW = 13;

export interface ReduceOptions {
  /** Content of the `.onnx` file. */
  readonly file: Uint8Array;
  /** Path in errors. */
  readonly path: string;
  readonly readExternal: ReadExternal;
  readonly bindings: ReadonlyMap<string, ParameterBinding>;
  readonly parameters: ReadonlyMap<string, ParameterTensor>;
  readonly form: GraphForm;
}

/**
 * The file of an export with these values in another form: its matrices, and kernels of convolutions,
 * in half precision or as 8-bit integers with one scale per output or token. Products with integers
 * are computed with integers. All other nodes stay byte for byte, so sizes stay dynamic. The file is
 * complete: values from other files are in it.
 *
 * @throws AppError `Model` for a file beyond 2 GiB, and what reading external data throws.
 */
export async function reduceExport(options: ReduceOptions): Promise<Uint8Array> {
  const { file, path, readExternal, bindings, parameters, form } = options;
  const stored = new Map<string, StoredTensor>();
  const graph = decodeModel(file, path, { external: () => null, stored });
  const original = { nodes: [...graph.nodes], constants: new Map(graph.constants) };
  nameAll(graph);
  const reducer = new Reducer(graph, stored, options);
  graph.nodes = [];
  for (const [initializer, binding] of bindings) reducer.reduce(initializer, binding);
  graph.nodes.push(...original.nodes);
  if (form.precision === 'int8') integerProducts(graph, reducer.matrices);
  else prune(graph);

  const contents = new Map<string, Uint8Array>();
  for (const name of graph.constants.keys()) {
    const entry = stored.get(name);
    if (entry === undefined) continue;
    const binding = bindings.get(name);
    const values = binding === undefined ? null : storedValues(binding, parameters);
    const own = values === null ? null : encodeValues(values, entry.elementType);
    if (own !== null) contents.set(name, own);
    else if (entry.place !== null && 'location' in entry.place) {
      contents.set(name, await readExternal(entry.place));
    }
  }
  const encoded = encodeChanged(file, { graph, ...original, contents });
  if (encoded.byteLength > MAX_BYTES) {
    const sizes = { size: formatBytes(encoded.byteLength), limit: formatBytes(MAX_BYTES) };
    throw modelError(path, problem('models.exportTooLarge', sizes));
  }
  return encoded.join();
}

/**
 * Gives every value of a file an entry, so that new names differ from its names. Sizes that the file
 * tells are not trusted.
 */
function nameAll(graph: Graph, within: GraphView = graph): void {
  const names = [...within.constants.keys(), ...within.nodes.flatMap(({ outputs }) => outputs)];
  for (const name of names) {
    if (!graph.constants.has(name)) graph.values.set(name, { type: 'float32', dims: ['unknown'] });
  }
  for (const { attributes } of within.nodes) {
    for (const attribute of Object.values(attributes)) {
      if (attribute.kind === 'graph') nameAll(graph, attribute.value);
    }
  }
}

/** Axis of the outputs of initializers that products read, and 0 for tables. */
function outputAxes({ nodes }: GraphView): Map<string, 0 | 1> {
  const axes = new Map<string, 0 | 1>();
  for (const node of nodes) {
    const [table = '', matrix = ''] = node.inputs;
    if (node.op === 'MatMul') axes.set(matrix, 1);
    if (node.op === 'Gemm') axes.set(matrix, intAttribute(node, 'transB', 0) === 1 ? 0 : 1);
    if (node.op === 'Gather' && !axes.has(table)) axes.set(table, 0);
  }
  return axes;
}

const FLIP = { op: 'Transpose', attributes: { perm: ints([1, 0]) } };
const SAME = { op: 'Identity' };

class Reducer {
  /** Matrices of integers by their values as floats. */
  readonly matrices = new Map<string, Integers>();
  /** Values as floats by what they are stored as; exporters that fold constants copy tied matrices. */
  private readonly floats = new Map<string, string>();
  private readonly axes: ReadonlyMap<string, 0 | 1>;

  constructor(
    private readonly graph: Graph,
    private readonly stored: ReadonlyMap<string, StoredTensor>,
    private readonly options: Pick<ReduceOptions, 'form' | 'parameters'>,
  ) {
    this.axes = outputAxes(graph);
  }

  /** Replaces an initializer by nodes that compute it from smaller numbers, if it is to be. */
  reduce(initializer: string, binding: ParameterBinding): void {
    const { graph } = this;
    const { form, parameters } = this.options;
    const tensor = graph.constants.get(initializer);
    const { elementType = 0 } = this.stored.get(initializer) ?? {};
    const isExact = binding.some(({ parameter }) => form.exact?.has(parameter) === true);
    const isSmall = form.precision !== 'int8' && !WIDE.includes(elementType);
    if (tensor === undefined || !isReducible(tensor) || isExact || isSmall) return;
    const values = storedValues(binding, parameters);
    if (values === null) return;
    const [first] = binding;
    const byDefault = first?.transposed === true ? 1 : 0;
    const isFlipped = tensor.dims.length === 2 && (this.axes.get(initializer) ?? byDefault) === 1;
    const isWhole = binding.length === 1 && first?.transposed === isFlipped;
    const name = isWhole ? first.parameter : initializer;
    const [height = 1, width = 1] = tensor.dims;
    const key = `${isWhole} ${name}`;
    let value =
      this.floats.get(key) ??
      this.store(
        name,
        isFlipped
          ? { dims: [width, height], data: transposeMatrix(values, height, width) }
          : { dims: tensor.dims, data: values },
      );
    this.floats.set(key, value);
    graph.constants.delete(initializer);
    if (elementType !== FLOAT32) {
      value = graph.append({
        ...{ op: 'Cast', inputs: [value], attributes: { to: int(elementType) } },
      })[0]!;
    }
    const last = isFlipped ? FLIP : SAME;
    graph.append({ ...last, inputs: [value], outputs: [initializer] });
  }

  /** Adds a tensor with smaller numbers, and returns its values as float32. */
  private store(name: string, tensor: ParameterTensor): string {
    const { graph } = this;
    const { precision, portable = false } = this.options.form;
    const { dims } = tensor;
    if (precision !== 'int8') {
      const data = floatsToHalves(tensor.data);
      const halves = graph.constant(this.free(`${name}_half`), { type: 'float16', dims, data });
      return graph.node('Cast', [halves], { attributes: { to: int(FLOAT32) } });
    }
    const { values, scales } = quantizeRows(tensor, portable ? 7 : 8);
    const integers = graph.constant(this.free(`${name}_quantized`), {
      ...{ type: 'int8', dims, data: values },
    });
    const scale = graph.constant(this.free(`${name}_scale`), {
      ...{ type: 'float32', dims: [scales.length], data: scales },
    });
    const floats = this.dequantized(integers, scale, dims);
    if (dims.length === 2) this.matrices.set(floats, { values: integers, scales: scale });
    return floats;
  }

  private free(name: string): string {
    return this.graph.values.has(name) ? this.free(`_${name}`) : name;
  }

  private dequantized(integers: string, scale: string, dims: readonly number[]): string {
    const { graph } = this;
    if (graph.opset >= SCALES_BY_ROW) {
      return graph.node('DequantizeLinear', [integers, scale], { attributes: { axis: int(0) } });
    }
    const float = graph.node('Cast', [integers], { attributes: { to: int(FLOAT32) } });
    const shape = graph.indices([dims[0]!, ...dims.slice(1).map(() => 1)]);
    return graph.node('Mul', [float, graph.node('Reshape', [scale, shape])]);
  }
}
