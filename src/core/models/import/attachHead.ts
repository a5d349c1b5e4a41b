import { modelError } from '../../errors.js';
import { Graph } from '../../graph/graph.js';
import type { GraphView } from '../../graph/node.js';
import { int, ints } from '../../graph/node.js';
import { replaceEnd } from '../../graph/onnx.js';
import { neededNodes, readsOf } from '../../graph/reads.js';
import { problem } from '../../messages/message.js';
import { addHead, headParameters, meanOfTokens } from '../encoder/head.js';
import { Layers } from '../encoder/layers.js';
import type { HeadRows, NewHead } from '../headOrigin.js';
import type { HeadKind, ModelHead, ParameterSpec, ParameterTensor } from '../model.js';
import { takeRows, zeroed } from '../weights/checkpoint.js';
import { drawParameters } from '../weights/initialize.js';
import type { ExportHead } from './exportHead.js';
import { exportHead } from './exportHead.js';
import { findHiddenStates } from './findHiddenStates.js';
import type { FoundParameters } from './findParameters.js';
import type { Specialized } from './specialize.js';

/** Head that an export gets unless it has one like it. */
export interface WantedExportHead {
  readonly kind: Exclude<HeadKind, 'masked-lm'>;
  /** Stored row that each label continues, if the export has a head of this kind. */
  readonly rows: HeadRows;
  readonly seed: number;
  readonly newHead: NewHead;
}

/** An export with a new head. */
export interface AttachedHead {
  /** The file. */
  readonly bytes: Uint8Array;
  /** Names of weights without training. */
  readonly created: readonly string[];
  /** Stored row that each label continues. */
  readonly rows: HeadRows;
  /** Whether the previous head was of the same kind. */
  readonly replaced: boolean;
}

interface Export {
  readonly bytes: Uint8Array;
  readonly path: string;
  /** Graph of the file. */
  readonly source: GraphView;
  readonly config: unknown;
  readonly wanted: WantedExportHead;
}

/** Findings about the export. */
interface ExportFindings {
  /** Graph for one shape, and that shape. */
  readonly trial: Specialized;
  readonly batch: number;
  readonly length: number;
  readonly output: string;
  /** Head of the file; `null` if `output` is the last hidden state. */
  readonly stored: ModelHead | null;
  readonly found: FoundParameters;
  readonly layerCount: number;
  readonly hiddenSize: number;
}

/** A head with the values of its parameters by name. */
interface NewEnd {
  readonly state: StateOfExport;
  readonly head: ExportHead;
  readonly parameters: ReadonlyMap<string, ParameterTensor>;
}

/**
 * Gives an export a new head on its last hidden state. Weights of a head of the same form continue
 * for labels that it knows; others are drawn.
 *
 * @throws AppError `Model` if the last hidden state cannot be found.
 */
export function withNewHead(file: Export, findings: ExportFindings): AttachedHead {
  const { path, config, wanted } = file;
  const { stored, found } = findings;
  const { kind, seed } = wanted;
  const state = stored === null ? outputState(findings) : lastState(file, findings);
  const { hiddenSize } = state;
  const head = exportHead(config, path, { kind, hiddenSize, labelCount: wanted.rows.length });
  const planned = headParameters(head.head, { hiddenSize, depth: 0 });
  const isOutput = new Set(planned.slice(-2).map(({ name }) => name));
  const drawn = drawParameters(
    planned.map((parameter) =>
      wanted.newHead === 'zeros' && isOutput.has(parameter.name) ? zeroed(parameter) : parameter,
    ),
    'head',
    seed,
  );
  const isLike = ({ name, dims }: ParameterSpec): boolean => {
    const rows = isOutput.has(name) ? stored?.outputSize : dims[0];
    const size = found.values.get(name)?.dims.join();
    return stored?.parameters.includes(name) === true && size === [rows, ...dims.slice(1)].join();
  };
  const isKept = stored?.kind === kind && planned.slice(-2).every(isLike);
  const rows = isKept ? wanted.rows : wanted.rows.map(() => null);
  const isNew = rows.every((row) => row === null);
  const created: string[] = [];
  const parameters = new Map<string, ParameterTensor>();
  for (const parameter of planned) {
    const { name } = parameter;
    const fresh = drawn.get(name)!;
    if (stored?.kind !== kind || !isLike(parameter) || (isOutput.has(name) && isNew)) {
      parameters.set(name, fresh);
      created.push(name);
    } else {
      const trained = found.values.get(name)!;
      parameters.set(name, isOutput.has(name) ? takeRows(trained, rows, fresh) : trained);
    }
  }
  return {
    bytes: attachHead(file, { state, head, parameters }),
    created,
    rows,
    replaced: stored?.kind === kind,
  };
}

/** Last hidden state of an export. */
interface StateOfExport {
  /** Name in the file. */
  readonly value: string;
  /** Batch and length as matrix rows, in either order, or as the first two dims. */
  readonly layout: 'rows' | 'batchFirst' | 'lengthFirst';
  readonly hiddenSize: number;
}

function outputState({ output, ...findings }: ExportFindings): StateOfExport {
  return stateOf(output, findings.trial.output, findings);
}

/** Output of the last layer of an export with a head, found in its structure. */
function lastState({ path, source }: Export, findings: ExportFindings): StateOfExport {
  const { trial, batch, length, found, layerCount, hiddenSize } = findings;
  const { layers } = findHiddenStates(trial.graph.graph, {
    depths: new Map(found.specs.map(({ name, depth }) => [name, depth])),
    ...{ layerCount, hiddenSize, rows: batch * length },
  });
  const state = layers.at(-1) ?? null;
  const inFile = source.nodes
    .flatMap(({ outputs }) => outputs)
    .find((name) => trial.values.get(name) === state);
  if (state === null || inFile === undefined) throw modelError(path, problem('models.noLastState'));
  return stateOf(inFile, state, findings);
}

function stateOf(
  value: string,
  specialized: string,
  { trial, batch, length }: Pick<ExportFindings, 'trial' | 'batch' | 'length'>,
): StateOfExport {
  const dims = trial.graph.dims(specialized);
  const hiddenSize = dims.at(-1) ?? 0;
  if (dims.length === 2) return { value, layout: 'rows', hiddenSize };
  const isFlipped = dims[0] === length && dims[1] === batch;
  return { value, layout: isFlipped ? 'lengthFirst' : 'batchFirst', hiddenSize };
}

/** ONNX type of float32. */
const FLOAT32 = 1;

/** The file with this head: the nodes and weights of the previous one are removed. */
function attachHead(
  { bytes, source }: Pick<Export, 'bytes' | 'source'>,
  { state, head, parameters }: NewEnd,
): Uint8Array {
  const nodes = neededNodes(source, [state.value]);
  const needed = new Set([state.value, ...nodes.flatMap(readsOf)]);
  const taken = new Set([...source.inputs, ...needed, ...nodes.flatMap(({ outputs }) => outputs)]);
  const end = headGraph(source, { state, head, parameters });
  const isNode = new Set(nodes);
  const places = source.nodes.flatMap((node, place) => (isNode.has(node) ? [place] : []));
  return replaceEnd(
    bytes,
    { nodes: new Set(places), constants: needed },
    withFreeNames(end, new Set([...parameters.keys(), 'logits']), taken),
  );
}

function headGraph(
  source: GraphView,
  { state, head: { head, averagesLogits }, parameters }: NewEnd,
): Graph {
  const graph = new Graph(source.opset);
  const { hiddenSize } = state;
  graph.input(state.value, 'float32', ['batch', 'length', hiddenSize]);
  graph.input('input_ids', 'int64', ['batch', 'length']);
  const hasMask = source.inputs.includes('attention_mask');
  if (hasMask) graph.input('attention_mask', 'int64', ['batch', 'length']);
  for (const [name, { dims, data }] of parameters) {
    graph.constant(name, { type: 'float32', dims, data });
  }
  const shape = graph.node('Shape', ['input_ids']);
  graph.symbols.set('batch', graph.node('Gather', [shape, graph.indices([0])]));
  const layers = new Layers(
    graph,
    {
      ...{ inputIds: 'input_ids', attentionMask: hasMask ? 'attention_mask' : null },
      ...{ tokenTypeIds: null, batch: 'batch', length: 'length' },
    },
    (name) => name,
  );
  const batchFirst =
    state.layout === 'lengthFirst'
      ? graph.node('Transpose', [state.value], { attributes: { perm: ints([1, 0, 2]) } })
      : state.value;
  // Weights may have half precision, and everything around them too.
  const floats = graph.node('Cast', [batchFirst], { attributes: { to: int(FLOAT32) } });
  const { kind, output, pooling } = head;
  const rows = (): string => graph.reshape(floats, [layers.rows, hiddenSize]);
  const first = (): string => layers.firstRows(floats, hiddenSize);
  const averages = hasMask && (averagesLogits || pooling === 'mean');
  const ofSequence = (): string => {
    if (!averages) return addHead(layers, head, first());
    return averagesLogits
      ? meanOfTokens(layers, addHead(layers, head, rows()), output.size)
      : addHead(layers, head, meanOfTokens(layers, rows(), hiddenSize));
  };
  const logits =
    kind === 'sequence'
      ? ofSequence()
      : graph.reshape(addHead(layers, head, rows()), ['batch', 'length', output.size]);
  graph.outputs.push(graph.node('Identity', [logits], { outputs: ['logits'] }));
  return graph;
}

/** The graph with names that the file does not use, except for its inputs and those to keep. */
function withFreeNames(
  graph: Graph,
  named: ReadonlySet<string>,
  taken: ReadonlySet<string>,
): GraphView {
  const free = (name: string): string => {
    let found = named.has(name) ? name : `head/${name}`;
    while (taken.has(found)) found = `heads.${found}`;
    return found;
  };
  const given = new Set(graph.inputs);
  const rename = (name: string): string => (name === '' || given.has(name) ? name : free(name));
  const renamed = new Graph(graph.opset);
  renamed.inputs.push(...graph.inputs);
  renamed.outputs.push(...graph.outputs.map(rename));
  for (const [name, tensor] of graph.constants) renamed.constants.set(rename(name), tensor);
  for (const [name, info] of graph.values) renamed.values.set(rename(name), info);
  renamed.nodes = graph.nodes.map((node) => ({
    ...node,
    name: `head/${node.name}`,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
  }));
  return renamed;
}
