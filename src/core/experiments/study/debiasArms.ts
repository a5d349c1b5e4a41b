import { message, type Message } from '../../messages/message.js';
import type { RunOptions } from '../../runs/options.js';
import { runFileText, type RunFile } from '../../specs/runFile.js';
import { parseJsonText } from '../../jsonText.js';

/** Files that arms name, relative to the study file. */
export interface ArmFiles {
  /** Policy that masks the words of an audit; `null` if it selected none. */
  readonly policy: string | null;
  /** Labelled files of a shifted sample; empty without one. */
  readonly sample: readonly string[];
}

/** Facts that arms depend on. */
interface ArmContext extends ArmFiles {
  /** Whether values can be chosen on the sample. */
  readonly isChosen: boolean;
  /** Learning rate of the other arms; `undefined` for the default. */
  readonly learningRate: number | undefined;
}

/** A way of training that a study compares with the usual one. */
export interface DebiasArm {
  readonly id: string;
  readonly label: Message;
  readonly detail: Message;
  readonly needs: 'words' | 'sample' | null;
  /** Whether it is proposed. */
  readonly isUsual: boolean;
  /** Arms of the study file, by their names. */
  readonly written: (
    context: ArmContext,
  ) => Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * Seeds of a drafted study: verdicts on accuracy are over seeds and rows, for which five are enough.
 */
export const DRAFTED_SEEDS = 5;

/** Name of the baseline. */
const PLAIN = 'plain';
/** Arm that masks examples at random, too, which all arms may do already. */
const MASKED_BOTH = 'masked-words-and-examples';
/** Share of the words that the control masks. */
const CONTROL_RATE = 0.05;
/** Strengths of MASKER, whose published default adds next to nothing to the loss of a classifier. */
const MASKER_WEIGHTS = [0.03, 0.3, 1];
/** With a sample, one of them is chosen on it, before a test set is opened. */
const MASKER_CHOICE = { choose: MASKER_WEIGHTS };
/** Passes over the shifted sample where nothing else is trained on. */
const SAMPLE_EPOCHS = 20;
/** The last layer alone wants a higher learning rate than the whole model, as by default. */
const LAST_LAYER_RATE = 10;

/** Ways of training to compare, the strongest control last. */
export const DEBIAS_ARMS: readonly DebiasArm[] = [
  {
    id: 'masked-words',
    label: message('study.arm.maskedWords'),
    detail: message('study.arm.maskedWords.detail'),
    needs: 'words',
    isUsual: true,
    written: ({ policy }) => ({ 'masked words': { masking: policy } }),
  },
  {
    id: MASKED_BOTH,
    label: message('study.arm.maskedBoth'),
    detail: message('study.arm.maskedBoth.detail'),
    needs: 'words',
    isUsual: true,
    written: ({ policy }) => ({
      'masked words and examples': { masking: policy, maskedExamples: 0.5 },
    }),
  },
  {
    id: 'random-words',
    label: message('study.arm.randomWords'),
    detail: message('study.arm.randomWords.detail'),
    needs: null,
    isUsual: true,
    written: () => ({
      'random words': {
        masking: {
          ...{ version: 1, name: 'random words', unit: 'word', rate: CONTROL_RATE },
          replace: { mask: 1, random: 0, keep: 0 },
        },
      },
    }),
  },
  {
    id: 'consistency',
    label: message('study.arm.consistency'),
    detail: message('study.arm.consistency.detail'),
    needs: 'words',
    isUsual: true,
    written: ({ policy }) => ({ consistency: { debias: 'consistency', debiasWords: policy } }),
  },
  {
    id: 'product-of-experts',
    label: message('study.arm.experts'),
    detail: message('study.arm.experts.detail'),
    needs: null,
    isUsual: false,
    written: () => ({ 'product of experts': { debias: 'product-of-experts' } }),
  },
  {
    id: 'masker',
    label: message('study.arm.masker'),
    detail: message('study.arm.masker.detail'),
    needs: 'words',
    isUsual: false,
    written: ({ policy, isChosen }) => {
      const keys = { debias: 'masker', debiasWords: policy };
      if (isChosen) return { MASKER: { ...keys, debiasWeight: MASKER_CHOICE } };
      return Object.fromEntries(
        MASKER_WEIGHTS.map((weight) => [`MASKER ${weight}`, { ...keys, debiasWeight: weight }]),
      );
    },
  },
  {
    id: 'errors',
    label: message('study.arm.errors'),
    detail: message('study.arm.errors.detail'),
    needs: null,
    isUsual: false,
    written: () => ({ 'weighted errors': { debias: 'errors', errorsOf: PLAIN } }),
  },
  {
    id: 'groups',
    label: message('study.arm.groups'),
    detail: message('study.arm.groups.detail'),
    needs: 'words',
    isUsual: false,
    written: ({ policy }) => ({ 'balanced groups': { debias: 'groups', debiasWords: policy } }),
  },
  {
    id: 'last-layer',
    label: message('study.arm.lastLayer'),
    detail: message('study.arm.lastLayer.detail'),
    needs: 'sample',
    isUsual: true,
    written: ({ sample, learningRate }) => ({
      'last layer': {
        ...{ method: 'last-layer', startFrom: PLAIN, data: sample, epochs: SAMPLE_EPOCHS },
        ...(learningRate === undefined ? {} : { learningRate: LAST_LAYER_RATE * learningRate }),
      },
    }),
  },
  {
    id: 'shifted-sample',
    label: message('study.arm.shiftedSample'),
    detail: message('study.arm.shiftedSample.detail'),
    needs: 'sample',
    isUsual: true,
    written: ({ sample }) => ({ 'shifted sample': { shiftedData: sample } }),
  },
];

/** Options of a run that a study leaves to its arms and seeds. */
const OF_ARMS: ReadonlySet<string> = new Set([
  ...['seed', 'masking', 'maskingRate', 'shiftedData', 'shiftedWeight'],
  ...['debias', 'debiasWeight', 'debiasWords', 'debiasModel'],
]);

/** Arms whose words and sample there are, and that differ from what all arms do. */
export function availableArms(
  { policy, sample }: ArmFiles,
  { maskedExamples = 0 }: Pick<RunOptions, 'maskedExamples'>,
): readonly DebiasArm[] {
  return DEBIAS_ARMS.filter(
    ({ id, needs }) =>
      (needs === null || (needs === 'words' ? policy !== null : sample.length > 0)) &&
      (id !== MASKED_BOTH || maskedExamples === 0),
  );
}

export interface DraftedStudy extends ArmFiles {
  readonly name: string;
  /** Data, model and options that all arms share. */
  readonly run: RunFile;
  /** Ids of arms. */
  readonly arms: readonly string[];
  /** Test sets, the in-domain one first. */
  readonly tests: readonly { readonly name: string; readonly data: readonly string[] }[];
  /** Whether the sample has enough texts to choose values on. */
  readonly isChosen: boolean;
  /** List of words that are exchanged in test texts, relative to the study file; `null` without one. */
  readonly swaps: string | null;
}

/** Text of a study file that compares ways of training against the words of an audit. */
export function draftedStudyText({
  name,
  run,
  arms,
  tests,
  policy,
  sample,
  isChosen,
  swaps,
}: DraftedStudy): string {
  const chosen = availableArms({ policy, sample }, run.options).filter(({ id }) =>
    arms.includes(id),
  );
  const written = chosen.flatMap((arm) =>
    Object.entries(
      arm.written({ policy, sample, isChosen, learningRate: run.options.learningRate }),
    ),
  );
  const options = Object.fromEntries(
    Object.entries(run.options).filter(([option]) => !OF_ARMS.has(option)),
  );
  const { data, exclude, model } = run;
  const study = {
    name,
    run: parseJsonText(runFileText({ data, exclude, model, options })),
    arms: [{ name: PLAIN }, ...written.map(([arm, keys]) => ({ name: arm, ...keys }))],
    tests,
    ...(policy === null ? {} : { words: policy }),
    ...(swaps === null ? {} : { swaps }),
    ...(written.some(([, { debiasWeight }]) => debiasWeight === MASKER_CHOICE) && {
      development: { data: sample },
    }),
    seeds: DRAFTED_SEEDS,
  };
  return `${JSON.stringify(study, null, 2)}\n`;
}
