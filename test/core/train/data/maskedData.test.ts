import { message } from '../../../../src/core/messages/message.js';
import { ENGLISH, renderMessage } from '../../../../src/core/messages/render.js';
import { describe, expect, it } from 'vitest';
import { chunkDocument } from '../../../../src/core/data/examples/chunk.js';
import {
  ExampleStoreBuilder,
  ExampleSubset,
  MemoryBytes,
  SHORT_KEY,
  type ExampleStore,
} from '../../../../src/core/data/examples/exampleStore.js';
import { marksOf } from '../../../../src/core/masking/planning/tokenUnits.js';
import { createMasker } from '../../../../src/core/masking/createMasker.js';
import {
  maskingPolicySchema,
  type MaskingPolicy,
} from '../../../../src/core/masking/policy/policy.js';
import type { RunSpec } from '../../../../src/core/runs/schema.js';
import type { TrainingBatch } from '../../../../src/core/batches/batch.js';
import type { TrainingData } from '../../../../src/core/train/data/trainingData.js';
import type { ExampleScore } from '../../../../src/core/runs/exampleScores.js';
import type { ScorableData } from '../../../../src/core/train/data/scoredData.js';
import { createMaskedData } from '../../../../src/core/train/data/maskedData.js';
import { RuleCoverage, summarizeMasking } from '../../../../src/core/train/data/maskingReport.js';
import { SAMPLE_PROSE, sampleTokenizer as tokenizer } from '../../data/sampleTokenizer.js';

const policyOf = (changes: object): MaskingPolicy =>
  maskingPolicySchema.parse({ version: 1, ...changes });

function storeOf(policy: MaskingPolicy): ExampleStore {
  const masker = createMasker(policy, { tokenizer, statistics: null });
  const store = new ExampleStoreBuilder(new MemoryBytes(), tokenizer);
  for (let i = 0; i < 8; i++) {
    const document = { file: 'a.txt', text: `${'the sea '.repeat(i)}${SAMPLE_PROSE}` };
    for (const example of chunkDocument(tokenizer, document, { maxLength: 32 })) {
      const text = document.text.slice(example.start, example.end);
      const marks = marksOf(masker.annotate(text, example), example.ids, tokenizer);
      store.add({ ids: example.ids, marks, key: example.key.slice(0, SHORT_KEY) });
    }
  }
  return store;
}

const range = (from: number, to: number): Uint32Array =>
  Uint32Array.from({ length: to - from }, (_, i) => from + i);

function dataOf(changes: object, batchSize = 4): ScorableData {
  const policy = policyOf(changes);
  const store = storeOf(policy);
  const training = { batchSize, accumulation: 1, seed: 1, epochs: 2 };
  const spec = { training, data: { splitSeed: 0 } } as unknown as RunSpec;
  const masker = createMasker(policy, { tokenizer, statistics: null });
  const part = (from: number, to: number): ExampleSubset =>
    new ExampleSubset(store, range(from, to));
  const split = { train: part(0, 40), heldOut: part(40, 50), test: part(50, 56) };
  return createMaskedData(split, {
    ...{ spec, tokenizer, masker },
    originOf: () => ({ file: 'a.txt', line: 1, group: null }),
  });
}

/** Masked inputs by their original sequences, sorted by the latter. */
function seenIn(batches: Iterable<TrainingBatch>): Map<string, string> {
  const seen = new Map<string, string>();
  for (const {
    inputIds,
    attentionMask,
    length,
    batchSize,
    positions,
    labels,
    weights,
  } of batches) {
    const original = inputIds.slice();
    positions!.forEach((position, i) => {
      if (weights[i] === 1) original[Number(position)] = labels[i]!;
    });
    for (let row = 0; row < batchSize; row++) {
      const isToken = (_: bigint, i: number): boolean => attentionMask[row * length + i] === 1n;
      const rowOf = (ids: BigInt64Array): string =>
        ids
          .slice(row * length, (row + 1) * length)
          .filter(isToken)
          .join(' ');
      seen.set(rowOf(original), rowOf(inputIds));
    }
  }
  return new Map([...seen].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function epoch(data: TrainingData, number: number): TrainingBatch[] {
  return Array.from({ length: data.stepsPerEpoch }, (_, step) =>
    data.trainBatches(number * data.stepsPerEpoch + step),
  ).flat();
}

const shareMasked = (batches: readonly TrainingBatch[]): number => {
  const sum = (of: (batch: TrainingBatch) => number): number =>
    batches.reduce((total, batch) => total + of(batch), 0);
  return (
    sum(({ weights }) => weights.reduce((a, b) => a + b)) / sum(({ tokenCount }) => tokenCount)
  );
};

describe('createMaskedData', () => {
  it('masks a sequence in the same way whatever batch it is in', () => {
    const [small, large] = [dataOf({}, 1), dataOf({}, 16)];
    expect(seenIn(epoch(small, 0))).toEqual(seenIn(epoch(large, 0)));
    expect(seenIn(small.heldOutBatches())).toEqual(seenIn(large.heldOutBatches()));
    expect(seenIn(small.testBatches!()).size).toBe(6);
  });

  it('masks anew each epoch, or always in the same way where the policy is static', () => {
    const dynamic = dataOf({ dynamic: true });
    expect(seenIn(epoch(dynamic, 0))).not.toEqual(seenIn(epoch(dynamic, 1)));
    expect(seenIn(dynamic.heldOutBatches())).toEqual(seenIn(dataOf({}).heldOutBatches()));
    const fixed = dataOf({ dynamic: false });
    expect(seenIn(epoch(fixed, 0))).toEqual(seenIn(epoch(fixed, 1)));
  });

  it('moves the rate along the schedule, from the first step to the last', () => {
    const data = dataOf({ schedule: { from: 0.05, to: 0.85 } });
    const steps = 2 * data.stepsPerEpoch;
    const shares = Array.from({ length: steps }, (_, step) => shareMasked(data.trainBatches(step)));
    expect(shares[0]).toBeLessThan(0.12);
    expect(shares.at(-1)).toBeGreaterThan(0.7);
    expect(shares[steps >> 1]).toBeGreaterThan(0.35);
    expect(shares[steps >> 1]).toBeLessThan(0.55);
    // A step is the same whatever was asked before it.
    expect(seenIn(data.trainBatches(3))).toEqual(
      seenIn(dataOf({ schedule: { from: 0.05, to: 0.85 } }).trainBatches(3)),
    );
  });
});

describe('the report of masking', () => {
  const rules = [
    { name: 'sea words', words: ['sea', 'sail'], rate: 1 },
    { name: 'idle', words: ['zebra'] },
    { name: 'off', words: ['giraffe'], rate: 0 },
  ];

  it('names what rules mask, and warns of one that matches nothing', () => {
    const policy = policyOf({ rate: 0.1, rules });
    const store = storeOf(policy);
    const masker = createMasker(policy, { tokenizer, statistics: null });
    const coverage = new RuleCoverage(policy);
    for (let i = 0; i < store.length; i++) coverage.add(store.get(i).marks);
    expect(coverage.warnings(store.length)).toEqual([
      message('training.ruleMatchesNothing', { rule: 'idle' }),
    ]);
    const { masked, warnings } = summarizeMasking(store, masker, { tokenizer, seed: 1 });
    expect(renderMessage(masked, ENGLISH)).toMatch(
      /^[\d.]+% of the tokens \(sea words [\d.]+% and at random [\d.]+%\)$/,
    );
    expect(warnings).toEqual([]);
  });

  const readTokens = (
    data: ScorableData,
    columns: number,
  ): Extract<ExampleScore['scored'], { kind: 'maskedTokens' }>['tokens'] => {
    const tokens = [];
    for (const { batches } of data.scored('heldOut', { further: 0 })!.blocks) {
      for (const { batch, read } of batches) {
        const logits = new Float32Array(batch.rowCount * columns);
        for (let row = 0; row < batch.rowCount; row++) logits[(row + 1) * columns - 1] = 1;
        for (const { scored } of read(logits)) {
          if (scored.kind !== 'maskedTokens') throw new Error(scored.kind);
          tokens.push(...scored.tokens);
        }
      }
    }
    return tokens;
  };

  it('scores a prediction that is an id beyond the tokenizer', () => {
    const columns = tokenizer.vocabularySize + 3;
    const tokens = readTokens(dataOf({}), columns);
    expect(tokens.length).toBeGreaterThan(0);
    for (const { predicted, rule } of tokens) {
      expect(predicted).toEqual({ id: columns - 1, token: '' });
      expect(rule).toBeUndefined();
    }
  });

  it('scores with the name of the rule that masked a token', () => {
    const everyWord = [{ name: 'words', pattern: '[a-z]+', rate: 1 }];
    const tokens = readTokens(dataOf({ rules: everyWord, rate: 0.5 }), tokenizer.vocabularySize);
    expect(tokens.some(({ rule }) => rule === 'words')).toBe(true);
  });

  it('leaves out what nothing of may be masked, and warns where almost nothing is', () => {
    const policy = policyOf({ rate: 0, rules: [{ name: 'one', words: ['Ishmael'] }] });
    const store = storeOf(policy);
    const masker = createMasker(policy, { tokenizer, statistics: null });
    const coverage = new RuleCoverage(policy);
    const useful = Array.from(range(0, store.length)).filter((i) =>
      coverage.add(store.get(i).marks),
    );
    expect(useful.length).toBeGreaterThan(0);
    expect(useful.length).toBeLessThan(store.length);
    expect(coverage.warnings(useful.length)).toEqual([
      message('training.sequencesSkipped', {
        count: store.length - useful.length,
        total: store.length,
      }),
    ]);
    const rare = policyOf({ rate: 0.001 });
    const few = createMasker(rare, { tokenizer, statistics: null });
    const long = new ExampleStoreBuilder(new MemoryBytes(), tokenizer);
    const text = SAMPLE_PROSE.repeat(20);
    for (const example of chunkDocument(tokenizer, { file: 'a', text }, { maxLength: 600 })) {
      const stretch = text.slice(example.start, example.end);
      const marks = marksOf(few.annotate(stretch, example), example.ids, tokenizer);
      long.add({ ids: example.ids, marks, key: example.key.slice(0, SHORT_KEY) });
    }
    expect(masker.policy.rate).toBe(0);
    const { warnings } = summarizeMasking(long, few, { tokenizer, seed: 1 });
    expect(warnings).toMatchObject([{ id: 'training.fewTokensMasked' }]);
  });
});
