import { describe, expect, it } from 'vitest';
import type { TrainingBatch } from '../../../../src/core/batches/batch.js';
import type { EncodeOptions } from '../../../../src/core/data/examples/encodeTexts.js';
import {
  labelExample,
  numberExample,
  sequencesOf,
  taggedExample,
} from '../../../../src/core/data/examples/labelledExamples.js';
import { createMasker } from '../../../../src/core/masking/createMasker.js';
import {
  maskingPolicySchema,
  type MaskingPolicy,
} from '../../../../src/core/masking/policy/policy.js';
import type { LabelledObjective } from '../../../../src/core/objectives/objective.js';
import { OBJECTIVES } from '../../../../src/core/objectives/objectives.js';
import type { TaskOf, TaskSpec } from '../../../../src/core/runs/schema.js';
import {
  createLabelledData,
  type GroupedExample,
  type LabelledData,
} from '../../../../src/core/train/data/labelledData.js';
import { createMaskInputs, type MaskInputs } from '../../../../src/core/train/data/maskInputs.js';
import { WordMasks } from '../../../../src/core/train/data/wordMasks.js';
import { messageInEnglish } from '../../../support/inEnglish.js';
import { sampleTokenizer as tokenizer } from '../../data/sampleTokenizer.js';

const PLAIN = { labelSmoothing: 0, classWeights: null } as const;
const LABELS: TaskOf<'classification'> = {
  ...{ kind: 'classification', labels: ['bad', 'good'], multiLabel: false, loss: 'crossEntropy' },
  ...PLAIN,
};
const TAGS: TaskOf<'token-classification'> = {
  ...{ kind: 'token-classification', labels: ['O', 'B'] },
  ...PLAIN,
};
const { cls, sep, mask, pad } = tokenizer.special;
const ENCODE: EncodeOptions = {
  ...{ tokenizer, maxLength: 48, truncation: 'head', stride: null },
  withSources: true,
};
const columns = { text: 'text', pair: null, labels: ['label'] };
const known = { known: LABELS.labels, multiLabel: false };
const SENTENCE = 'the little sea is a way to see the world';

function textOf(
  number: number,
  { pair, ...encode }: Partial<EncodeOptions> & { pair?: string } = {},
): GroupedExample {
  const label = number % 2 === 0 ? 'good' : 'bad';
  const text = `${SENTENCE} ${'surprising '.repeat(number % 5)}${number}`;
  const record = { file: 'a.csv', line: number, values: { text, label, pair } };
  const named = { ...columns, pair: pair === undefined ? null : 'pair' };
  const options = { ...ENCODE, ...encode, columns: named, labelDelimiter: null };
  return { ...labelExample(record, { ...options, ...known }), group: null };
}

function taggedOf(number: number): GroupedExample {
  const text = [...SENTENCE.split(' '), String(number)];
  const values = { text, label: text.map((word) => (word === 'sea' ? 'B' : 'O')) };
  const record = { file: 'a.jsonl', line: number, values };
  const options = { ...ENCODE, columns, labelDelimiter: null };
  return { ...taggedExample(record, TAGS.labels, options), group: null };
}

const policyOf = (changes: object): MaskingPolicy =>
  maskingPolicySchema.parse({ version: 1, rate: 0, ...changes });

const TRAINING = { epochs: 2, batchSize: 4, seed: 3, accumulation: 2 };

function wordsOf(examples: readonly GroupedExample[], policy: MaskingPolicy): WordMasks {
  const words = new WordMasks(createMasker(policy, { tokenizer, statistics: null }), tokenizer);
  for (const example of examples) words.add(example);
  return words;
}

interface Masked {
  readonly maskedExamples?: number;
  readonly policy?: MaskingPolicy | null;
  readonly seed?: number;
}

function maskInputsOf(
  train: readonly GroupedExample[],
  { maskedExamples = 0, policy = null, seed = TRAINING.seed }: Masked,
): MaskInputs | null {
  const words = policy === null ? null : wordsOf(train, policy);
  return createMaskInputs({ training: { ...TRAINING, seed, maskedExamples }, mask, words });
}

function dataOf(
  train: readonly GroupedExample[],
  masked: Masked,
  {
    objective = OBJECTIVES.classification,
    task = LABELS,
  }: { objective?: LabelledObjective; task?: TaskSpec } = {},
): LabelledData {
  const spec = { training: TRAINING, data: { splitSeed: 0 } };
  const maskInputs = maskInputsOf(train, masked);
  return createLabelledData(
    { train, heldOut: train, test: train },
    {
      ...{ spec, objective, task, pad },
      maskInputs,
    },
  );
}

const texts = Array.from({ length: 22 }, (_, i) => textOf(i));
const idsIn = (batches: readonly TrainingBatch[]): number[] =>
  batches.flatMap(({ inputIds }) => [...inputIds].map(Number));
const stepsOf = (data: LabelledData): TrainingBatch[] =>
  Array.from({ length: 2 * data.stepsPerEpoch }, (_, step) => data.trainBatches(step)).flat();
const place = { epoch: 0, step: 0, batch: 0, stepsPerEpoch: 3 };

describe('masked fine-tuning', () => {
  it('masks half of each even batch, each example at a rate between 0 and 1', () => {
    const long = Array.from({ length: 8 }, (_, i) =>
      textOf(i, { truncation: 'windows', maxLength: 4096, pair: SENTENCE.repeat(40) }),
    );
    const maskInputs = maskInputsOf(long, { maskedExamples: 0.5 })!;
    const rates: number[] = [];
    for (let step = 0; step < 200; step++) {
      const found = maskInputs(long, { ...place, step }).map(({ ids }, i) => {
        const changed = ids.filter((id, at) => id !== long[i]!.ids[at]);
        expect(changed.every((id) => id === mask)).toBe(true);
        return changed.length / (ids.length - 3);
      });
      const masked = found.filter((rate) => rate > 0);
      // A rate below one token in 800 masks nothing, once in hundreds of examples.
      expect(Math.abs(masked.length - 4)).toBeLessThanOrEqual(1);
      rates.push(...masked);
    }
    expect(rates.length).toBeGreaterThan(790);
    // U[0, 1): mean 1/2 and variance 1/12, each within four standard errors.
    const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / rates.length));
    const variance = rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / rates.length;
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(4 * Math.sqrt(1 / 180 / rates.length));
  });

  it('masks an exact share in the mean, where a batch has no such part', () => {
    const three = [0, 1, 2].map((i) => textOf(i, { maxLength: 4096, pair: SENTENCE.repeat(40) }));
    const maskInputs = maskInputsOf(three, { maskedExamples: 0.5 })!;
    const counts = Array.from({ length: 400 }, (_, step) => {
      const masked = maskInputs(three, { ...place, step });
      return masked.filter((example, i) => example !== three[i]).length;
    });
    expect(new Set(counts)).toEqual(new Set([1, 2]));
    const mean = counts.reduce((a, b) => a + b, 0) / counts.length;
    expect(Math.abs(mean - 1.5)).toBeLessThan(0.1);
    const all = maskInputsOf(three, { maskedExamples: 1 })!;
    expect(all(three, place).every((example, i) => example !== three[i])).toBe(true);
  });

  it('never masks special tokens or padding, and leaves labels and attention as they are', () => {
    const plain = stepsOf(dataOf(texts, {}));
    const masked = stepsOf(dataOf(texts, { maskedExamples: 1 }));
    expect(masked).toHaveLength(plain.length);
    masked.forEach(({ inputIds, ...others }, i) => {
      const { inputIds: originals, ...same } = plain[i]!;
      expect(others).toEqual(same);
      inputIds.forEach((id, at) => {
        const original = Number(originals[at]);
        if ([cls, sep, pad].includes(original)) expect(Number(id)).toBe(original);
        else expect([original, mask]).toContain(Number(id));
      });
    });
    expect(idsIn(masked).filter((id) => id === mask).length).toBeGreaterThan(50);
  });

  it('leaves held-out and test text unmasked', () => {
    const [plain, masked] = [dataOf(texts, {}), dataOf(texts, { maskedExamples: 1 })];
    expect([...masked.heldOutBatches()]).toEqual([...plain.heldOutBatches()]);
    expect([...masked.testBatches!()]).toEqual([...plain.testBatches!()]);
    const scored = (data: LabelledData): TrainingBatch[] =>
      [...data.scored('heldOut', { further: 0 })!.blocks].flatMap(({ batches }) =>
        [...batches].map(({ batch }) => batch),
      );
    expect(scored(masked)).toEqual(scored(plain));
  });

  it('draws other masks in each epoch, and at a step the same ones in another process', () => {
    const options = { maskedExamples: 0.5, policy: policyOf({ rate: 0.3 }) };
    const [one, other] = [dataOf(texts, options), dataOf(texts, options)];
    const uninterrupted = stepsOf(one);
    const resumed = Array.from({ length: one.stepsPerEpoch + 1 }, (_, i) =>
      other.trainBatches(one.stepsPerEpoch - 1 + i),
    ).flat();
    expect(resumed).toEqual(uninterrupted.slice(-resumed.length));
    const of = (seed: number, epoch: number): readonly GroupedExample[] =>
      maskInputsOf(texts, { maskedExamples: 1, seed })!(texts, {
        ...place,
        epoch,
        step: 3 * epoch,
      });
    expect(of(3, 0)).toEqual(of(3, 0));
    expect(of(3, 1)).not.toEqual(of(3, 0));
    expect(of(4, 0)).not.toEqual(of(3, 0));
  });

  it('changes nothing in a run without it, and needs to know the tokens of the text', () => {
    expect(maskInputsOf(texts, {})).toBeNull();
    const bare = Array.from({ length: 3 }, (_, i) => ({ ...textOf(i, { withSources: false }) }));
    expect(bare[0]).not.toHaveProperty('sources');
    const masking = maskInputsOf(bare, { maskedExamples: 1 })!;
    expect(() => masking(bare, place)).toThrow(/sources/);
  });
});

describe('masks of the same text in several windows', () => {
  it('are the same, also beside a second text', () => {
    const options = { truncation: 'windows', maxLength: 16, stride: 6 } as const;
    for (const example of [textOf(4, options), textOf(4, { ...options, pair: 'the sea' })]) {
      expect(example.windows!.length).toBeGreaterThan(1);
      const maskInputs = maskInputsOf([example], {
        maskedExamples: 1,
        policy: policyOf({ rate: 0.2 }),
      })!;
      for (let step = 0; step < 20; step++) {
        const [masked] = maskInputs([example], { ...place, step });
        const seen = new Map<number, number>();
        for (const { ids, sources } of sequencesOf(masked!)) {
          expect([ids[0], ids.at(-1)]).toEqual([cls, sep]);
          ids.forEach((id, at) => {
            const source = sources![at]!;
            if (source === -1) return;
            expect(seen.get(source) ?? id).toBe(id);
            seen.set(source, id);
          });
        }
      }
    }
  });

  it('weighs texts as without masks', () => {
    const long = [0, 1, 2, 3, 4].map((i) => textOf(i, { truncation: 'windows', maxLength: 16 }));
    const bare = (batch: TrainingBatch): object => ({ ...batch, inputIds: null });
    const [plain, masked] = [dataOf(long, {}), dataOf(long, { maskedExamples: 1 })];
    expect(stepsOf(masked).map(bare)).toEqual(stepsOf(plain).map(bare));
  });
});

describe('words masked by a policy', () => {
  const toMask = { mask: 1, random: 0, keep: 0 };
  const sea = policyOf({ replace: toMask, rules: [{ name: 'sea', words: ['sea', 'surprising'] }] });
  const idsOf = (text: string): number[] => [...tokenizer.encode(text).ids];
  const isIn = (part: readonly number[], all: readonly number[]): boolean =>
    all.some((_, i) => part.every((id, j) => all[i + j] === id));

  it('are masked with all their pieces, and no other word is', () => {
    const example = textOf(3);
    expect(idsOf('surprising').length).toBeGreaterThan(1);
    const [masked] = maskInputsOf([example], { policy: sea })!([example], place);
    const expected = idsOf(example.text.replaceAll(/sea|surprising/g, '×')).length;
    expect(expected).toBeGreaterThan(0);
    const pieces = idsOf('sea').length + 3 * idsOf('surprising').length;
    expect(masked!.ids.filter((id) => id === mask)).toHaveLength(pieces);
    expect(isIn(idsOf('sea'), [...masked!.ids])).toBe(false);
    expect(isIn(idsOf('the little'), [...masked!.ids])).toBe(true);
    expect(masked!.ids).toHaveLength(example.ids.length);
  });

  it('are masked in both texts of a pair, and where a text is cut in its middle', () => {
    const pair = textOf(0, { pair: 'see the sea' });
    const [masked] = maskInputsOf([pair], { policy: sea })!([pair], place);
    expect(masked!.ids.filter((id) => id === mask)).toHaveLength(2 * idsOf('sea').length);
    const cut = textOf(4, { truncation: 'head-tail', maxLength: 16 });
    const [short] = maskInputsOf([cut], { policy: sea })!([cut], place);
    expect(cut.isCut).toBe(true);
    const kept = cut.ids.filter((_, i) => short!.ids[i] === mask);
    const pieces = new Set([...idsOf('sea'), ...idsOf('surprising')]);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.every((id) => pieces.has(id))).toBe(true);
    expect([...short!.ids].some((id) => pieces.has(id))).toBe(false);
  });

  it('keep their tags and numbers', () => {
    const tagged = Array.from({ length: 6 }, (_, i) => taggedOf(i));
    const tagging = { objective: OBJECTIVES['token-classification'], task: TAGS } as never;
    const plain = dataOf(tagged, {}, tagging).trainBatches(0);
    const masked = dataOf(tagged, { policy: sea, maskedExamples: 0.5 }, tagging).trainBatches(0);
    expect(masked.map(({ labels, positions }) => [labels, positions])).toEqual(
      plain.map(({ labels, positions }) => [labels, positions]),
    );
    expect(idsIn(masked)).toContain(mask);
    const numbered = [1, 2, 3].map((n): GroupedExample => {
      const record = { file: 'a.csv', line: n, values: { text: SENTENCE, label: String(n) } };
      const options = { ...ENCODE, columns, labelDelimiter: null };
      return { ...numberExample(record, options), group: null };
    });
    const task = { kind: 'regression', outputs: ['label'] } as const;
    const regression = { objective: OBJECTIVES.regression, task } as never;
    const [batch] = dataOf(numbered, { policy: sea }, regression).trainBatches(0);
    expect([...batch!.values!].sort()).toEqual([1, 2, 3]);
    expect(idsIn([batch!]).filter((id) => id === mask)).toHaveLength(3 * idsOf('sea').length);
  });

  it('include unknown words, which masked language modeling does not predict', () => {
    const record = { file: 'a.csv', line: 1, values: { text: 'the 鯨 sea', label: 'good' } };
    const options = { ...ENCODE, columns, labelDelimiter: null };
    const example = { ...labelExample(record, { ...options, ...known }), group: null };
    expect([...example.ids]).toContain(tokenizer.special.unknown);
    const policy = policyOf({ replace: toMask, rules: [{ name: 'whale', words: ['鯨'] }] });
    const [masked] = maskInputsOf([example], { policy })!([example], place);
    expect([...masked!.ids]).not.toContain(tokenizer.special.unknown);
    expect([...masked!.ids]).toContain(mask);
  });

  it('are drawn anew in each epoch unless the policy is static, by its replacements', () => {
    const half = { rules: [{ name: 'all', pattern: '[a-z]+', rate: 0.5 }] };
    const at = (policy: MaskingPolicy, epoch: number): readonly GroupedExample[] =>
      maskInputsOf(texts, { policy })!(texts, { ...place, epoch });
    expect(at(policyOf(half), 0)).toEqual(at(policyOf(half), 0));
    expect(at(policyOf(half), 1)).not.toEqual(at(policyOf(half), 0));
    const fixed = policyOf({ ...half, dynamic: false });
    expect(at(fixed, 1)).toEqual(at(fixed, 0));
    const kept = policyOf({ ...half, replace: { mask: 0, random: 0, keep: 1 } });
    expect(at(kept, 0)).toEqual(texts);
    const others = at(policyOf({ ...half, replace: { mask: 0, random: 1, keep: 0 } }), 0);
    expect(others).not.toEqual(texts);
    expect(others.flatMap(({ ids }) => [...ids])).not.toContain(mask);
  });

  it('are at the rate that the schedule has at the step, and may be none', () => {
    const policy = policyOf({ replace: toMask, schedule: { from: 0, to: 0.9 } });
    const maskInputs = maskInputsOf(texts, { policy })!;
    const masked = (step: number): number =>
      maskInputs(texts, { ...place, step })
        .flatMap(({ ids }) => [...ids])
        .filter((id) => id === mask).length;
    expect(masked(0)).toBe(0);
    expect(masked(5)).toBeGreaterThan(4 * masked(1));
  });

  it('are reported with their share, and with the rules that match nothing', () => {
    const { masked, warnings } = wordsOf(texts, sea).report(0);
    expect(messageInEnglish(masked!)).toMatch(/^[\d.]+% of the tokens \(sea [\d.]+%\)$/);
    expect(warnings).toEqual([]);
    const nothing = policyOf({ rules: [{ name: 'ship', words: ['ship'] }] });
    const report = wordsOf(texts, nothing).report(0);
    expect(report.masked).toBeNull();
    expect(report.warnings.map(messageInEnglish).join(' ')).toMatch(
      /"ship" matches nothing.*masks nothing in the training texts/,
    );
  });
});
