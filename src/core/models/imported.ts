import { modelError } from '../errors.js';
import { problem } from '../messages/message.js';
import type { Graph } from '../graph/graph.js';
import type { Dimension } from '../graph/node.js';
import { int } from '../graph/node.js';
import type { AttachedHead, WantedExportHead } from './import/attachHead.js';
import { withNewHead } from './import/attachHead.js';
import { fuseGelu } from './import/fuseGelu.js';
import { fuseNormalization } from './import/fuseNormalization.js';
import { lower } from './import/lower.js';
import type { HiddenStates } from './import/findHiddenStates.js';
import { findHiddenStates } from './import/findHiddenStates.js';
import type { ImportNotes } from './import/findParameters.js';
import { findParameters, importNotes } from './import/findParameters.js';
import type { ReadExternal } from './import/readExport.js';
import { readExport } from './import/readExport.js';
import type { Specialized } from './import/specialize.js';
import { specialize } from './import/specialize.js';
import type { StaticGraph } from './import/staticGraph.js';
import { reduceExport } from './import/reduceExport.js';
import type { GraphForm } from './inferenceGraphs.js';
import type { WrittenExport } from './import/writeBack.js';
import { wordCount } from './import/wordCount.js';
import { writeBack } from './import/writeBack.js';
import { prune } from '../graph/passes/prune.js';
import type { Runtime, Tensor } from '../ports.js';
import type { ImportedConfig } from './importedConfig.js';
import {
  headDropout,
  hiddenDropout,
  importedShape,
  parseImportedConfig,
  positionOffset,
} from './importedConfig.js';
import type { Model, ModelHead, ModelInputs, ParameterSpec, ParameterTensor } from './model.js';
import { headNamed, requireLayer } from './model.js';

export interface ImportedModelOptions {
  /** Content of the `.onnx` file. */
  readonly bytes: Uint8Array;
  /** Path in errors. */
  readonly path: string;
  /** Reads external data of the file. */
  readonly readExternal: ReadExternal;
  /** `config.json`. */
  readonly config: unknown;
  /** Runtime that evaluates everything that depends only on batch shapes. */
  readonly runtime: Runtime;
  /** Head that the export gets unless it has one like it. Default: it keeps its own. */
  readonly head?: WantedExportHead;
}

export interface ImportedModel {
  readonly model: Model;
  /** All parameters of the model by hub name. */
  readonly parameters: Map<string, ParameterTensor>;
  readonly notes: ImportNotes;
  /** The file with the new head that it got, and the names of new weights; `null` without one. */
  readonly attached: AttachedHead | null;
  /** Writes the file with these values: same graph, same names. */
  readonly writeBack: (parameters: ReadonlyMap<string, ParameterTensor>) => WrittenExport;
  /** Makes a file with these values in another form, without external data. See `reduceExport`. */
  readonly reduced: (
    parameters: ReadonlyMap<string, ParameterTensor>,
    form: GraphForm,
  ) => Promise<Uint8Array>;
}

/**
 * Creates a model from an ONNX export: any encoder of opset 11 to 20 that computes logits from
 * `input_ids` and, optionally, `attention_mask`, `token_type_ids` and `position_ids`. With `head`,
 * an export without logits or with another head gets a new one on its last hidden state.
 *
 * @throws AppError `Model` for an export that cannot be trained, `UnsupportedOp` with all operators
 * that have no gradient; both before anything else is created.
 */
export async function createImportedModel(options: ImportedModelOptions): Promise<ImportedModel> {
  const { bytes, path, readExternal, runtime } = options;
  const config = parseImportedConfig(options.config, path);
  const { graph: source, stored } = await readExport({ bytes, path, readExternal });
  requireInputs(source, path);
  const { head: wanted } = options;
  const output = findLogits(source, path, { orStates: wanted !== undefined });
  const found = findParameters(source, {
    layerCount: config.num_hidden_layers ?? config.n_layers ?? null,
    family: config.model_type,
  });
  const dimsOf = new Map(found.specs.map(({ name, dims }) => [name, dims]));
  const specializeFor = async (inputs: ModelInputs): Promise<Specialized> => {
    const { observe } = inputs;
    const specialized = async (isSimplified: boolean): Promise<Specialized> =>
      specialize({
        source,
        bindings: found.bindings,
        parameters: dimsOf,
        inputs: (graph, name) => feed(graph, source, name, inputs, config),
        output,
        runtime,
        isSimplified,
      });
    const observed = (pass: string, { graph: { graph } }: Specialized): void => {
      observe?.(pass, graph, { value: graph.outputs[0]!, holds: 'logits' });
    };
    if (observe) observed('specialize', await specialized(false));
    const result = await specialized(true);
    observed('simplify', result);
    for (const [pass, fuse] of Object.entries({ fuseNormalization, fuseGelu })) {
      fuse(result.graph.graph);
      prune(result.graph.graph);
      observed(pass, result);
    }
    return result;
  };
  const remembered = rememberLast(KEPT_SHAPES, specializeFor);

  const trial = await specializeFor(TRIAL);
  const used = new Set(trial.graph.graph.inputs);
  const specs = found.specs.filter(({ name }) => used.has(name));
  const dims = trial.graph.dims(trial.output);
  const shape = describe(
    config,
    specs.map(({ depth }) => depth),
  );
  const heads = [headOf(dims, { config, specs, layerCount: shape.layerCount })] as const;
  const own = isState(output) ? null : heads[0];
  if (wanted !== undefined && (own === null || !fits(own, wanted))) {
    const attached = withNewHead(
      { bytes, path, source, config: options.config, wanted },
      { trial, output, stored: own, found, ...shape, ...trialSize() },
    );
    const file = { bytes: attached.bytes, path, readExternal, config: options.config, runtime };
    return { ...(await createImportedModel(file)), attached };
  }
  const model: Model = {
    family: config.model_type,
    heads,
    ...shape,
    hasTokenTypes: source.inputs.includes('token_type_ids'),
    vocabularySize: wordCount(source) ?? config.vocab_size ?? null,
    parameters: specs,
    async addForward(graph, inputs, parameter) {
      const { observe } = inputs;
      const { graph: specialized } = await (observe
        ? specializeFor(inputs)
        : remembered(shapeKey(inputs), inputs));
      const { graph: source } = specialized;
      const classifies = heads[0].kind !== 'masked-lm';
      const valueOf = addSpecialized(graph, source, inputs, { parameter, config, classifies });
      const found = (state: string, value: string | null): string =>
        (value === null ? null : valueOf(value)) ?? refuseState(path, state);
      const states = (): HiddenStates =>
        findHiddenStates(source, {
          depths: new Map(specs.map(({ name, depth }) => [name, depth])),
          layerCount: shape.layerCount,
          rows: sizeOf(inputs.batch) * sizeOf(inputs.length),
          hiddenSize: shape.hiddenSize,
        });
      return {
        embeddings: () => found('embeddings', states().embeddings),
        hiddenState(layer) {
          requireLayer(layer, shape.layerCount);
          return found(`hidden_states[${layer}]`, states().layers[layer - 1] ?? null);
        },
        logits(name) {
          headNamed(heads, name);
          const value = found('logits', source.outputs[0] ?? null);
          observe?.('lower', graph, { value, holds: 'logits' });
          return value;
        },
      };
    },
  };
  return {
    model,
    attached: null,
    notes: importNotes(
      source,
      new Set(
        [...found.bindings].flatMap(([name, binding]) =>
          binding.every(({ parameter }) => used.has(parameter)) ? [name] : [],
        ),
      ),
    ),
    parameters: new Map(specs.map(({ name }) => [name, found.values.get(name)!])),
    writeBack: (parameters) =>
      writeBack({ file: bytes, stored, bindings: found.bindings, parameters }),
    reduced: (parameters, form) =>
      reduceExport({
        ...{ file: bytes, path, readExternal, bindings: found.bindings, parameters, form },
      }),
  };
}

/** Trial shape with distinct sizes, so that they cannot be confused. */
const TRIAL: ModelInputs = {
  inputIds: 'input_ids',
  attentionMask: 'attention_mask',
  tokenTypeIds: 'token_type_ids',
  batch: 2,
  length: 11,
};

function trialSize(): { readonly batch: number; readonly length: number } {
  return { batch: sizeOf(TRIAL.batch), length: sizeOf(TRIAL.length) };
}

/** Number of cached graphs per shape: training, evaluation, logits. */
const KEPT_SHAPES = 8;

function shapeKey({ batch, length, attentionMask, tokenTypeIds }: ModelInputs): string {
  return [batch, length, attentionMask !== null, tokenTypeIds !== null].join();
}

/** Caches the last results of `make` by key. */
function rememberLast<Input, Result>(
  count: number,
  make: (input: Input) => Promise<Result>,
): (key: string, input: Input) => Promise<Result> {
  const kept = new Map<string, Promise<Result>>();
  return (key, input) => {
    const result = kept.get(key) ?? make(input);
    kept.delete(key);
    kept.set(key, result);
    for (const oldest of kept.keys()) {
      if (kept.size <= count) break;
      kept.delete(oldest);
    }
    return result;
  };
}

function addSpecialized(
  graph: Graph,
  specialized: Graph,
  inputs: ModelInputs,
  {
    parameter,
    config,
    classifies,
  }: {
    readonly parameter: (name: string) => string;
    readonly config: ImportedConfig;
    readonly classifies: boolean;
  },
): (value: string) => string | null {
  const given: Readonly<Record<string, string | null>> = {
    input_ids: inputs.inputIds,
    attention_mask: inputs.attentionMask,
    token_type_ids: inputs.tokenTypeIds,
  };
  return lower({
    source: specialized,
    target: graph,
    input: (name) => (Object.hasOwn(given, name) ? given[name]! : parameter(name)),
    ...(inputs.dropout && {
      dropout: {
        add: inputs.dropout,
        hiddenRate: hiddenDropout(config),
        headRate: classifies ? headDropout(config) : null,
        attentionRate: config.attention_probs_dropout_prob ?? config.attention_dropout ?? 0,
      },
    }),
  });
}

const KNOWN_INPUTS = ['input_ids', 'attention_mask', 'token_type_ids', 'position_ids'];

function requireInputs(source: Graph, path: string): void {
  const unknown = source.inputs.filter((name) => !KNOWN_INPUTS.includes(name));
  if (unknown.length > 0 || !source.inputs.includes('input_ids')) {
    throw modelError(
      path,
      unknown.length > 0
        ? problem('models.unknownInputs', { names: { list: unknown, join: 'and' } })
        : problem('models.noTokenInput'),
    );
  }
  for (const name of source.inputs) {
    const fixed = source.info(name).dims.filter((dim) => typeof dim === 'number' && dim > 1);
    if (fixed.length > 0) {
      const size = source.info(name).dims.join(' × ');
      throw modelError(path, problem('models.fixedSize', { name, size }));
    }
  }
}

/** Output to train: the only one, or the one named logits; if allowed, hidden states. */
function findLogits(
  source: Graph,
  path: string,
  { orStates }: { readonly orStates: boolean },
): string {
  const output =
    source.outputs.find((name) => name === 'logits') ??
    source.outputs.find(isState) ??
    source.outputs[0];
  const isOther = output === undefined || /hidden_state|embedding|pooler/.test(output);
  if (isOther && !(orStates && output !== undefined && isState(output))) {
    throw modelError(path, problem('models.noLogits'));
  }
  source.outputs.splice(0, source.outputs.length, output);
  return output;
}

/** Whether an output has the name of the last hidden states, as in exports of bare encoders. */
function isState(output: string): boolean {
  return /^(?:last_hidden_state|hidden_states?|token_embeddings)$/.test(output);
}

function fits({ kind, outputSize }: ModelHead, wanted: WantedExportHead): boolean {
  return kind === wanted.kind && outputSize === wanted.rows.length;
}

/** Value of an input of the file. */
async function feed(
  graph: StaticGraph,
  source: Graph,
  name: string,
  inputs: ModelInputs,
  config: ImportedConfig,
): Promise<string> {
  const { type } = source.info(name);
  const dims = [sizeOf(inputs.batch), sizeOf(inputs.length)];
  const fed = (): string => graph.input(name, { type: 'int64', dims });
  const all = (value: (column: number) => number): string => {
    const data = BigInt64Array.from({ length: dims[0]! * dims[1]! }, (_, i) =>
      BigInt(value(i % dims[1]!)),
    );
    return graph.constant({ type: 'int64', dims, data } satisfies Tensor);
  };
  const value =
    name === 'input_ids'
      ? fed()
      : name === 'attention_mask'
        ? inputs.attentionMask === null
          ? all(() => 1)
          : fed()
        : name === 'token_type_ids'
          ? inputs.tokenTypeIds === null
            ? all(() => 0)
            : fed()
          : all((column) => column + positionOffset(config));
  if (type === 'int64') return value;
  const to = type === 'int32' ? 6 : type === 'bool' ? 9 : 1;
  return graph.emit({ op: 'Cast', inputs: [value], attributes: { to: int(to) } });
}

function sizeOf(dim: Dimension): number {
  if (typeof dim === 'number') return dim;
  throw new RangeError('an imported graph is built for static sizes');
}

/** Head of an export, determined by the dims of its logits. */
function headOf(
  dims: readonly number[],
  {
    config,
    specs,
    layerCount,
  }: { config: ImportedConfig; specs: readonly ParameterSpec[]; layerCount: number },
): ModelHead {
  const outputSize = dims.at(-1) ?? 0;
  const ofTokens = outputSize === config.vocab_size ? 'masked-lm' : 'token';
  const kind = dims.length === 2 ? 'sequence' : ofTokens;
  const parameters = specs.filter(({ depth }) => depth > layerCount).map(({ name }) => name);
  return { name: kind, kind, outputSize, parameters };
}

function refuseState(path: string, state: string): never {
  throw modelError(path, problem('models.noHiddenStates', { state }));
}

function describe(
  config: ImportedConfig,
  depths: readonly number[],
): Pick<Model, 'layerCount' | 'hiddenSize' | 'maxLength'> {
  const layerCount = config.num_hidden_layers ?? config.n_layers ?? Math.max(0, ...depths) - 1;
  return { layerCount, ...importedShape(config) };
}
