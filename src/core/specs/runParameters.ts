import * as z from 'zod';
import { keyHash } from '../random.js';
import type { RunSpec } from '../runs/schema.js';

export const parameterValueSchema = z.union([z.string(), z.number(), z.boolean()]);
export type ParameterValue = z.infer<typeof parameterValueSchema>;

/**
 * Everything that a run was set to, by path in the spec (`optimizer.learningRate`), without its seed
 * and without what has no effect on its results: its name, its place on the disk and the release
 * that trained it. Rules of a policy are found by their name. Absent values are left out.
 */
export const runParametersSchema = z.readonly(z.record(z.string(), parameterValueSchema));
export type RunParameters = z.infer<typeof runParametersSchema>;

/** Parameters of a run, in the order of the spec. */
export function parametersOf(spec: RunSpec): RunParameters {
  const { files, shifted, ...otherData } = spec.data;
  const { debias } = spec;
  const found: Record<string, ParameterValue> = {};
  collect(
    {
      task: spec.task,
      model: { name: spec.model.name, hash: spec.model.sha256.slice(0, HASH_DIGITS) },
      newModel: spec.newModel,
      data: { files: files.length, hash: hashOf(files.map(({ sha256 }) => sha256).sort()) },
      method: spec.method,
      optimizer: spec.optimizer,
      training: without(spec.training, WITHOUT_EFFECT),
      masking: spec.masking,
      shifted:
        shifted === null
          ? null
          : {
              files: shifted.files.length,
              hash: hashOf(shifted.files.map(({ sha256 }) => sha256).sort()),
              weight: shifted.weight,
            },
      debias:
        debias?.model == null
          ? debias
          : {
              ...debias,
              model: {
                name: debias.model.name,
                hash: debias.model.sha256.slice(0, HASH_DIGITS),
              },
            },
    },
    '',
    found,
  );
  collect(otherData, 'data', found);
  return found;
}

/** The seed, and parts of the training that do not decide what a run learns. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set<keyof RunSpec['training']>([
  'seed',
  'threads',
  'traceSteps',
  'noExampleScores',
]);

function without(values: object, names: ReadonlySet<string>): object {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.has(name)));
}

/** Identifies runs that differ in nothing but their seed. */
export function groupKeyOf(parameters: RunParameters): string {
  const entries = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1));
  return hashOf(entries);
}

const HASH_DIGITS = 12;
const MAX_LISTED = 6;
const MAX_TEXT = 60;

function hashOf(value: unknown): string {
  return keyHash(JSON.stringify(value)).slice(0, HASH_DIGITS);
}

function collect(value: unknown, path: string, found: Record<string, ParameterValue>): void {
  if (typeof value === 'number' || typeof value === 'boolean') found[path] = value;
  else if (typeof value === 'string') found[path] = shortened(value, value.length > MAX_TEXT);
  else if (Array.isArray(value)) collectList(value, path, found);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value)) {
      collect(part, path === '' ? key : `${path}.${key}`, found);
    }
  }
}

function collectList(
  values: readonly unknown[],
  path: string,
  found: Record<string, ParameterValue>,
): void {
  const areObjects = values.some((value) => typeof value === 'object');
  if (areObjects && values.length <= MAX_RULES) {
    const seen = new Map<string, number>();
    for (const [i, value] of values.entries()) {
      const name = nameOf(value) ?? String(i + 1);
      const count = (seen.get(name) ?? 0) + 1;
      seen.set(name, count);
      collect(value, `${path}.${count === 1 ? name : `${name} (${count})`}`, found);
    }
  } else if (values.length > 0) {
    const isLong = areObjects || values.length > MAX_LISTED;
    found[path] = isLong ? `${values.length} × #${hashOf(values)}` : listed(values);
  }
}

/** More entries than this are compared as a whole. */
const MAX_RULES = 100;

function listed(values: readonly unknown[]): string {
  const text = values.map(String).join(', ');
  return shortened(text, text.length > MAX_TEXT);
}

/** Long text stays distinguishable from others that begin alike. */
function shortened(text: string, isLong: boolean): string {
  return isLong ? `${text.slice(0, MAX_TEXT - HASH_DIGITS)}… #${hashOf(text)}` : text;
}

function nameOf(value: unknown): string | null {
  return typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    value.name !== ''
    ? value.name
    : null;
}
