import { inputError } from '../../errors.js';
import { BERT_MASKING, type MaskingPolicy } from '../../masking/policy/policy.js';
import { problem } from '../../messages/message.js';
import type { WordSwaps } from '../../text/wordSwaps.js';
import { keyHash } from '../../random.js';
import {
  MASKING_METRICS,
  storedDesign,
  type Development,
  type LabelArm,
  type LabelDesign,
  type LabelTest,
  type MaskingDesign,
  type NamedPolicy,
  type StudyDesign,
  type StudyRun,
} from './study.js';
import { candidateCount, isChoosing, MOST_CANDIDATES } from './studyCandidates.js';
import { DEFAULT_SEEDS, DEVELOPMENT_SEEDS, type StudyFile } from './studyFile.js';
import type { TestMetricName } from './testMetrics.js';

/** Name of plain random masking at BERT's rate. */
export const PLAIN = 'random 15%';

/** Policy of an arm as its file names it, with the policy that was found for it. */
export interface FoundArm {
  readonly name: string | undefined;
  /** Name of the policy, by which its file names it; `null` for plain random masking. */
  readonly given: string | null;
  readonly policy: MaskingPolicy;
  /** Mask rates, each of which is an arm; empty for that of the policy. */
  readonly rates: readonly number[];
}

export interface DesignInput {
  readonly arms: readonly FoundArm[];
  /** Further masks that models are scored on. */
  readonly masks: readonly NamedPolicy[];
  /** Identifies data, model and options that all runs share. */
  readonly shared: string;
  /** Whether the runs have a test split. */
  readonly hasTest: boolean;
}

/**
 * The design of a study of masking policies. Throws `UserInput` for names that are not unique or not
 * known, and for parts of a study of models with labels.
 */
export function designStudy(file: StudyFile, input: DesignInput): MaskingDesign {
  refuseLabelParts(file);
  const given = input.arms.flatMap(armsOf);
  const arms = given.some(({ policy }) => isPlain(policy))
    ? given
    : [{ name: PLAIN, policy: BERT_MASKING }, ...given];
  refuseRepeated(arms, 'study.repeatedArm');
  if (arms.length < 2) throw inputError(problem('study.oneArm'));
  const masks = uniqueMasks([{ name: PLAIN, policy: BERT_MASKING }, ...arms, ...input.masks]);
  refuseRepeated(masks, 'study.repeatedName');
  const { primary = PLAIN } = file;
  if (!masks.some(({ name }) => name === primary)) {
    const known = { list: masks.map(({ name }) => `"${name}"`), join: 'or' } as const;
    throw inputError(problem('study.unknownMask', { name: primary, known }));
  }
  return {
    name: file.name,
    hypothesis: file.hypothesis ?? null,
    metric: metricAmong(file.metric ?? 'loss', MASKING_METRICS),
    margin: file.margin ?? null,
    split: file.split ?? (input.hasTest ? 'test' : 'heldOut'),
    seeds: seedsOf(file.seeds, arms.length - 1),
    arms,
    masks,
    primary,
    shared: input.shared,
  };
}

export interface LabelDesignInput {
  readonly arms: readonly LabelArm[];
  readonly tests: readonly LabelTest[];
  /** Texts on which values are chosen, without their seeds; `null` without any. */
  readonly development: Omit<Development, 'seeds'> | null;
  /** Words whose presence makes groups; `null` for no groups. */
  readonly words: LabelDesign['words'];
  /** Pairs of words to exchange. Default, `null`: none. */
  readonly swaps?: WordSwaps | null;
  /** Metrics of the task; the first is the default. */
  readonly metrics: readonly [TestMetricName, ...TestMetricName[]];
  /** Whether the accuracy counts answers about each of several labels. Default: false. */
  readonly countsAnswers?: boolean;
  /** Name of the task for messages. */
  readonly task: string;
  /** Identifies data, model and options that all runs share. */
  readonly shared: string;
}

/**
 * The design of a study of models with labels. Throws `UserInput` for names that are not unique or not
 * known, and for parts of a masking study.
 */
export function designLabelStudy(file: StudyFile, input: LabelDesignInput): LabelDesign {
  const { arms, tests, words, swaps = null, metrics, task, shared } = input;
  const seeds = seedsOf(file.seeds, arms.length - 1);
  for (const key of ['masks', 'split'] as const) {
    if (file[key] !== undefined) throw inputError(problem('study.masksWithLabels', { key, task }));
  }
  if (arms.length < 2) throw inputError(problem('study.oneLabelArm'));
  refuseRepeated(arms, 'study.repeatedArm');
  refuseRepeated(tests, 'study.repeatedTest');
  refuseUnknownModels(arms);
  refuseSameArms(arms);
  refuseChoices(arms, input.development);
  const { primary = (tests[1] ?? tests[0]!).name } = file;
  if (!tests.some(({ name }) => name === primary)) {
    const known = { list: tests.map(({ name }) => `"${name}"`), join: 'or' } as const;
    throw inputError(problem('study.unknownTest', { name: primary, known }));
  }
  return storedDesign({
    kind: 'labels',
    name: file.name,
    hypothesis: file.hypothesis ?? null,
    metric: metricAmong(file.metric ?? metrics[0], metrics),
    ...(input.countsAnswers === true && { countsAnswers: true }),
    margin: file.margin ?? null,
    seeds,
    ...{ arms: [...arms], tests: [...tests], words, primary, shared },
    ...(swaps && { swaps: swaps.map(([first, second]): [string, string] => [first, second]) }),
    ...(input.development === null
      ? {}
      : {
          development: {
            ...input.development,
            seeds: seeds.slice(0, file.development?.seeds ?? DEVELOPMENT_SEEDS),
          },
        }),
  });
}

function metricAmong<Name extends string>(metric: string, known: readonly Name[]): Name {
  const found = known.find((name) => name === metric);
  if (found !== undefined) return found;
  throw inputError(
    problem('study.otherMetric', { metric, known: { list: [...known], join: 'or' } }),
  );
}

/**
 * Refuses arms that need the models of others that are not trained before them, and those that do not
 * say what to do with the errors of another one.
 */
function refuseUnknownModels(
  arms: readonly Pick<LabelArm, 'name' | 'startFrom' | 'errorsOf' | 'options' | 'choose'>[],
): void {
  for (const [i, { name, startFrom, errorsOf, options, choose }] of arms.entries()) {
    const methods = choose?.['debias'] ?? [options['debias']];
    if (methods.some((method) => (errorsOf !== null) !== (method === 'errors'))) {
      throw inputError(problem('study.errorsAlone', { name }));
    }
    for (const needed of [startFrom, errorsOf]) {
      if (needed === null) continue;
      const found = arms.slice(0, i).find((arm) => arm.name === needed);
      if (found === undefined) throw inputError(problem('study.laterArm', { name, needed }));
      if (found.choose !== undefined) {
        throw inputError(problem('study.chosenLater', { name, needed }));
      }
    }
  }
}

const DEVELOPMENT = '{ "data": "elsewhere.csv" }';
const CHOICE = '"debiasWeight": { "choose": [1, 5, 20] }';

/** Refuses values to choose without texts to choose them on, and such texts without values. */
function refuseChoices(
  arms: readonly LabelArm[],
  development: LabelDesignInput['development'],
): void {
  const choosing = arms.filter(isChoosing);
  if (choosing.length === 0 && development !== null) {
    throw inputError(problem('study.nothingToChoose', { example: CHOICE }));
  }
  for (const arm of choosing) {
    const { name } = arm;
    const [key = ''] = Object.keys(arm.choose ?? {});
    if (development === null) {
      throw inputError(problem('study.needsDevelopment', { name, key, example: DEVELOPMENT }));
    }
    const count = candidateCount(arm);
    if (count > MOST_CANDIDATES) {
      throw inputError(problem('study.manyCandidates', { name, count, most: MOST_CANDIDATES }));
    }
  }
}

function refuseSameArms(arms: readonly LabelArm[]): void {
  const seen = new Map<string, string>();
  for (const { name, ...settings } of arms) {
    const key = JSON.stringify(settings);
    const first = seen.get(key);
    if (first !== undefined) throw inputError(problem('study.sameArms', { first, second: name }));
    seen.set(key, name);
  }
}

/** Refuses parts of a study of models with labels in a masking study. */
function refuseLabelParts({ arms, tests, words, swaps, development }: StudyFile): void {
  const task = 'masked-lm';
  for (const [key, value] of Object.entries({ tests, words, swaps, development })) {
    if (value !== undefined) throw inputError(problem('study.testsWithoutLabels', { key, task }));
  }
  for (const { name = '', options, choose, data, startFrom, errorsOf } of arms) {
    const set = Object.entries({ ...options, ...choose, data, startFrom, errorsOf }).flatMap(
      ([key, value]) => (value === undefined ? [] : [key]),
    );
    if (set.length === 0) continue;
    throw inputError(problem('study.armOptions', { name, options: { list: set, join: 'and' } }));
  }
}

/** Identifies a design; another one has another digest. */
export function digestOf(design: StudyDesign): string {
  return keyHash(JSON.stringify(design));
}

/** Runs of a design in their order: all arms with one seed before the next seed. */
export function runsOf({
  seeds,
  arms,
}: Pick<StudyDesign, 'seeds' | 'arms'>): Omit<StudyRun, 'run'>[] {
  return seeds.flatMap((seed) => arms.map(({ name }) => ({ arm: name, seed })));
}

function armsOf({ name, given, policy, rates }: FoundArm): NamedPolicy[] {
  const base = name ?? given;
  if (rates.length === 0) {
    return [{ name: base ?? `random ${percent(policy.rate)}`, policy }];
  }
  return rates.map((rate) => ({
    name:
      rates.length === 1 && name !== undefined
        ? name
        : base === null
          ? `random ${percent(rate)}`
          : `${base} at ${percent(rate)}`,
    policy: { ...policy, rate, schedule: null },
  }));
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))}%`;
}

/** Whether a policy masks tokens at random and nothing else. */
function isPlain({ rules, always, never, unit, schedule }: MaskingPolicy): boolean {
  return rules.length + always.length + never.length === 0 && unit === 'token' && schedule === null;
}

function seedsOf(seeds: StudyFile['seeds'], rivals: number): number[] {
  if (Array.isArray(seeds)) return seeds;
  const count = seeds ?? (rivals === 1 ? DEFAULT_SEEDS.oneRival : DEFAULT_SEEDS.several);
  return Array.from({ length: count }, (_, seed) => seed);
}

/**
 * Masks of policies that mask differently. Masked tokens are always replaced by the mask token, so
 * that no model sees a token that it is scored on.
 */
function uniqueMasks(policies: readonly NamedPolicy[]): NamedPolicy[] {
  const found = new Map<string, NamedPolicy>();
  for (const { name, policy } of policies) {
    const mask = {
      ...policy,
      replace: { mask: 1, random: 0, keep: 0 },
      schedule: null,
      dynamic: false,
    };
    const key = JSON.stringify({ ...mask, name: null });
    if (!found.has(key)) found.set(key, { name, policy: mask });
  }
  return [...found.values()];
}

function refuseRepeated(
  named: readonly { readonly name: string }[],
  id: 'study.repeatedArm' | 'study.repeatedName' | 'study.repeatedTest',
): void {
  const seen = new Set<string>();
  for (const { name } of named) {
    if (seen.has(name)) throw inputError(problem(id, { name }));
    seen.add(name);
  }
}
