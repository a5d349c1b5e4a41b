import * as z from 'zod';
import { parseDocument, readDocument, type DocumentKind } from '../../jsonDocument/jsonDocument.js';
import type { DocumentProblem, ProblemAt } from '../../jsonDocument/documentProblem.js';
import { maskingPolicySchema } from '../../masking/policy/policy.js';
import { problem } from '../../messages/message.js';
import { SCORED_SPLITS } from '../../runs/exampleScores.js';
import { optionProblems, runFileOf, runFileSchema, type RunFile } from '../../specs/runFile.js';
import { STUDY_METRICS } from './study.js';

/** Extension of study files. */
export const STUDY_FILE_EXTENSION = '.study.jsonc';

const text = z.string().min(1);
const rate = z.number().gt(0).max(0.9);
const policy = z
  .union([text, maskingPolicySchema])
  .describe('A policy of the gallery by name, a .mask.json file, or the policy itself.');

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
      }),
    )
    .min(1)
    .describe(
      'Masking policies to compare. The first is the baseline; plain random masking of 15% is put before them if none of them is plain.',
    ),
  seeds: z
    .union([z.int().min(2).max(MAX_SEEDS), z.array(z.int().min(0)).min(1).max(MAX_SEEDS)])
    .exactOptional()
    .describe('Number of seeds, or the seeds themselves. Default: 6 with one rival, else 8.'),
  metric: z
    .enum(STUDY_METRICS)
    .default('loss')
    .describe(
      'loss: mean negative log-likelihood of the masked tokens, in nats. accuracy: share of the masked tokens that are predicted.',
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
  primary: text
    .exactOptional()
    .describe('Name of the mask that decides the study. Default: plain random masking of 15%.'),
});
type Written = z.infer<typeof studyFileSchema>;

export interface StudyFile extends Omit<Written, 'run' | '$schema'> {
  readonly run: RunFile;
}

const STUDY: DocumentKind<Written> = {
  schema: studyFileSchema,
  empty: problem('study.empty', {
    example:
      '{ "name": "opinion words", "run": { "data": ["notes/"] }, "arms": [{ "masking": "opinion" }] }',
  }),
  contentProblems: ({ run, seeds }) => [...optionProblems(run, ['run']), ...repeatedSeeds(seeds)],
};

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

function studyFileOf({ run, ...study }: Written): StudyFile {
  return { ...study, run: runFileOf(run) };
}

/** Parses a study file. Throws `Data` with the file and the line of the first problem. */
export function parseStudyFile(content: string, file: string): StudyFile {
  return studyFileOf(parseDocument(content, file, STUDY));
}
