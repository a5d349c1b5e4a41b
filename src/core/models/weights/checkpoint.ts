import { modelError, type AppError } from '../../errors.js';
import { message, problem, type Message } from '../../messages/message.js';
import type { BuiltModel } from '../builtModel.js';
import type { PlannedParameter } from '../encoder/parameters.js';
import type { HeadRows, NewHead } from '../headOrigin.js';
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
  /** By head: the stored row that each output continues, for heads that may get new weights. */
  readonly headRows: ReadonlyMap<string, HeadRows>;
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
   * By head: the stored row that each output continues, given the labels on both sides, and the
   * number of stored rows. Default: all rows in their order.
   */
  readonly rows: ReadonlyMap<string, { readonly of: number; readonly rows: HeadRows }>;
  /** Initial output layer of a new head: drawn as the family does, or zeros. Default: `random`. */
  readonly output?: NewHead;
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
      layout.set(name, kept(tensor));
      continue;
    }
    layout.set(name, { parameter: current });
    // A parameter's own name takes precedence over duplicates.
    if (name === current || !byName.has(current)) byName.set(current, tensor);
  }
  const { seed, allowed, output: initial = 'random' } = newHeads;
  const isNew = new Set(
    model.heads.flatMap((head) => (allowed.has(head.name) ? head.parameters : [])),
  );
  const isOutput = new Set(model.heads.flatMap((head) => head.parameters.slice(-2)));
  const outputs = new Map<string, OutputLayer>();
  for (const head of model.heads) {
    const matched = newHeads.rows.get(head.name);
    if (matched === undefined) continue;
    const names = head.parameters.slice(-2);
    const kept = names.every((name) => fitsRows(model, name, byName.get(name), matched.of));
    const rows = kept ? matched.rows : matched.rows.map(() => null);
    const layer = { head: head.name, rows, isInOrder: isIdentity(rows, matched.of) };
    for (const name of names) outputs.set(name, layer);
  }
  const found = new Map<string, ParameterTensor>();
  const missing: PlannedParameter[] = [];
  const mismatches: Mismatch[] = [];
  for (const parameter of model.parameters) {
    const { name, dims } = parameter;
    const tensor = byName.get(name);
    const got = tensor?.dims.join(', ');
    const output = outputs.get(name);
    const fresh = initial === 'zeros' && isOutput.has(name) ? zeroed(parameter) : parameter;
    if (output && !output.isInOrder && output.rows.some((row) => row !== null)) {
      const drawn = drawParameters([fresh], 'head rows', seed).get(name)!;
      found.set(name, takeRows(widenTensor(tensor!), output.rows, drawn));
    } else if (tensor && got === dims.join(', ') && (output === undefined || output.isInOrder)) {
      found.set(name, widenTensor(tensor));
    } else if (isNew.has(name)) {
      missing.push(fresh);
    } else if (!tensor) {
      mismatches.push({ name, text: message('models.missingWeight', { name }) });
    } else {
      const shapes = { got: tensor.dims.join(', '), expected: dims.join(', ') };
      mismatches.push({ name, text: message('models.weightShape', { name, ...shapes }) });
    }
  }
  if (mismatches.length > 0) throw unusable(model, mismatches, path);
  const created = drawParameters(missing, 'head', seed);
  if (missing.length > 0) dropOtherHeads(model, layout);
  return {
    parameters: new Map(
      model.parameters.map(({ name }) => [name, found.get(name) ?? created.get(name)!]),
    ),
    layout,
    created: [...created.keys()],
    headRows: new Map([...outputs.values()].map(({ head, rows }) => [head, rows])),
  };
}

/** Copy of a tensor that is not trained, as it is written again: nothing writes integers with scales. */
function kept(tensor: StoredTensor): StoredTensor {
  if (tensor.scales !== undefined) return storedFloats(widenTensor(tensor));
  return { ...tensor, bytes: new Uint8Array(tensor.bytes) };
}

/** Output layer of a head whose rows are matched with those of the checkpoint. */
interface OutputLayer {
  readonly head: string;
  readonly rows: HeadRows;
  /** Whether the stored rows are used as they are. */
  readonly isInOrder: boolean;
}

function isIdentity(rows: HeadRows, stored: number): boolean {
  return rows.length === stored && rows.every((row, i) => row === i);
}

/** Whether a stored tensor has `rows` rows of the width that a parameter needs. */
function fitsRows(
  model: BuiltModel,
  name: string,
  tensor: StoredTensor | undefined,
  rows: number,
): boolean {
  const [, ...width] = model.parameters.find((parameter) => parameter.name === name)?.dims ?? [];
  return tensor?.dims.join() === [rows, ...width].join();
}

/** Rows of a stored tensor in another order; those of `fresh` where there is none. */
export function takeRows(
  stored: ParameterTensor,
  rows: HeadRows,
  fresh: ParameterTensor,
): ParameterTensor {
  const data = fresh.data.slice();
  const width = data.length / rows.length;
  rows.forEach((row, i) => {
    if (row !== null) data.set(stored.data.subarray(row * width, (row + 1) * width), i * width);
  });
  return { dims: fresh.dims, data };
}

/** The parameter, initialized with zeros. */
export function zeroed(parameter: PlannedParameter): PlannedParameter {
  return { ...parameter, initial: { kind: 'zeros' } };
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

const NO_NEW_HEADS: NewHeads = { seed: 0, allowed: new Set(), rows: new Map() };

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
