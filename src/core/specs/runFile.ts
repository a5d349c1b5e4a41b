import * as z from 'zod';
import type { ProblemAt } from '../jsonDocument/documentProblem.js';
import { parseDocument, readDocument, type DocumentKind } from '../jsonDocument/jsonDocument.js';
import type { DocumentProblem } from '../jsonDocument/documentProblem.js';
import { BERT_MASKING, maskingPolicySchema, type MaskingPolicy } from '../masking/policy/policy.js';
import { problem } from '../messages/message.js';
import { newModelSpecSchema, type NewModelSpec } from '../runs/schema.js';
import {
  describeValue,
  readOption,
  RUN_OPTION_NAMES,
  RUN_OPTIONS,
  type RunOptionName,
  type RunOptions,
} from '../runs/options.js';
import { MOST_SEEDS } from './seedList.js';

/** Extension of run files. */
export const RUN_FILE_EXTENSION = '.run.jsonc';

const text = z.string().min(1);
const paths = z.union([text, z.array(text).min(1)]);

/**
 * A run as a person writes it: data, model, and the options that differ from their defaults. Paths
 * are relative to the folder of the file.
 */
export const runFileSchema = z.strictObject({
  $schema: z.string().exactOptional(),
  name: text.exactOptional(),
  experiment: text.exactOptional(),
  data: paths,
  exclude: z.array(text).exactOptional(),
  model: text.exactOptional(),
  newModel: newModelSpecSchema.exactOptional(),
  /** A gallery name or the path of a policy, or the policy itself. */
  masking: z.union([text, maskingPolicySchema]).exactOptional(),
  /** One run for each, instead of `seed`. */
  seeds: z.array(z.int().min(0).max(RUN_OPTIONS.seed.most)).min(1).max(MOST_SEEDS).exactOptional(),
  ...optionFields(),
});

/** Options of a run, whose values are checked by the table of options. */
function optionFields(): Record<Exclude<RunOptionName, 'masking'>, z.ZodOptional<z.ZodUnknown>> {
  const names = RUN_OPTION_NAMES.filter((name) => name !== 'masking');
  return Object.fromEntries(names.map((name) => [name, z.unknown().optional()])) as ReturnType<
    typeof optionFields
  >;
}

/** Content of a run file. */
export interface RunFile {
  readonly name?: string | undefined;
  readonly experiment?: string | undefined;
  readonly data: readonly string[];
  readonly exclude: readonly string[];
  /** Model folder or run; absent for the bundled model. */
  readonly model?: string | undefined;
  /** Recipe of the model that the run creates, instead of `model`. */
  readonly newModel?: NewModelSpec | undefined;
  /** A policy that is written in the file itself. */
  readonly policy?: MaskingPolicy | undefined;
  /** One run for each, instead of the seed among the options. */
  readonly seeds?: readonly number[] | undefined;
  readonly options: RunOptions;
}

/** The runs of a run file, one for each of its seeds. */
export function runsOfFile({ seeds = [], ...run }: RunFile): readonly [RunFile, ...RunFile[]] {
  const [first, ...others] = seeds;
  if (first === undefined) return [run];
  const withSeed = (seed: number): RunFile => ({ ...run, options: { ...run.options, seed } });
  return [withSeed(first), ...others.map(withSeed)];
}

type Written = z.infer<typeof runFileSchema>;

/** Values that the table of options refuses. */
export function optionProblems(
  written: Readonly<Partial<Record<RunOptionName, unknown>>>,
  path: ProblemAt['path'] = [],
): ProblemAt[] {
  return RUN_OPTION_NAMES.flatMap((name) => {
    const value = written[name];
    if (value === undefined || (typeof value === 'object' && name === 'masking')) return [];
    if (readOption(name, value) !== null) return [];
    const found = problem('document.wrongType', {
      key: name,
      expected: describeValue(name),
      value: JSON.stringify(value),
    });
    return [{ path: [...path, name], problem: found }];
  });
}

/** Options among the keys of a file. */
export function optionsAmong(
  written: Readonly<Partial<Record<RunOptionName, unknown>>>,
): RunOptions {
  return Object.fromEntries(
    RUN_OPTION_NAMES.flatMap((name) => {
      const value = written[name];
      return value === undefined || (typeof value === 'object' && name === 'masking')
        ? []
        : [[name, readOption(name, value)]];
    }),
  );
}

const RUN_FILE: DocumentKind<Written> = {
  schema: runFileSchema,
  empty: problem('runFile.empty', { example: '{ "data": ["notes/"] }' }),
  contentProblems: (written) => [
    ...optionProblems(written),
    ...secondModel(written),
    ...secondSeed(written),
  ],
};

function secondSeed({ seed, seeds = [] }: Written): ProblemAt[] {
  const repeated = seeds.findIndex((one, i) => seeds.indexOf(one) !== i);
  return [
    ...(seed === undefined || seeds.length === 0
      ? []
      : [{ path: ['seed'], problem: problem('runFile.twoSeeds') }]),
    ...(repeated === -1
      ? []
      : [
          {
            path: ['seeds', repeated],
            problem: problem('study.repeatedSeed', { seed: String(seeds[repeated]) }),
          },
        ]),
  ];
}

function secondModel({ model, newModel }: Written): ProblemAt[] {
  return model === undefined || newModel === undefined
    ? []
    : [{ path: ['model'], problem: problem('runFile.twoModels') }];
}

/**
 * All problems in the text of a run file in order, to mark them in an editor. `placeProblems` returns
 * those of the paths in it.
 */
export function runFileProblems(
  content: string,
  placeProblems: (run: RunFile) => readonly ProblemAt[] = () => [],
): DocumentProblem[] {
  return readDocument(content, {
    ...RUN_FILE,
    contentProblems: (written) => [
      ...(RUN_FILE.contentProblems?.(written) ?? []),
      ...placeProblems(runFileOf(written)),
    ],
  }).problems;
}

/** Parses a run file. Throws `Data` with the file and the line of the first problem. */
export function parseRunFile(content: string, file: string): RunFile {
  return runFileOf(parseDocument(content, file, RUN_FILE));
}

/** The content of a file that matches the schema. */
export function runFileOf(written: Written): RunFile {
  const { name, experiment, data, exclude = [], model, newModel, masking, seeds } = written;
  return {
    name,
    experiment,
    data: typeof data === 'string' ? [data] : data,
    exclude,
    model,
    ...(newModel === undefined ? {} : { newModel }),
    policy: typeof masking === 'object' ? masking : undefined,
    ...(seeds === undefined ? {} : { seeds }),
    options: optionsAmong(written),
  };
}

const PLAIN_POLICY: Readonly<Record<string, unknown>> = BERT_MASKING;

/** A policy without the values that it has by default. */
export function shortPolicy(policy: MaskingPolicy): Readonly<Record<string, unknown>> {
  const own = Object.entries(policy).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(PLAIN_POLICY[key]),
  );
  return { version: policy.version, ...Object.fromEntries(own) };
}

/** Text of a run file: only what was set, in the order of the options. */
export function runFileText({ policy, options, ...run }: RunFile): string {
  const { name, experiment, data, exclude, model, newModel, seeds } = run;
  const ordered = Object.fromEntries(
    RUN_OPTION_NAMES.flatMap((option) =>
      options[option] === undefined ? [] : [[option, options[option]]],
    ),
  );
  const content = {
    ...(name === undefined ? {} : { name }),
    ...(experiment === undefined ? {} : { experiment }),
    data,
    ...(exclude.length === 0 ? {} : { exclude }),
    ...(model === undefined ? {} : { model }),
    ...(newModel === undefined ? {} : { newModel }),
    ...ordered,
    ...(seeds === undefined ? {} : { seeds }),
    ...(policy === undefined ? {} : { masking: shortPolicy(policy) }),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}
