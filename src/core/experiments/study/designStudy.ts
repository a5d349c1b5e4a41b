import { inputError } from '../../errors.js';
import { BERT_MASKING, type MaskingPolicy } from '../../masking/policy/policy.js';
import { problem } from '../../messages/message.js';
import { keyHash } from '../../random.js';
import type { NamedPolicy, StudyDesign, StudyRun } from './study.js';
import { DEFAULT_SEEDS, type StudyFile } from './studyFile.js';

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

/** The design of a study. Throws `UserInput` for names that are not unique or not known. */
export function designStudy(file: StudyFile, input: DesignInput): StudyDesign {
  const given = input.arms.flatMap(armsOf);
  const arms = given.some(({ policy }) => isPlain(policy))
    ? given
    : [{ name: PLAIN, policy: BERT_MASKING }, ...given];
  refuseRepeated(arms);
  if (arms.length < 2) throw inputError(problem('study.oneArm'));
  const masks = uniqueMasks([{ name: PLAIN, policy: BERT_MASKING }, ...arms, ...input.masks]);
  refuseRepeated(masks);
  const { primary = PLAIN } = file;
  if (!masks.some(({ name }) => name === primary)) {
    const known = { list: masks.map(({ name }) => `"${name}"`), join: 'or' } as const;
    throw inputError(problem('study.unknownMask', { name: primary, known }));
  }
  return {
    name: file.name,
    hypothesis: file.hypothesis ?? null,
    metric: file.metric,
    margin: file.margin ?? null,
    split: file.split ?? (input.hasTest ? 'test' : 'heldOut'),
    seeds: seedsOf(file.seeds, arms.length - 1),
    arms,
    masks,
    primary,
    shared: input.shared,
  };
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

function refuseRepeated(policies: readonly NamedPolicy[]): void {
  const seen = new Set<string>();
  for (const { name } of policies) {
    if (seen.has(name)) throw inputError(problem('study.repeatedName', { name }));
    seen.add(name);
  }
}
