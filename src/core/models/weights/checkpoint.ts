import { modelError, type AppError } from '../../errors.js';
import { message, problem, type Message } from '../../messages/message.js';
import type { BuiltModel } from '../builtModel.js';
import type { PlannedParameter } from '../encoder/parameters.js';
import { drawParameters } from './initialize.js';
import type { ParameterTensor } from '../model.js';
import type { StoredTensor } from './safetensors.js';
import { storedFloats, widenTensor } from './safetensors.js';

/** Parameters of a model from a checkpoint, and everything needed to write the checkpoint again. */
export interface Checkpoint {
  readonly parameters: Map<string, ParameterTensor>;
  /** Tensors of the checkpoint in their original order and names. */
  readonly layout: CheckpointLayout;
  /** Newly initialized parameters of a new head. */
  readonly created: readonly string[];
}

/** Tensors of a file by name: parameters, or tensors that are not trained. */
export type CheckpointLayout = ReadonlyMap<string, { parameter: string } | StoredTensor>;

export interface ReadCheckpointOptions {
  /** Path in errors. */
  readonly path: string;
  /** Heads that may get new weights. Default: none. */
  readonly newHeads?: NewHeads;
}

export interface NewHeads {
  readonly seed: number;
  /** Names of heads that get new weights if the checkpoint lacks them or their sizes differ. */
  readonly allowed: ReadonlySet<string>;
  /**
   * Names of heads whose output layer is new even if the checkpoint has one, because the labels
   * differ.
   */
  readonly renewed: ReadonlySet<string>;
}

/**
 * Finds a model's parameters in a checkpoint under the names that transformers reads: current
 * names, older gamma and beta of norms, tied duplicates, and names of a bare encoder. Other tensors
 * (poolers, position buffers, other heads) are kept, except other heads if one is new.
 *
 * @throws AppError `Model` if parameters are missing or have another shape than in the
 * configuration.
 */
export function readCheckpoint(
  model: BuiltModel,
  tensors: ReadonlyMap<string, StoredTensor>,
  { path, newHeads = NO_NEW_HEADS }: ReadCheckpointOptions,
): Checkpoint {
  const byName = new Map<string, StoredTensor>();
  const layout = new Map<string, { parameter: string } | StoredTensor>();
  const known = new Set(model.parameters.map(({ name }) => name));
  const isBare = ![...tensors.keys()].some((name) => name.startsWith(model.prefix));
  for (const [file, tensor] of tensors) {
    const name = isBare ? model.prefix + file : file;
    const current = currentName(model, name);
    if (!known.has(current)) {
      layout.set(name, { ...tensor, bytes: new Uint8Array(tensor.bytes) });
      continue;
    }
    layout.set(name, { parameter: current });
    // A parameter's own name takes precedence over duplicates.
    if (name === current || !byName.has(current)) byName.set(current, tensor);
  }
  const { seed, allowed, renewed } = newHeads;
  const ofHeads = (names: ReadonlySet<string>, from = 0): ReadonlySet<string> =>
    new Set(
      model.heads.flatMap((head) => (names.has(head.name) ? head.parameters.slice(from) : [])),
    );
  const isNew = ofHeads(allowed);
  const isRenewed = ofHeads(renewed, -2);
  const found = new Map<string, ParameterTensor>();
  const missing: PlannedParameter[] = [];
  const mismatches: Mismatch[] = [];
  for (const parameter of model.parameters) {
    const { name, dims } = parameter;
    const tensor = byName.get(name);
    const got = tensor?.dims.join(', ');
    if (tensor && got === dims.join(', ') && !isRenewed.has(name)) {
      found.set(name, widenTensor(tensor));
    } else if (isNew.has(name)) {
      missing.push(parameter);
    } else if (!tensor) {
      mismatches.push({ name, text: message('models.missingWeight', { name }) });
    } else {
      const shapes = { got: tensor.dims.join(', '), expected: dims.join(', ') };
      mismatches.push({ name, text: message('models.weightShape', { name, ...shapes }) });
    }
  }
  if (mismatches.length > 0) throw unusable(model, mismatches, path);
  const fresh = drawParameters(missing, 'head', seed);
  if (missing.length > 0) dropOtherHeads(model, layout);
  return {
    parameters: new Map(
      model.parameters.map(({ name }) => [name, found.get(name) ?? fresh.get(name)!]),
    ),
    layout,
    created: [...fresh.keys()],
  };
}

/** Tensors of a checkpoint with new values, in the original order and names. */
export function writeCheckpoint(
  parameters: ReadonlyMap<string, ParameterTensor>,
  layout: CheckpointLayout = new Map(),
): Map<string, StoredTensor> {
  const written = new Map<string, StoredTensor>();
  const left = new Set(parameters.keys());
  for (const [name, entry] of layout) {
    if (!('parameter' in entry)) written.set(name, entry);
    else {
      written.set(name, storedFloats(parameters.get(entry.parameter)!));
      left.delete(entry.parameter);
    }
  }
  for (const name of left) written.set(name, storedFloats(parameters.get(name)!));
  return written;
}

const NO_NEW_HEADS: NewHeads = { seed: 0, allowed: new Set(), renewed: new Set() };

/** Converts a checkpoint name to the model's name. */
function currentName(model: BuiltModel, name: string): string {
  const current = name
    .replace(/LayerNorm\.gamma$/, 'LayerNorm.weight')
    .replace(/LayerNorm\.beta$/, 'LayerNorm.bias');
  return model.aliases.get(current) ?? current;
}

/** Drops heads that no longer match the trained encoder. */
function dropOtherHeads(model: BuiltModel, layout: Map<string, unknown>): void {
  const own = new Set(model.parameters.map(({ name }) => name));
  for (const name of layout.keys()) {
    const current = currentName(model, name);
    const isOwnHead = own.has(current) && !current.startsWith(model.prefix);
    if (!name.startsWith(model.prefix) && !isOwnHead) layout.delete(name);
  }
}

/** A parameter that a checkpoint lacks or has in another shape. */
interface Mismatch {
  readonly name: string;
  readonly text: Message;
}

const SHOWN_MISMATCHES = 3;

function unusable(model: BuiltModel, mismatches: readonly Mismatch[], path: string): AppError {
  const shown = mismatches.slice(0, SHOWN_MISMATCHES).map(({ text }) => text);
  const count = mismatches.length - shown.length;
  if (count > 0) shown.push(message('models.moreWeights', { count }));
  const weights = { list: shown, join: 'sentences' } as const;
  const heads = new Set(
    model.parameters.filter(({ depth }) => depth > model.layerCount).map(({ name }) => name),
  );
  const isHeadless = mismatches.every(({ name }) => heads.has(name));
  if (!isHeadless) return modelError(path, problem('models.weightsDoNotMatch', { weights }));
  return modelError(
    path,
    model.heads[0].kind === 'masked-lm'
      ? problem('models.noMaskedLanguageHead', { weights })
      : problem('models.noHead', { weights }),
  );
}
