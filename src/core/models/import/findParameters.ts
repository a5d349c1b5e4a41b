import type { ParameterKind, ParameterSpec, ParameterTensor } from '../model.js';
import type { Graph } from '../../graph/graph.js';
import type { GraphNode } from '../../graph/node.js';
import { findFolded, type FoldedParameter } from './foldedNames.js';
import { FOLDED_NAME, InitializerUses, PARAMETER_NAME } from './initializerUses.js';
import { moduleOf } from './moduleNames.js';
import type { ParameterBinding } from './specialize.js';

export interface FoundParameters {
  /** In the order of the file. */
  readonly specs: readonly ParameterSpec[];
  readonly values: ReadonlyMap<string, ParameterTensor>;
  /** By initializer; multiple initializers may belong to one parameter. */
  readonly bindings: ReadonlyMap<string, ParameterBinding>;
}

/** Numbers of an export that a run cannot train as the author of the model would. */
export interface ImportNotes {
  /** Initializers with float values that are kept as they are. */
  readonly frozen: readonly string[];
  /** Parameters that the exporter merged because their values were equal; trained as one. */
  readonly merged: readonly MergedParameters[];
}

export interface MergedParameters {
  readonly name: string;
  /** Names of the other parameters. */
  readonly others: readonly string[];
}

/**
 * Finds the initializers of an export that are trained, and their hub names.
 *
 * Trained are initializers with the name of a parameter (ending in `weight`, `bias`, `gamma` or
 * `beta`, or a name from a module that no buffer has), and all matrices that text or a parameter is
 * multiplied by. Exporters that fold
 * constants store the transposed matrices of linear maps without a name; the name is recovered from
 * the module of the product or from its bias. Unnamed vectors that scale or shift hidden states are
 * trained, too. Not trained are other unnamed numbers, masks, position
 * indices and rotary or sinusoidal tables, which are not parameters or are frozen in the reference
 * implementations, and values that an exporter computed from parameters without a name, unless the
 * family tells them. Matrices with equal values are one parameter, because folding copies tied ones.
 */
export function findParameters(
  graph: Graph,
  {
    layerCount = null,
    family = null,
  }: { readonly layerCount?: number | null; readonly family?: string | null } = {},
): FoundParameters {
  const folded = findFolded(graph, family);
  const uses = new InitializerUses(graph, folded);
  const candidates = [...graph.constants.keys()].flatMap((name) => {
    const known = folded.get(name);
    const candidate = known ? foldedCandidate(graph, name, known) : toCandidate(graph, uses, name);
    return candidate ? [candidate] : [];
  });
  // Tables first, because tied parameters use their names.
  candidates.sort((a, b) => Number(b.kind === 'embedding') - Number(a.kind === 'embedding'));
  const kept: Candidate[] = [];
  const bindings = new Map<string, ParameterBinding>();
  for (const candidate of candidates) {
    const { initializer, transposed } = candidate;
    const tied = kept.find((other) => isTied(other, candidate));
    const table = tied ? undefined : kept.find((other) => isExtendedBy(other, candidate));
    const added = table ? extension(table, candidate) : candidate;
    if (!tied) kept.push({ ...added, name: freeName(added.name, kept) });
    const { name } = tied ?? kept.at(-1)!;
    const own = { parameter: name, transposed: table ? false : transposed };
    bindings.set(initializer, table ? [{ parameter: table.name, transposed: true }, own] : [own]);
  }
  const order = new Map([...graph.constants.keys()].map((name, i) => [name, i]));
  kept.sort((a, b) => order.get(a.initializer)! - order.get(b.initializer)!);
  const depths = findDepths(kept, uses, layerCount);
  return {
    specs: kept.map(({ name, dims, kind }, i) => ({ name, dims, kind, depth: depths[i]! })),
    values: new Map(kept.map((found) => [found.name, { dims: found.dims, data: hubOrder(found) }])),
    bindings,
  };
}

interface Candidate {
  readonly initializer: string;
  readonly name: string;
  /** As stored by the hub. */
  readonly dims: readonly number[];
  readonly kind: ParameterKind;
  readonly stored: Float32Array;
  readonly transposed: boolean;
}

function foldedCandidate(
  graph: Graph,
  initializer: string,
  { name, dims }: FoldedParameter,
): Candidate | null {
  const tensor = graph.constants.get(initializer)!;
  if (tensor.type !== 'float32') return null;
  const stored = tensor.data;
  return { initializer, name, dims, kind: kindOf(name, dims), stored, transposed: false };
}

const NORM_NAME = /norm|gamma|beta|(?:^|[._])ln(?:[._\d]|$)/i;

function toCandidate(graph: Graph, uses: InitializerUses, initializer: string): Candidate | null {
  const tensor = graph.constants.get(initializer)!;
  if (tensor.type !== 'float32') return null;
  const { dims, data: stored } = tensor;
  const named = PARAMETER_NAME.test(initializer);
  const product = uses.productWithText(initializer);
  const folded = !named && product !== null && dims.length === 2;
  const vectorReader = named ? null : uses.vectorReader(initializer);
  if (!named && !folded && vectorReader === null && !isLearned(initializer, uses)) return null;
  if (isPositionTable(dims, stored)) return null;
  const table = uses.lookUp(initializer);
  const transposed = folded && product.op === 'MatMul' && product.inputs[1] === initializer;
  const name = folded
    ? recoveredName(uses, product, initializer)
    : vectorReader !== null
      ? vectorName(vectorReader, initializer)
      : currentName((table && embeddingModule(table, initializer)) ?? initializer);
  return {
    initializer,
    name,
    dims: transposed ? dims.toReversed() : dims,
    kind: table ? 'embedding' : kindOf(name, dims),
    stored,
    transposed,
  };
}

/** Names of parameters in a module, or of the whole model; exporters number their own values. */
const MODULE_NAME = /^(?!onnx::)(?:[A-Za-z_]\w*(?:\.\w+)+|[a-z]+(?:_[a-z]+)*)$/;
/** Names of buffers, which are saved with a model and not trained. */
const BUFFER_NAME =
  /(?:^|[._])(?:inv_freq|freqs?(?:_\w+)?|cos|sin|\w*cached?|rotary\w*|rope\w*|\w*masks?|alibi|slopes|running_(?:mean|var)|\w*position_ids|pe|sinusoid\w*|eps|epsilon|embed_scale|normalizer|val|constant|lifted_tensor)(?:$|[._]\d*$)/i;

/** Whether the name is that of a learned scale, factor, temperature or table. */
function isLearned(initializer: string, { namesOperators }: InitializerUses): boolean {
  if (namesOperators && !initializer.includes('.')) return false;
  return MODULE_NAME.test(initializer) && !BUFFER_NAME.test(initializer);
}

/** Sines and cosines of position 0 are zeros and ones. */
function isPositionTable(dims: readonly number[], values: Float32Array): boolean {
  if (dims.length < 2 || dims.slice(0, -2).some((dim) => dim !== 1)) return false;
  const first = values.subarray(0, dims.at(-1));
  return first.every((x) => x === 0 || x === 1) && first.includes(1);
}

function kindOf(name: string, dims: readonly number[]): ParameterKind {
  const isBias = /(?:bias|beta)$/.test(name);
  if (NORM_NAME.test(name) && dims.length === 1) return isBias ? 'normBias' : 'normScale';
  if (isBias) return 'bias';
  return dims.filter((dim) => dim > 1).length <= 1 ? 'normScale' : 'weight';
}

/** The decoder's bias has two names; checkpoints use the shorter one. */
function currentName(name: string): string {
  return name.replace(/\.decoder\.bias$/, '.bias');
}

/** A tied table may be stored under its other name; the lookup identifies its module. */
function embeddingModule(lookUp: GraphNode, initializer: string): string | null {
  const { path, isEmbedding } = moduleOf(lookUp);
  const elsewhere = !initializer.startsWith(`${path}.`) && /embed[^.]*$/.test(path);
  return isEmbedding || elsewhere ? `${path}.weight` : null;
}

function recoveredName(uses: InitializerUses, product: GraphNode, initializer: string): string {
  const { path } = moduleOf(product);
  if (path !== '') return `${path}.weight`;
  const bias = uses.addedBias(product);
  return bias === null ? initializer : bias.replace(/bias$/, 'weight');
}

function vectorName(reader: GraphNode, initializer: string): string {
  const { path } = moduleOf(reader);
  return path === '' ? initializer : `${path}.${reader.op === 'Mul' ? 'weight' : 'bias'}`;
}

function freeName(name: string, kept: readonly Candidate[]): string {
  const taken = new Set(kept.map((candidate) => candidate.name));
  let free = name;
  for (let i = 1; taken.has(free); i++) free = `${name}.${i}`;
  return free;
}

/**
 * Equal matrices are one parameter; vectors may be equal by chance, such as new biases of zeros.
 */
function isTied(a: Candidate, b: Candidate): boolean {
  if (a.dims.length < 2 || a.dims.join() !== b.dims.join()) return false;
  const [rows = 1, columns = 1] = a.dims;
  if (a.transposed === b.transposed) {
    return a.stored[0] !== a.stored.at(-1) && a.stored.every((x, i) => x === b.stored[i]);
  }
  const [plain, flipped] = a.transposed ? [b.stored, a.stored] : [a.stored, b.stored];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (plain[row * columns + column] !== flipped[column * rows + row]) return false;
    }
  }
  return true;
}

/**
 * MobileBERT's decoder is the table of its narrow embeddings concatenated with another matrix;
 * folding combines the two, [width, vocabulary].
 */
function isExtendedBy(table: Candidate, candidate: Candidate): boolean {
  const [rows = 0, columns = 0] = table.dims;
  const fits = candidate.transposed && candidate.dims[0] === rows && candidate.dims[1]! > columns;
  if (!fits || table.kind !== 'embedding') return false;
  const stored = candidate.stored.subarray(0, rows * columns);
  return isTied(table, { ...candidate, dims: table.dims, stored });
}

/** Rows of an initializer [width, rows] below a transposed table. */
function extension(table: Candidate, candidate: Candidate): Candidate {
  const [rows = 0, columns = 0] = table.dims;
  return {
    ...candidate,
    name: candidate.name.replace(/weight$/, 'dense.weight'),
    dims: [candidate.dims[1]! - columns, rows],
    stored: candidate.stored.subarray(rows * columns),
    transposed: false,
  };
}

function hubOrder({ stored, dims, transposed }: Candidate): Float32Array {
  return transposed ? transposeMatrix(stored, dims[1]!, dims[0]!) : stored;
}

/** Tile size for transposing a matrix, so that both sides fit the cache. */
const TILE = 32;

/** Transposes the values of a [rows, columns] matrix. */
export function transposeMatrix(
  values: Float32Array,
  rows: number,
  columns: number,
): Float32Array<ArrayBuffer> {
  const result = new Float32Array(values.length);
  for (let top = 0; top < rows; top += TILE) {
    const bottom = Math.min(top + TILE, rows);
    for (let left = 0; left < columns; left += TILE) {
      const right = Math.min(left + TILE, columns);
      for (let row = top; row < bottom; row++) {
        for (let column = left; column < right; column++) {
          result[column * rows + row] = values[row * columns + column]!;
        }
      }
    }
  }
  return result;
}

const LAYER_NUMBER =
  /(?:^|\.)(?:layers?|blocks?|h|transformer_encoder|albert_layers|attentions|ffns|layer_norm[12])\.(\d+)\./;

/**
 * 0 for embeddings, 1 … N for the layers, N + 1 for the head: by layer number, otherwise by first
 * use. N is `layerCount`, because layers may share parameters, or the highest layer number.
 */
function findDepths(
  parameters: readonly Candidate[],
  uses: InitializerUses,
  layerCount: number | null,
): number[] {
  const numbers = parameters.map(({ name }) => {
    const found = LAYER_NUMBER.exec(name);
    return found ? Number(found[1]) + 1 : null;
  });
  const last = layerCount ?? Math.max(0, ...numbers.map((number) => number ?? 0));
  const places = parameters.map(({ initializer }) => uses.firstUse(initializer));
  const numbered = numbers.flatMap((number, i) => (number === null ? [] : [{ number, i }]));
  return parameters.map((parameter, i) => {
    const number = numbers[i];
    if (number != null) return number;
    if (parameter.kind === 'embedding' || /embed/i.test(parameter.name)) return 0;
    const before = numbered.filter((other) => places[other.i]! < places[i]!);
    if (before.length === 0) return 0;
    const after = numbered.some((other) => places[other.i]! > places[i]!);
    if (after) return Math.max(...before.map((other) => other.number));
    return endsEncoder(parameter, parameters) ? last : last + 1;
  });
}

/** Whether a last normalization belongs to the encoder and not to a head. */
function endsEncoder({ name, kind }: Candidate, parameters: readonly Candidate[]): boolean {
  const parent = name.split('.').slice(0, -2).join('.');
  const isNorm = kind === 'normScale' || kind === 'normBias';
  const holdsLayers = parameters.some(
    (other) => LAYER_NUMBER.test(other.name) && other.name.startsWith(`${parent}.`),
  );
  return isNorm && parent !== '' && holdsLayers;
}

/** Numbers of the file that stay as they are, and parameters that became one. */
export function importNotes(graph: Graph, trained: ReadonlySet<string>): ImportNotes {
  const frozen = [...graph.constants].flatMap(([name, { type, data }]) => {
    const isStored = MODULE_NAME.test(name) || FOLDED_NAME.test(name);
    const counts = isStored || data.some((x) => x !== data[0]);
    return type === 'float32' && counts && !trained.has(name) ? [name] : [];
  });
  const merged = new Map<string, string[]>();
  for (const { op, inputs, outputs } of graph.nodes) {
    const [name = ''] = inputs;
    const [other = ''] = outputs;
    // The exporter keeps the other name as that of a copy.
    if (op !== 'Identity' || !trained.has(name) || !MODULE_NAME.test(other)) continue;
    merged.set(name, [...(merged.get(name) ?? []), other]);
  }
  return { frozen, merged: [...merged].map(([name, others]) => ({ name, others })) };
}
