import * as z from 'zod';
import { parseDocument, readDocument, type DocumentKind } from '../../jsonDocument/jsonDocument.js';
import type { DocumentProblem, ProblemAt } from '../../jsonDocument/documentProblem.js';
import { maskingPolicySchema } from '../../masking/policy/policy.js';
import { problem } from '../../messages/message.js';
import { SCORED_SPLITS } from '../../runs/exampleScores.js';
import {
  RUN_OPTION_NAMES,
  RUN_OPTIONS,
  type RunOptionName,
  type RunOptions,
} from '../../runs/options.js';
import {
  optionProblems,
  optionsAmong,
  runFileOf,
  runFileSchema,
  type RunFile,
} from '../../specs/runFile.js';
import { MASKING_METRICS } from './study.js';
import { TEST_METRIC_NAMES } from './testMetrics.js';

/** Extension of study files. */
export const STUDY_FILE_EXTENSION = '.study.jsonc';

const text = z.string().min(1);
const rate = z.number().gt(0).max(0.9);
const policy = z
  .union([text, maskingPolicySchema])
  .describe('A ready-made policy by name, a .mask.json file, or the policy itself.');

/** Metrics that decide a study of either kind. */
const METRICS = [...new Set([...MASKING_METRICS, ...TEST_METRIC_NAMES])];

/** Options of training that neither the data nor the machine decides, but what is the same for all. */
const SHARED: ReadonlySet<RunOptionName> = new Set([
  ...(['masking', 'maskingRate', 'seed', 'threads', 'executionProvider', 'memory'] as const),
  ...([
    'maxLength',
    'packing',
    'cut',
    'findLearningRate',
    'noExampleScores',
    'traceSteps',
  ] as const),
  ...(['keepAdapter', 'debiasModel'] as const),
]);
/** Options of the data that an arm can change: rows that are added, and weights. */
const OF_DATA: ReadonlySet<RunOptionName> = new Set([
  ...(['shiftedData', 'shiftedWeight', 'weightColumn'] as const),
]);

/** Options that the arms of a study of models with labels can differ in. */
type ArmOptionName = Exclude<RunOptionName, 'masking' | 'maskingRate'>;
export const ARM_OPTION_NAMES = RUN_OPTION_NAMES.filter(
  (name): name is ArmOptionName =>
    (RUN_OPTIONS[name].group !== 'data' || OF_DATA.has(name)) && !SHARED.has(name),
);
const armOptions = Object.fromEntries(
  ARM_OPTION_NAMES.map((name) => [name, z.unknown().optional()]),
) as Record<ArmOptionName, z.ZodOptional<z.ZodUnknown>>;

/** Value of an option, one of which a study chooses. */
const optionValue = z.union([z.string(), z.number(), z.boolean()]);
export const chooseSchema = z.strictObject({ choose: z.array(optionValue).min(2) });
const CHOICE = '{ "choose": [1, 5, 20] }';
/** Values to choose from, by the names of options. */
export type ArmChoices = Readonly<
  Partial<Record<ArmOptionName, readonly z.infer<typeof optionValue>[]>>
>;

/** Seeds that values are chosen over if a study file names no number. */
export const DEVELOPMENT_SEEDS = 2;

/** Seeds of a study if its file names none: enough for the exact test and its correction. */
export const DEFAULT_SEEDS = { oneRival: 6, several: 8 } as const;
export const MAX_SEEDS = 100;

export const studyFileSchema = z.strictObject({
  $schema: z.string().exactOptional(),
  name: text.describe('Name of the study. Its runs form an experiment of this name.'),
  hypothesis: text
    .exactOptional()
    .describe('Expected result, recorded before the first run starts.'),
  run: runFileSchema
    .omit({
      ...{ name: true, experiment: true, newModel: true },
      ...{ masking: true, maskingRate: true, seed: true, seeds: true },
    })
    .describe('Data, model and options that all runs of the study share.'),
  arms: z
    .array(
      z.strictObject({
        name: text.exactOptional().describe('Name of the arm. Default: the name of its policy.'),
        masking: policy.exactOptional(),
        maskingRate: z
          .union([rate, z.array(rate).min(1)])
          .exactOptional()
          .describe('Mask rate, or several rates, each of which is an arm.'),
        data: z
          .union([text, z.array(text).min(1)])
          .exactOptional()
          .describe('For models with labels: data that the runs of this arm train on instead.'),
        startFrom: text
          .exactOptional()
          .describe(
            'Earlier arm whose model with the same seed the runs of this arm start from. Default: the model of the study.',
          ),
        errorsOf: text
          .exactOptional()
          .describe(
            'Earlier arm whose wrong predictions on the training data the runs of this arm weigh more, with "debias": "errors".',
          ),
        ...armOptions,
      }),
    )
    .min(1)
    .describe(
      'For masked language models, masking policies to compare; plain random masking of 15% is put before them if none of them is plain. For models with labels, ways of training: masking policies and options that differ from those of the run. The first arm is the baseline.',
    ),
  seeds: z
    .union([z.int().min(2).max(MAX_SEEDS), z.array(z.int().min(0)).min(1).max(MAX_SEEDS)])
    .exactOptional()
    .describe('Number of seeds, or the seeds themselves. Default: 6 with one rival, else 8.'),
  metric: z
    .enum(METRICS)
    .exactOptional()
    .describe(
      'Metric that decides. For masked language models, loss (the default): mean negative log-likelihood of the masked tokens, in nats; or accuracy: share of the masked tokens that are predicted. For models with labels, a metric on the test sets; default: the first metric of the task.',
    ),
  margin: z
    .number()
    .gt(0)
    .exactOptional()
    .describe('Largest difference of the metric that makes no practical difference.'),
  split: z
    .enum(SCORED_SPLITS)
    .exactOptional()
    .describe('Split that all models are scored on. Default: test if the run has one.'),
  masks: z
    .array(policy)
    .exactOptional()
    .describe(
      'Further masks that all models are scored on. Plain random masking of 15% and the policies of the arms are always among them.',
    ),
  tests: z
    .array(
      z.strictObject({
        name: text.describe('Name of the test set.'),
        data: z.union([text, z.array(text).min(1)]).describe('Files, folders or globs with rows.'),
      }),
    )
    .min(1)
    .exactOptional()
    .describe(
      'For models with labels: labeled test sets that all models are evaluated on once. The first is in-domain, the others are shifted.',
    ),
  development: z
    .strictObject({
      data: z.union([text, z.array(text).min(1)]).describe('Files, folders or globs with rows.'),
      seeds: z
        .int()
        .min(1)
        .max(MAX_SEEDS)
        .exactOptional()
        .describe(
          `Number of seeds over which values are chosen, the first ones of the study. Default: ${DEVELOPMENT_SEEDS}.`,
        ),
    })
    .exactOptional()
    .describe(
      'For models with labels: labeled texts on which the values are chosen that arms list with "choose", such as a shifted sample. Texts that a test set has, and those that an arm trains on, are left out.',
    ),
  words: policy
    .exactOptional()
    .describe(
      'For models with labels: words whose presence makes the groups of the worst-group accuracy, as a masking policy.',
    ),
  swaps: text
    .exactOptional()
    .describe(
      'For models with labels: file with pairs of words, one pair per line, such as "he, she". The report counts the rows whose predicted label changes when they are exchanged.',
    ),
  primary: text
    .exactOptional()
    .describe(
      'Name of the mask or test set that decides the study. Default: plain random masking of 15%, or the second test set if there is one.',
    ),
});
type Written = z.infer<typeof studyFileSchema>;

type WrittenArm = Written['arms'][number];

export interface StudyArm extends Pick<
  WrittenArm,
  'name' | 'masking' | 'maskingRate' | 'data' | 'startFrom' | 'errorsOf'
> {
  readonly options: RunOptions;
  /** Options whose value is chosen on the development texts. Default: none. */
  readonly choose?: ArmChoices;
}

export interface StudyFile extends Omit<Written, 'run' | 'arms' | '$schema'> {
  readonly run: RunFile;
  readonly arms: readonly StudyArm[];
}

const STUDY: DocumentKind<Written> = {
  schema: studyFileSchema,
  empty: problem('study.empty', {
    example:
      '{ "name": "opinion words", "run": { "data": ["notes/"] }, "arms": [{ "masking": "opinion" }] }',
  }),
  contentProblems: ({ run, arms, seeds }) => [
    ...optionProblems(run, ['run']),
    ...arms.flatMap((arm, i) => [
      ...optionProblems(optionsIn(arm), ['arms', i]),
      ...choiceProblems(arm, i),
    ]),
    ...repeatedSeeds(seeds),
  ],
};

/** Keys of an arm that are options with one value. */
function optionsIn(arm: WrittenArm): Partial<Record<RunOptionName, unknown>> {
  return Object.fromEntries(
    ARM_OPTION_NAMES.flatMap((name) => (isChoice(arm[name]) ? [] : [[name, arm[name]]])),
  );
}

/** Whether a value lists others to choose from, as no value of an option does. */
function isChoice(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function choicesIn(arm: WrittenArm): ArmChoices {
  return Object.fromEntries(
    ARM_OPTION_NAMES.flatMap((name) =>
      isChoice(arm[name]) ? [[name, chooseSchema.parse(arm[name]).choose]] : [],
    ),
  );
}

/** Lists to choose from that are none, and values in them that no run accepts. */
function choiceProblems(arm: WrittenArm, i: number): ProblemAt[] {
  return ARM_OPTION_NAMES.flatMap((name): ProblemAt[] => {
    if (!isChoice(arm[name])) return [];
    const path = ['arms', i, name];
    const { data } = chooseSchema.safeParse(arm[name]);
    if (data === undefined)
      return [{ path, problem: problem('study.notAChoice', { key: name, example: CHOICE }) }];
    const repeated = data.choose.findIndex((value, at) => data.choose.indexOf(value) !== at);
    return [
      ...data.choose.flatMap((value) => optionProblems({ [name]: value }, ['arms', i])),
      ...(repeated === -1
        ? []
        : [{ path, problem: problem('study.repeatedValue', { key: name }) }]),
    ];
  });
}

function repeatedSeeds(seeds: Written['seeds']): ProblemAt[] {
  if (!Array.isArray(seeds)) return [];
  return seeds.flatMap((seed, i) =>
    seeds.indexOf(seed) === i
      ? []
      : [{ path: ['seeds', i], problem: problem('study.repeatedSeed', { seed: String(seed) }) }],
  );
}

/**
 * All problems in the text of a study file in order, to mark them in an editor. `placeProblems`
 * returns those of the paths in it.
 */
export function studyFileProblems(
  content: string,
  placeProblems: (study: StudyFile) => readonly ProblemAt[] = () => [],
): DocumentProblem[] {
  return readDocument(content, {
    ...STUDY,
    contentProblems: (written) => [
      ...(STUDY.contentProblems?.(written) ?? []),
      ...placeProblems(studyFileOf(written)),
    ],
  }).problems;
}

function studyFileOf({ run, arms, ...study }: Written): StudyFile {
  return {
    ...study,
    run: runFileOf(run),
    arms: arms.map((arm) => {
      const { name, masking, maskingRate, data, startFrom, errorsOf } = arm;
      const choose = choicesIn(arm);
      return {
        ...(name === undefined ? {} : { name }),
        ...(masking === undefined ? {} : { masking }),
        ...(maskingRate === undefined ? {} : { maskingRate }),
        ...(data === undefined ? {} : { data }),
        ...(startFrom === undefined ? {} : { startFrom }),
        ...(errorsOf === undefined ? {} : { errorsOf }),
        options: optionsAmong(optionsIn(arm)),
        ...(Object.keys(choose).length === 0 ? {} : { choose }),
      };
    }),
  };
}

/** Parses a study file. Throws `Data` with the file and the line of the first problem. */
export function parseStudyFile(content: string, file: string): StudyFile {
  return studyFileOf(parseDocument(content, file, STUDY));
}
