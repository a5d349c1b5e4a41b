import type { Choice } from './shiftWords.js';

/** Words to mask, by how they were chosen. */
export type FoundWords = Readonly<Record<Choice, readonly string[]>>;

/** A way of training in the studies of data with a shift, as a study file has it. */
export interface ShiftArm {
  readonly name: string;
  readonly description: string;
  /** Words that it needs; it is left out where there are none. */
  readonly needs?: Choice;
  /** Whether it needs the shifted sample. */
  readonly needsSample?: boolean;
  /** Left out unless it is asked for by name. */
  readonly isExtra?: boolean;
  /** Its keys in a study file. */
  readonly written: Readonly<Record<string, unknown>>;
}

/** Training texts and shifted sample, relative to the study file. */
export const TRAIN = 'data/train.jsonl';
export const SAMPLE = 'data/shift-dev.jsonl';
/** Weight of a text of the shifted sample that is added to training. */
const SAMPLE_WEIGHT = 10;
/** Passes over the shifted sample where nothing else is trained on. */
const SAMPLE_EPOCHS = 20;
/** Rate at which words are masked at random beside those of a rule. */
const RANDOM_RATE = 0.15;

const policyFile = (name: string): string => `${name}.mask.json`;

/** All arms, the baseline first, and arms after those whose models they need. */
export const SHIFT_ARMS: readonly ShiftArm[] = [
  { name: 'plain', description: 'training as usual', written: {} },
  {
    name: 'masked-examples',
    description:
      'masked fine-tuning: half of the examples masked at random, each at a rate between 0 and 1',
    written: { maskedExamples: 0.5 },
  },
  {
    name: 'random',
    description: 'random words, about as frequent as the unstable ones, always masked',
    needs: 'random',
    written: { masking: policyFile('random') },
  },
  {
    name: 'loudest',
    description: 'the words with the strongest association in the label-leak test always masked',
    needs: 'loudest',
    written: { masking: policyFile('loudest') },
  },
  {
    name: 'tf-idf',
    description: 'the ten words of each label with the highest TF-IDF always masked',
    needs: 'tfIdf',
    written: { masking: policyFile('tfIdf') },
  },
  {
    name: 'unstable',
    description: 'the words whose association the shifted sample does not reproduce always masked',
    needs: 'unstable',
    written: { masking: policyFile('unstable') },
  },
  {
    name: 'unstable-half',
    description: 'the unstable words masked half of the time, as the policy of an audit does',
    needs: 'unstable',
    written: { masking: policyFile('unstable-half') },
  },
  {
    name: 'unstable-and-random',
    description: `the unstable words always masked, and ${100 * RANDOM_RATE}% of the other words, so that a mask does not give an unstable word away`,
    needs: 'unstable',
    written: { masking: policyFile('unstable-and-random') },
  },
  {
    name: 'unstable-replaced',
    description:
      'the unstable words always replaced by random words, so that no mask becomes the sign of a label',
    needs: 'unstable',
    written: { masking: policyFile('unstable-replaced') },
  },
  {
    name: 'consistency',
    description: 'the same prediction asked for when the unstable words are masked',
    needs: 'unstable',
    written: { debias: 'consistency', debiasWords: policyFile('unstable') },
  },
  {
    name: 'product-of-experts',
    description: 'product of experts with a bag of words',
    written: { debias: 'product-of-experts' },
  },
  {
    name: 'masker',
    description: 'MASKER with the words of the highest TF-IDF',
    needs: 'tfIdf',
    written: { debias: 'masker', debiasWords: policyFile('tfIdf') },
  },
  {
    name: 'groups',
    description: 'groups by label and presence of an unstable word balanced',
    needs: 'unstable',
    isExtra: true,
    written: { debias: 'groups', debiasWords: policyFile('unstable') },
  },
  {
    name: 'errors',
    description: 'the errors of the plain model weighted',
    isExtra: true,
    written: { debias: 'errors', errorsOf: 'plain' },
  },
  {
    name: 'last-layer',
    description: 'the last layer of the plain model trained again on the shifted sample',
    needsSample: true,
    written: { method: 'last-layer', startFrom: 'plain', data: SAMPLE, epochs: SAMPLE_EPOCHS },
  },
  {
    name: 'shifted-sample',
    description: `the shifted sample added to the training texts, each text counting ${SAMPLE_WEIGHT} times: the bar to beat`,
    needsSample: true,
    written: { shiftedData: [SAMPLE], shiftedWeight: SAMPLE_WEIGHT },
  },
];

/**
 * Arms for a set, with the names that are asked for or all but extra ones. Arms without their words or
 * without a sample are left out. Throws `RangeError` for an unknown name.
 */
export function armsFor(
  words: FoundWords,
  { hasSample, names }: { hasSample: boolean; names: readonly string[] | null },
): ShiftArm[] {
  for (const wanted of names ?? []) {
    if (SHIFT_ARMS.some(({ name }) => name === wanted)) continue;
    const known = SHIFT_ARMS.map(({ name }) => name).join(', ');
    throw new RangeError(`no arm ${wanted}: one of ${known}`);
  }
  return SHIFT_ARMS.filter(({ name, needs, needsSample = false, isExtra = false }) => {
    const isAsked = names === null ? !isExtra : name === 'plain' || names.includes(name);
    const hasWords = needs === undefined || words[needs].length > 0;
    return isAsked && hasWords && (hasSample || !needsSample);
  });
}

/** The content of the policy files of the arms, by their names. */
export function policiesOf(words: FoundWords): Readonly<Record<string, object>> {
  const { random, loudest, tfIdf, unstable } = words;
  const policies = {
    ...{ random: policyOf(random), loudest: policyOf(loudest), tfIdf: policyOf(tfIdf) },
    unstable: policyOf(unstable),
    'unstable-half': policyOf(unstable, { ruleRate: 0.5 }),
    'unstable-and-random': policyOf(unstable, { rate: RANDOM_RATE }),
    'unstable-replaced': policyOf(unstable, { random: 1 }),
  };
  return Object.fromEntries(
    Object.entries(policies).flatMap(([name, policy]) =>
      policy === null ? [] : [[policyFile(name), policy]],
    ),
  );
}

/**
 * A policy that masks words at a rate, and others at another rate, or replaces a share of them by random
 * words; `null` without words.
 */
function policyOf(
  words: readonly string[],
  {
    ruleRate = 1,
    rate = 0,
    random = 0,
  }: { ruleRate?: number; rate?: number; random?: number } = {},
): object | null {
  if (words.length === 0) return null;
  return {
    ...{ version: 1, rate, unit: 'word', replace: { mask: 1 - random, random, keep: 0 } },
    rules: [{ name: 'words', words, rate: ruleRate }],
  };
}

export interface ShiftStudyOptions {
  readonly set: string;
  readonly arms: readonly ShiftArm[];
  /** Names of the tests without `.jsonl`, the in-domain one first. */
  readonly tests: readonly string[];
  readonly words: FoundWords;
  readonly seeds: number;
  readonly threads: number;
  readonly epochs: number;
}

/** The content of a study file; its data and policies are beside it. */
export function studyFileOf(options: ShiftStudyOptions): object {
  const { set, arms, tests, words, seeds, threads, epochs } = options;
  const groups = words.unstable.length > 0 ? 'unstable' : 'loudest';
  return {
    name: `Shift: ${set}`,
    hypothesis:
      'Masking words whose association the shifted sample does not reproduce raises the accuracy on shifted texts; masking the loudest words does not.',
    run: {
      ...{ data: [TRAIN], task: 'classification', textColumn: 'text', labelColumn: 'label' },
      // The best model on held-out texts would be the one that leans on the shortcut most.
      ...{ epochs, keepModel: 'last', heldOut: 0.1, threads, noExampleScores: true },
    },
    arms: arms.map(({ name, written }) => ({ name, ...written })),
    seeds,
    metric: 'accuracy',
    tests: tests.map((name) => ({ name, data: `data/${name}.jsonl` })),
    ...(words[groups].length === 0 ? {} : { words: policyFile(groups) }),
    primary: tests[1] ?? tests[0],
  };
}
