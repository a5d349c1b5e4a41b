import { describe, expect, it } from 'vitest';
import type { TrainingBatch } from '../../../../src/core/batches/batch.js';
import { pooledLogits } from '../../../../src/core/batches/batch.js';
import type { EncodeOptions } from '../../../../src/core/data/examples/encodeTexts.js';
import {
  labelExample,
  taggedExample,
} from '../../../../src/core/data/examples/labelledExamples.js';
import { OBJECTIVES } from '../../../../src/core/objectives/objectives.js';
import type { TaskOf } from '../../../../src/core/runs/schema.js';
import {
  createLabelledData,
  type GroupedExample,
} from '../../../../src/core/train/data/labelledData.js';
import { evaluate } from '../../../../src/core/train/evaluation/metricSums.js';
import { lossSumOf, targetsOf } from '../../../../src/core/batches/losses.js';
import { sampleTokenizer as tokenizer } from '../../data/sampleTokenizer.js';

const PLAIN = { labelSmoothing: 0, classWeights: null } as const;
const LABELS: TaskOf<'classification'> = {
  ...{ kind: 'classification', labels: ['bad', 'good'], multiLabel: false, loss: 'crossEntropy' },
  ...PLAIN,
};
const TAGS: TaskOf<'token-classification'> = {
  ...{ kind: 'token-classification', labels: ['the', 'whale'] },
  ...PLAIN,
};
const ENCODE: EncodeOptions = { tokenizer, maxLength: 10, truncation: 'windows', stride: 3 };
const columns = { text: 'text', pair: null, labels: ['label'] };
const spec = { training: { batchSize: 3, accumulation: 2, seed: 1 }, data: { splitSeed: 0 } };
const pad = tokenizer.special.pad;

const words = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => (i % 3 === 0 ? 'the' : 'whale'));

function textOf(count: number): GroupedExample {
  const label = count % 2 === 0 ? 'good' : 'bad';
  const record = { file: 'a.csv', line: count, values: { text: words(count).join(' '), label } };
  const options = { ...ENCODE, columns, labelDelimiter: null };
  const labels = { known: LABELS.labels, multiLabel: false };
  return { ...labelExample(record, { ...options, ...labels }), group: null };
}

function tagsOf(count: number): GroupedExample {
  const values = { text: words(count), label: words(count) };
  const record = { file: 'a.jsonl', line: count, values };
  const options = { ...ENCODE, columns, labelDelimiter: null };
  return { ...taggedExample(record, TAGS.labels, options), group: null };
}

/** A model whose logits are the number of tokens `the` in a row's sequence, and zero. */
const the = BigInt(tokenizer.encode('the').ids[0]!);
const counting = async (batch: TrainingBatch): Promise<Float32Array> => {
  if (batch.windows) return pooledLogits(batch.windows, counting);
  const { inputIds, length } = batch;
  return Float32Array.from({ length: 2 * batch.rowCount }, (_, i) => {
    if (i % 2 === 1) return 0;
    const row = inputIds.subarray((i / 2) * length, (i / 2 + 1) * length);
    return row.filter((id) => id === the).length;
  });
};

describe('texts in windows', () => {
  const texts = [4, 40, 7, 25, 60, 5, 33].map(textOf);
  const options = { objective: OBJECTIVES.classification, task: LABELS, pad };
  const data = createLabelledData(
    { train: texts, heldOut: texts, test: texts },
    { spec, ...options },
  );

  it('keeps every token of a long text, and of a short one a single sequence', () => {
    for (const { windows, isCut, ids } of texts) {
      expect(isCut).toBe(false);
      if (ids.length <= 10) expect(windows).toBeNull();
      else expect(windows!.every((window) => window.ids.length === 10)).toBe(true);
    }
    const tokens = tokenizer.encode(texts[1]!.text).ids.length;
    expect(texts[1]!.windows).toHaveLength(Math.ceil((tokens - 8) / 5) + 1);
  });

  it('trains all windows of a text in one step, where the text counts once', () => {
    const rows = [0, 1].map((step) =>
      data
        .trainBatches(step)
        .flatMap(({ exampleWeights, weights, batchSize }) => {
          expect(batchSize).toBeLessThanOrEqual(3);
          return Array.from(exampleWeights ?? weights);
        })
        .reduce((sum, weight) => sum + weight, 0),
    );
    expect(data.stepsPerEpoch).toBe(2);
    expect(rows[0]! + rows[1]!).toBeCloseTo(texts.length, 5);
    for (const row of rows) expect(row).toBeCloseTo(Math.round(row), 5);
  });

  it('pads no row beyond the longest sequence', () => {
    const lengths = [...data.heldOutBatches()].flatMap(
      ({ windows, length }) => windows?.batches.map((batch) => batch.length) ?? [length],
    );
    expect(Math.max(...lengths, ...data.trainBatches(0).map(({ length }) => length))).toBe(10);
  });

  it('is evaluated per text by the mean of the logits of the windows', async () => {
    const expected = texts.map(({ ids, windows }) => {
      const counts = (windows ?? [{ ids }]).map(
        (window) => window.ids.filter((id) => BigInt(id) === the).length,
      );
      return counts.reduce((a, b) => a + b, 0) / counts.length;
    });
    const seen: number[] = [];
    const engine = {
      evaluate: async (batch: TrainingBatch) => {
        const logits = await counting(batch);
        for (let i = 0; i < logits.length; i += 2) seen.push(logits[i]!);
        const loss = { kind: 'crossEntropy', ...PLAIN } as const;
        const lossSum = lossSumOf(logits, targetsOf(batch, loss, 2), 'crossEntropy');
        return { lossSum, correct: 0, count: batch.rowCount, logits };
      },
    };
    const { accuracy } = await evaluate(engine, data.heldOutBatches(), LABELS);
    expect(seen.map((value) => value.toFixed(4)).sort()).toEqual(
      expected.map((value) => value.toFixed(4)).sort(),
    );
    // All are predicted to be bad.
    expect(accuracy).toBeCloseTo(texts.filter(({ labels }) => labels[0] === 0).length / 7, 5);
  });

  it('has one score per text', async () => {
    const found: string[] = [];
    for (const { batches } of data.scored('test', { further: 0 })!.blocks) {
      for (const { batch, read } of batches) {
        for (const { line, nll } of read(await counting(batch))) {
          expect(nll).toHaveLength(1);
          found.push(String(line));
        }
      }
    }
    expect(found.sort()).toEqual(texts.map(({ line }) => String(line)).sort());
  });
});

describe('words in windows', () => {
  const texts = [4, 40, 25].map(tagsOf);
  const options = { objective: OBJECTIVES['token-classification'], task: TAGS, pad };
  const data = createLabelledData({ train: texts, heldOut: texts, test: [] }, { spec, ...options });

  it('answers each word in exactly one window', () => {
    for (const { windows, words: all } of texts) {
      if (windows === null) continue;
      const answers = all.map((_, i) => windows.filter((one) => one.wordTokens[i] !== -1).length);
      expect(new Set(answers)).toEqual(new Set([1]));
    }
    const labelled = data.trainBatches(0).map(({ weights, exampleWeights, positions, length }) =>
      Array.from(weights).filter((weight, row) => {
        const example = exampleWeights?.[Math.floor(Number(positions![row]) / length)] ?? 1;
        return weight * example > 0;
      }),
    );
    expect(labelled.flat()).toHaveLength(4 + 40 + 25);
  });

  it('puts the logits of the windows into the order of the words', async () => {
    // A model that knows each word: its logits are those of the token itself.
    const knowing = async (batch: TrainingBatch): Promise<Float32Array> => {
      if (batch.windows) return pooledLogits(batch.windows, knowing);
      const { positions, inputIds } = batch;
      const rows = Array.from(positions!, (position) => inputIds[Number(position)] === the);
      return Float32Array.from(rows.flatMap((isThe) => (isThe ? [9, -9] : [-9, 9])));
    };
    let tagged = 0;
    for (const { batches } of data.scored('heldOut', { further: 0 })!.blocks) {
      for (const { batch, read } of batches) {
        for (const { scored } of read(await knowing(batch))) {
          if (scored.kind !== 'answer' || scored.answer.kind !== 'tags') throw new RangeError();
          for (const { expected, predicted } of scored.answer.words) {
            expect(predicted).toBe(expected);
            tagged++;
          }
        }
      }
    }
    expect(tagged).toBe(4 + 40 + 25);
  });
});
