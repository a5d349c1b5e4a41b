import * as z from 'zod';
import type { ProblemAt } from '../jsonDocument/documentProblem.js';
import { maskingPolicySchema, type MaskingPolicy } from '../masking/policy/policy.js';
import { problem } from '../messages/message.js';
import { readOption, RUN_OPTION_NAMES, type RunOptionName } from '../runs/options.js';
import { newModelSpecSchema } from '../runs/schema.js';
import { optionProblems, optionsAmong, runsOfFile, type RunFile } from './runFile.js';
import { MOST_SEEDS, parseSeeds, seedsText } from './seedList.js';

/** Options that are fields of a draft by their names; seeds and masking are fields of another kind. */
export type LaunchOptionName = Exclude<RunOptionName, 'masking' | 'seed'>;
export const LAUNCH_OPTION_NAMES = RUN_OPTION_NAMES.filter(
  (name): name is LaunchOptionName => name !== 'masking' && name !== 'seed',
);

const line = z.string().max(10_000);
/** Value of a field: text as it was typed, a switch, or a list of names. */
const optionValueSchema = z.union([line, z.boolean(), z.array(line).max(1000)]);
export type LaunchOptionValue = z.infer<typeof optionValueSchema>;

/**
 * A run while a person fills in its form: a run file whose values may still be wrong, and seeds. Paths
 * are relative to the workspace folder that keeps the run.
 */
export const launchDraftSchema = z.strictObject({
  /** Empty for a generated name. */
  name: line,
  /** Empty for the usual experiment. */
  experiment: line,
  data: z.array(line).max(1_000_000),
  exclude: z.array(line).max(1000),
  /** Model folder or run; empty for the bundled model. */
  model: line,
  newModel: newModelSpecSchema.nullable(),
  /** A gallery name or the path of a policy; empty for random masking. */
  masking: line,
  /** A policy without a file, instead of `masking`. */
  policy: maskingPolicySchema.nullable(),
  /** Seeds such as `1, 2, 5-8`; one run for each. Empty for the usual seed. */
  seeds: line,
  options: z.partialRecord(z.enum(LAUNCH_OPTION_NAMES), optionValueSchema),
});
export type LaunchDraft = z.infer<typeof launchDraftSchema>;

const { shape } = launchDraftSchema;

/** Changed parts of a draft. */
export const launchChangesSchema = z.strictObject({
  name: shape.name.exactOptional(),
  experiment: shape.experiment.exactOptional(),
  data: shape.data.exactOptional(),
  exclude: shape.exclude.exactOptional(),
  model: shape.model.exactOptional(),
  newModel: shape.newModel.exactOptional(),
  masking: shape.masking.exactOptional(),
  policy: shape.policy.exactOptional(),
  seeds: shape.seeds.exactOptional(),
  options: shape.options.exactOptional(),
});
export type LaunchChanges = z.infer<typeof launchChangesSchema>;

/** Fields that a problem or a difference can name; options by their names. */
export type LaunchField =
  Exclude<keyof LaunchDraft, 'options' | 'policy' | 'newModel'> | LaunchOptionName;

/** The draft that a run file stands for. */
export function draftOf({ options, ...run }: RunFile): LaunchDraft {
  const { masking = '', seed, ...others } = options;
  return {
    name: run.name ?? '',
    experiment: run.experiment ?? '',
    data: [...run.data],
    exclude: [...run.exclude],
    model: run.model ?? '',
    newModel: run.newModel ?? null,
    masking,
    policy: run.policy ?? null,
    seeds: run.seeds === undefined ? String(seed ?? '') : seedsText(run.seeds),
    options: Object.fromEntries(
      Object.entries(others).map(([name, value]) => [name, fieldValueOf(value)]),
    ),
  };
}

function fieldValueOf(value: number | string | boolean | readonly string[]): LaunchOptionValue {
  if (typeof value === 'number') return String(value);
  return typeof value === 'object' ? [...value] : value;
}

/** Problems of a draft that show without its data, each with the field that has it first in its path. */
export function draftProblems(draft: LaunchDraft): ProblemAt[] {
  const { data, seeds, options } = draft;
  return [
    ...(data.length === 0 ? [{ path: ['data'], problem: problem('launch.noData') }] : []),
    ...(parseSeeds(seeds) === null
      ? [{ path: ['seeds'], problem: problem('launch.seeds', { seeds, most: MOST_SEEDS }) }]
      : []),
    ...optionProblems(options),
  ];
}

/** Run files of a draft without problems, one for each seed. */
export function runFilesOfDraft(draft: LaunchDraft): readonly [RunFile, ...RunFile[]] {
  return runsOfFile(runFileOfDraft(draft));
}

/** The run file of a draft without problems, with all of its seeds. */
export function runFileOfDraft(draft: LaunchDraft): RunFile {
  const { name, experiment, data, exclude, model, newModel, masking, policy } = draft;
  const run = {
    name: name.trim() === '' ? undefined : name.trim(),
    experiment: experiment.trim() === '' ? undefined : experiment.trim(),
    ...{ data, exclude },
    ...(newModel === null ? { model: model === '' ? undefined : model } : { newModel }),
    ...(policy === null ? {} : { policy }),
  };
  const options = {
    ...optionsAmong(draft.options),
    ...(masking === '' || policy !== null ? {} : { masking }),
  };
  const seeds = parseSeeds(draft.seeds) ?? [];
  if (seeds.length > 1) return { ...run, seeds, options };
  const [seed] = seeds;
  return { ...run, options: { ...options, ...(seed === undefined ? {} : { seed }) } };
}

/** Fields in which a draft differs from the one that it started from. */
export function changedFields(draft: LaunchDraft, from: LaunchDraft): ReadonlySet<LaunchField> {
  const changed = (['data', 'exclude', 'name', 'experiment', 'seeds'] as const).filter(
    (field) => !isSame(draft[field], from[field]),
  );
  const modelOf = ({ model, newModel }: LaunchDraft): unknown => newModel ?? model;
  const maskingOf = ({ masking, policy }: LaunchDraft): MaskingPolicy | string => policy ?? masking;
  return new Set<LaunchField>([
    ...changed,
    ...(isSame(modelOf(draft), modelOf(from)) ? [] : (['model'] as const)),
    ...(isSame(maskingOf(draft), maskingOf(from)) ? [] : (['masking'] as const)),
    ...LAUNCH_OPTION_NAMES.filter((name) => !isSame(readValue(name, draft), readValue(name, from))),
  ]);
}

/** The value that a run would get, so that 3 and 3.0 are the same; a wrong one as it was typed. */
function readValue(name: LaunchOptionName, { options }: LaunchDraft): unknown {
  const value = options[name];
  if (value === undefined || value === false) return null;
  return readOption(name, value) ?? value;
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
