import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  checkByGradients,
  gaussLegendre,
  integrateGradients,
} from '../../../src/core/audit/integratedGradients.js';
import {
  highest,
  labelEvidence,
  occludeTexts,
  scoreVersions,
  placesOf,
} from '../../../src/core/audit/occlusion.js';
import type { AuditedModel } from '../../../src/core/audit/occlusion.js';
import { InputGradients } from '../../../src/core/models/inputGradients.js';
import { readModelFolder } from '../../../src/node/models/modelFolder.js';
import { loadLabelledModel, type LabelledModel } from '../../../src/node/models/labelledModel.js';
import { createOnnxRuntime } from '../../../src/node/runtime/onnxRuntime.js';
import { writeTinyClassifier } from '../../support/tinyModel.js';

describe('Gauss–Legendre quadrature on [0, 1]', () => {
  it.each([1, 2, 5, 16, 64])('with %d points is exact for polynomials of degree 2n − 1', (n) => {
    const { nodes, weights } = gaussLegendre(n);
    for (const degree of [0, 1, n, 2 * n - 1]) {
      const integral = nodes.reduce((sum, x, i) => sum + weights[i]! * x ** degree, 0);
      expect(integral).toBeCloseTo(1 / (degree + 1), 12);
    }
  });
});

describe('integrated gradients', () => {
  const TEXT = 'the captain sailed across the sea and saw the waves of the water';
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-integrated-'));
  const loaded: { model: LabelledModel; gradients: InputGradients; audited: AuditedModel }[] = [];

  beforeAll(async () => {
    for (const labels of [
      ['good', 'bad'],
      ['good', 'bad', 'neither'],
    ]) {
      const own = path.join(folder, String(labels.length));
      await writeTinyClassifier(own, TEXT, {
        ...{ head: 'sequence', labels, problemType: 'single_label_classification' },
      });
      const model = await loadLabelledModel(own, { threads: 1 });
      const read = await readModelFolder(own);
      const gradients = await InputGradients.of({
        ...{ model: read.model, parameters: read.parameters, threads: 1 },
        runtime: createOnnxRuntime(),
      });
      const { tokenizer, apply, maxLength, truncation, stride } = model;
      const audited = {
        ...{ tokenizer, labels, apply, maxLength, truncation, stride },
        logitsOf: (sequences: Parameters<AuditedModel['logitsOf']>[0]) =>
          model.sequenceLogits(sequences),
      };
      loaded.push({ model, gradients, audited });
    }
  });

  afterAll(async () => {
    for (const { model, gradients } of loaded) {
      await gradients.release();
      await model.release();
    }
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it.each([0, 1])('sum to what the words change together, model %d', async (which) => {
    const { gradients, audited } = loaded[which]!;
    const [occluded] = await occludeTexts(audited, [{ text: TEXT, pair: null }]);
    const integrated = (await integrateGradients(audited, gradients, occluded!))!;
    const [scored] = await scoreVersions(audited, [
      { text: occluded!, versions: [placesOf(occluded!.words)] },
    ]);
    const label = highest(scored!.logits);
    const change =
      labelEvidence(scored!.logits, 'softmax')[label]! -
      labelEvidence(scored!.masked[0]!, 'softmax')[label]!;
    const sum = integrated.words.reduce((total, value) => total + value, 0);
    expect(integrated.label).toBe(label);
    expect(integrated.isConverged).toBe(true);
    expect(Math.abs(sum - change)).toBeLessThanOrEqual(Math.max(0.02 * Math.abs(change), 0.02));
    expect(sum - change).toBeCloseTo(integrated.error, 4);
    const check = await checkByGradients(audited, gradients, [occluded!]);
    expect(check).toMatchObject({ texts: 1, unconverged: 0 });
    const relative = Math.abs(integrated.error) / Math.max(1, Math.abs(change));
    expect(check.error!.mean).toBeCloseTo(relative, 4);
    expect(check.error!.largest).toBe(check.error!.mean);
    expect(check.error!.largest).toBeLessThanOrEqual(0.02);
    expect(new Set(integrated.words.map((value) => value.toFixed(6))).size).toBeGreaterThan(3);
  });
});
