import { sequencesOf, type LabelledExample } from '../../data/examples/labelledExamples.js';
import { drawKeys, rateAt } from '../../masking/planning/rateSchedule.js';
import { randomStream, shuffled } from '../../random.js';
import type { TrainingSpec } from '../../runs/schema.js';
import { totalStepsOf } from './trainingData.js';
import type { InputOf, WordMasks } from './wordMasks.js';

/** Place of a batch in the training of a run. */
export interface BatchPlace {
  readonly epoch: number;
  /** Optimizer steps that were completed before this one. */
  readonly step: number;
  /** Position among the batches of its step. */
  readonly batch: number;
  readonly stepsPerEpoch: number;
}

/**
 * Masks the texts of a training batch, for the model to see instead of the originals. Labels, lengths
 * and token types stay. The same place always gives the same masks, so a resumed run continues with
 * those of an uninterrupted one.
 */
export type MaskInputs = <E extends LabelledExample>(
  examples: readonly E[],
  place: BatchPlace,
) => readonly E[];

export interface MaskInputsOptions {
  readonly training: Pick<TrainingSpec, 'epochs' | 'seed' | 'maskedExamples'>;
  /** Id of the mask token. */
  readonly mask: number;
  /** Masks of a policy; `null` without one. */
  readonly words: WordMasks | null;
}

/**
 * Masks of the texts of labelled examples in training: first those of the policy, then those of masked
 * fine-tuning. `null` if the run masks nothing. Examples need the `sources` of their tokens.
 */
export function createMaskInputs({ training, mask, words }: MaskInputsOptions): MaskInputs | null {
  const { seed, maskedExamples } = training;
  if (words === null && maskedExamples === 0) return null;
  return (examples, place) => {
    const { epoch, step, batch, stepsPerEpoch } = place;
    let masked = examples;
    if (words !== null) {
      const { policy } = words;
      const progress = step / Math.max(1, totalStepsOf({ training }, stepsPerEpoch) - 1);
      const drawn = { draw: drawKeys(policy, { seed, epoch }), rate: rateAt(policy, progress) };
      masked = examples.map((example) => {
        const inputOf = words.inputsOf(example, drawn);
        return inputOf === null ? example : withInputs(example, inputOf);
      });
    }
    if (maskedExamples === 0) return masked;
    const random = randomStream('masked-examples', seed, step, batch);
    return maskAtRandom(masked, { share: maskedExamples, mask, random });
  };
}

/**
 * Masked fine-tuning (Madsen et al. 2024, arXiv:2310.07819), which makes texts with any tokens masked
 * in-distribution: in each batch, a share of the examples is masked (half in the paper), each at
 * another ratio, drawn from U[0, 1). Each token is masked with the probability of that ratio,
 * independently of the others of its word, as in the paper; the special tokens around texts and
 * padding never are. Of n examples n · `share` are masked; a fraction is rounded up with the
 * probability that makes the mean exact. Unlike in the paper, where half of the held-out texts that
 * choose the best model are masked, too, evaluations have no masks.
 */
function maskAtRandom<E extends LabelledExample>(
  examples: readonly E[],
  {
    share,
    mask,
    random,
  }: { readonly share: number; readonly mask: number; readonly random: () => number },
): readonly E[] {
  const count = Math.floor(examples.length * share + random());
  const chosen = new Set(shuffled([...examples.keys()], random).slice(0, count));
  return examples.map((example, i) => {
    if (!chosen.has(i)) return example;
    const ratio = random();
    // Windows that share tokens of a text mask the same ones.
    const isMasked = Array.from({ length: tokenCountOf(example) }, () => random() < ratio);
    return withInputs(example, (id, source) => (isMasked[source] === true ? mask : id));
  });
}

/** Tokens of the texts of an example, up to the last one that is in a sequence. */
function tokenCountOf(example: LabelledExample): number {
  let last = -1;
  for (const { sources } of sequencesOf(example)) {
    for (const source of sources ?? []) last = Math.max(last, source);
  }
  return last + 1;
}

/** An example with other tokens in its texts. */
export function withInputs<E extends LabelledExample>(example: E, inputOf: InputOf): E {
  const replaced = <S extends Pick<LabelledExample, 'ids' | 'sources'>>(sequence: S): S => {
    const { ids, sources } = sequence;
    if (sources === undefined) throw new RangeError('masks need the sources of tokens');
    return {
      ...sequence,
      ids: ids.map((id, i) => (sources[i] === -1 ? id : inputOf(id, sources[i]!))),
    };
  };
  return example.windows === null
    ? replaced(example)
    : { ...example, windows: example.windows.map(replaced) };
}
