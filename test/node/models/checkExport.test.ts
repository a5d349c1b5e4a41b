import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckedForm } from '../../../src/core/runs/exportComparison.js';
import { dataReadingOf, selectionOf } from '../../../src/core/runs/dataSnapshot.js';
import { checkExports, formOf, type CheckData } from '../../../src/node/models/checkExport.js';
import { exportModel } from '../../../src/node/models/exportModel.js';
import { loadLabelledModel } from '../../../src/node/models/labelledModel.js';
import { readModelFolder, writeModelFolder } from '../../../src/node/models/modelFolder.js';
import { writeTinyClassifier, writeTinyModel } from '../../support/tinyModel.js';
import { ADDS_EXACTLY } from '../../support/exactProducts.js';

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-check-'));
});
afterEach(() => {
  fs.rmSync(root, { recursive: true, force: true });
});

const WORDS = 'soup bread salt fish rice tea cake plum corn bean'.split(' ');
const TEXTS = Array.from({ length: 80 }, (_, i) =>
  Array.from({ length: 6 }, (_, at) => WORDS[(i * 7 + at * at * (i % 5) + at) % WORDS.length]).join(
    ' ',
  ),
);

function dataIn(file: string): CheckData {
  const where = { workspaceFolder: root, paths: [file], exclude: [] };
  return {
    ...{ selection: selectionOf({}, where), reading: dataReadingOf({}), rate: 0.3, seed: 0 },
    signal: new AbortController().signal,
  };
}

/** A classifier, and data that it labels without an error. */
async function classifier(changes: (name: string, data: Float32Array) => void): Promise<string> {
  const folder = path.join(root, 'model');
  await writeTinyClassifier(folder, TEXTS.join(' '), {
    ...{ head: 'sequence', labels: ['left', 'right'], problemType: 'single_label_classification' },
  });
  const read = await readModelFolder(folder);
  for (const [name, { data }] of read.parameters) changes(name, data);
  await writeModelFolder(folder, { ...read, modelCard: '# Tiny\n', withoutOnnx: true });
  const model = await loadLabelledModel(folder, { threads: 1 });
  const lines: string[] = [];
  for (const text of TEXTS) {
    const prediction = await model.predict(text, null);
    if (prediction.kind !== 'labels') throw new Error('a classifier has labels');
    lines.push(JSON.stringify({ text, label: prediction.probabilities[0]!.label }));
  }
  await model.release();
  fs.writeFileSync(path.join(root, 'held-out.jsonl'), lines.join('\n'));
  return folder;
}

describe('checkExports', () => {
  it('compares metric, size and outputs of an export with float32', async () => {
    const folder = path.join(root, 'model');
    const sentences = TEXTS.map((text) => `${text.replace(' ', ', ')}.`);
    await writeTinyModel(folder, sentences.join(' '));
    fs.writeFileSync(path.join(root, 'held-out.txt'), sentences.join('\n'));
    const to = path.join(root, 'exported');
    const check = await exportModel({
      ...{ modelFolder: folder, to, format: 'onnx', precision: 'int8' },
      check: dataIn('held-out.txt'),
    });
    expect(check).not.toBeNull();
    const { reference, forms } = check!;
    const [exported] = forms as [CheckedForm];
    expect(reference).toMatchObject({ precision: 'float32', metric: 'maskedAccuracy' });
    expect(exported).toMatchObject({ precision: 'int8', metric: 'maskedAccuracy' });
    expect(exported.bytes).toBe(fs.statSync(path.join(to, 'onnx/model_int8.onnx')).size);
    const { difference, text } = exported.largestDisagreement!;
    expect(difference).toBeGreaterThan(0);
    expect(difference).toBeLessThan(0.01);
    expect(text).toMatch(/\[MASK\]/);
    expect(text).toMatch(/[,.]/);
    expect(text).not.toMatch(/ [,.]/);
    const card = fs.readFileSync(path.join(to, 'README.md'), 'utf8');
    expect(card).toMatch(/Text with the largest disagreement of int8: .*MASK/);
    expect(card).toMatch(/\| int8 \| .* MB \| .* \| masked accuracy/);
  });

  it('keeps no matrix in float32 where integers cost no point', async () => {
    const folder = await classifier(() => undefined);
    const { reference, forms } = await checkExports(
      await readModelFolder(folder),
      [{ precision: 'int8' }, { precision: 'int8', portable: true }],
      dataIn('held-out.jsonl'),
    );
    expect(reference).toMatchObject({ metric: 'accuracy', value: 1 });
    expect(forms.map(({ portable }) => portable)).toEqual([false, true]);
    for (const { value, exact } of forms) {
      expect(value).toBeGreaterThanOrEqual(0.99);
      expect(exact).toEqual([]);
    }
    const [plain, portable] = forms.map(({ largestDisagreement }) => largestDisagreement);
    expect(portable!.difference).toBeLessThan(0.1);
    if (ADDS_EXACTLY) expect(portable!.difference).toBeGreaterThan(plain!.difference);
  });

  it('keeps matrices in float32 whose inputs have an outlier, until the metric is within one point', async () => {
    // One activation of 10,000, which nothing reads, takes all 8 bits of the others.
    const folder = await classifier((name, data) => {
      if (name.endsWith('intermediate.dense.bias')) data[0] = 1e4;
      if (!/layer\.\d+\.output\.dense\.weight$/.test(name)) return;
      for (let row = 0; row < data.length; row += 64) data[row] = 0;
    });
    const model = await readModelFolder(folder);
    const { reference, forms } = await checkExports(
      model,
      [{ precision: 'int8' }],
      dataIn('held-out.jsonl'),
    );
    const [checked] = forms as [CheckedForm];
    expect(reference.value).toBe(1);
    expect(checked.value).toBeGreaterThanOrEqual(0.99);
    expect(checked.exact.length).toBeGreaterThan(0);
    expect(checked.exact.length).toBeLessThanOrEqual(4);
    for (const name of checked.exact.slice(0, 1))
      expect(name).toMatch(/\d\.output\.dense\.weight$/);
    expect(formOf(checked).exact).toEqual(new Set(checked.exact));
  });
});
