import fs from 'node:fs';
import { ENGLISH, renderMessage } from '../../src/core/messages/render.js';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OBJECTIVES } from '../../src/core/objectives/objectives.js';
import type { RunSpec, TaskOf } from '../../src/core/runs/schema.js';
import type { TrainingBatch } from '../../src/core/batches/batch.js';
import type { TrainingEngine } from '../../src/core/train/engine/engine.js';
import { createLabelledData, type GroupedExample } from '../../src/core/train/data/labelledData.js';
import { readExampleScores } from '../../src/node/runs/exampleScoreFiles.js';
import { scoreExamples, type ScoredRun } from '../../src/trainer/scoreExamples.js';
import { specOf } from '../support/syntheticRuns.js';

const TASK: TaskOf<'regression'> = { kind: 'regression', outputs: ['a'] };
/** Metrics are computed from 2,000 of these. */
const HELD_OUT = 2300;
/** Steps after which all of them are scored. */
const ENOUGH = 10_000;

function example(number: number): GroupedExample {
  return {
    ...{ file: 'ä.csv', line: number + 2, text: 'x', pair: null, words: [], group: null },
    ...{ ids: new Int32Array(3 + (number % 40)), typeIds: null, labels: [], wordTokens: [] },
    ...{ answer: { kind: 'numbers', numbers: [number] }, values: [number], isCut: false },
    windows: null,
    key: ((number * 7919) % 100_003).toString(16).padStart(16, '0'),
  };
}
const examples = (count: number): GroupedExample[] =>
  Array.from({ length: count }, (_, i) => example(i));

let folder: string;
let logged: string[];
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-scores-'));
  logged = [];
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

/** Scores a model that always predicts 0 on `HELD_OUT` held-out examples. */
async function score(changes: Partial<ScoredRun> = {}) {
  const base = specOf('a');
  const spec: RunSpec = { ...base, task: TASK, training: { ...base.training, batchSize: 8 } };
  const engine = {
    logits: ({ rowCount }: TrainingBatch) => Promise.resolve(new Float32Array(rowCount)),
  } as unknown as TrainingEngine;
  const data = createLabelledData(
    { train: examples(10), heldOut: examples(HELD_OUT), test: [] },
    { spec, objective: OBJECTIVES.regression, task: TASK, pad: 0 },
  );
  await scoreExamples(folder, {
    ...{ spec, step: 5, trainedSteps: ENOUGH, prepared: { engine, data } },
    metrics: () => ({ loss: 1 }),
    isStopRequested: () => false,
    log: (said) => logged.push(renderMessage(said, ENGLISH)),
    ...changes,
  });
  return (await readExampleScores(folder, 'heldOut'))!;
}

/** Lines that an example was read from, which names it. */
const lines = (scores: readonly { readonly line: number }[]): number[] =>
  scores.map(({ line }) => line);

describe('the scores of a finished run', () => {
  it('hold the whole split, first what the metrics are computed from', async () => {
    const { header, scores } = await score();
    expect(header).toMatchObject({ examples: HELD_OUT, evaluated: 2000, total: HELD_OUT });
    expect(header.limitedBy).toBeNull();
    expect(new Set(lines(scores)).size).toBe(HELD_OUT);
    for (const isEvaluated of [true, false]) {
      const part = scores.filter(({ evaluated }) => evaluated === isEvaluated);
      expect(part).toEqual(scores.slice(...(isEvaluated ? [0, 2000] : [2000])));
      const keys = part.map(({ key }) => key);
      expect(keys).toEqual(keys.toSorted());
    }
    for (const { line, nll, text } of scores) {
      expect(nll[0]).toBe((line - 2) ** 2);
      expect(text).toBe('x');
    }
    expect(logged).toEqual([]);
    expect(fs.readdirSync(folder)).toEqual(['heldout.jsonl']);
  });

  it('keep to a size, and say so in the first line and the log', async () => {
    const whole = await score();
    const maxBytes = 100_000;
    const { header, scores } = await score({ maxBytes });
    const size = fs.statSync(path.join(folder, 'heldout.jsonl')).size;
    expect(size).toBeLessThanOrEqual(maxBytes);
    expect(size).toBeGreaterThan(maxBytes - 400);
    expect(header).toMatchObject({ examples: scores.length, limitedBy: 'size', maxBytes });
    expect(scores).toEqual(whole.scores.slice(0, scores.length));
    expect(logged).toEqual([
      `heldout.jsonl contains ${scores.length} of 2,300 examples. Its size is limited to 100 kB.`,
    ]);
  });

  it('take a small part of the time of the run beyond what the metrics are of', async () => {
    const { header, scores } = await score({ trainedSteps: 100 });
    // 800 examples were trained on.
    expect(header).toMatchObject({ examples: 2100, limitedBy: 'time' });
    expect(scores.filter(({ evaluated }) => !evaluated)).toHaveLength(100);
    expect(logged[0]).toMatch(/^heldout\.jsonl contains 2,100 of 2,300 examples\. /);
  });

  it('end when the run is asked to stop', async () => {
    let batches = 0;
    const { header, scores } = await score({ isStopRequested: () => ++batches > 40 });
    expect(header).toMatchObject({ examples: 256, limitedBy: 'stop' });
    expect(scores).toHaveLength(256);
    expect(logged[0]).toMatch(/stopped/);
  });
});
