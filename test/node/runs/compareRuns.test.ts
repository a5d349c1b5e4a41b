import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.js';
import { comparisonRows, signatureOf } from '../../../src/core/experiments/comparisonTable.js';
import { ENGLISH } from '../../../src/core/messages/render.js';
import type { RunSpec } from '../../../src/core/runs/schema.js';
import { compareRuns, findGroups } from '../../../src/node/runs/compareRuns.js';
import { ScoreFile } from '../../../src/node/runs/exampleScoreFiles.js';
import { initialRunState } from '../../../src/node/runs/runState.js';
import { RunWriter } from '../../../src/node/runs/runWriter.js';
import { specOf } from '../../support/syntheticRuns.js';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-compare-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

interface StoredRun {
  readonly name: string;
  readonly seed: number;
  readonly perplexity: number;
  readonly rate?: number;
  readonly learningRate?: number;
  readonly isFinished?: boolean;
  readonly experiment?: string;
}

let count = 0;

function store({
  name,
  seed,
  perplexity,
  rate = 0.15,
  learningRate = 1e-3,
  isFinished = true,
  experiment = 'default',
}: StoredRun): string {
  const spec = specOf(name);
  const id = `20261128-${String(count++).padStart(6, '0')}-${name}`;
  const changed: RunSpec = {
    ...spec,
    id,
    experiment,
    masking: { ...spec.masking!, rate },
    optimizer: { ...spec.optimizer, learningRate },
    training: { ...spec.training, seed },
  };
  const directory = path.join(folder, id);
  fs.mkdirSync(directory);
  fs.writeFileSync(path.join(directory, 'run.json'), JSON.stringify(changed));
  const latest = { loss: Math.log(perplexity), perplexity };
  new RunWriter(directory, initialRunState()).update({
    status: isFinished ? 'finished' : 'stopped',
    latest,
  });
  return directory;
}

/** Scores of one masked word per sentence. */
function storeScores(directory: string, tokens: readonly number[], nll: number): void {
  const file = new ScoreFile(directory, {
    version: 1,
    split: 'heldOut',
    task: 'masked-lm',
    outputs: [],
    step: 1,
    evaluated: tokens.length,
    total: tokens.length,
    maxBytes: 1e6,
  });
  file.add(
    tokens.map((id, i) => ({
      key: `key ${i}`,
      evaluated: true,
      file: 'a.txt',
      line: i + 1,
      group: null,
      nll: [nll],
      scored: {
        kind: 'maskedTokens' as const,
        tokens: [{ index: 0, original: { id, token: 'x' }, predicted: { id: 1, token: 'y' } }],
      },
    })),
  );
  file.finish('stop');
}

async function rowsOf(names: readonly string[], metric?: string) {
  const compared = await compareRuns(await findGroups(names, folder), {
    metric,
    split: 'heldOut',
    margin: null,
  });
  return { compared, rows: comparisonRows(compared, ENGLISH) };
}

describe('a comparison of stored runs', () => {
  it('takes the whole group of a named run, the baseline first', async () => {
    for (let seed = 0; seed < 7; seed++) {
      store({ name: `slow-${seed}`, seed, perplexity: 30 + seed });
      store({ name: `fast-${seed}`, seed, perplexity: 28 + seed, learningRate: 2e-3 });
    }
    const { compared, rows } = await rowsOf(['slow-0', 'fast-3']);
    expect(rows.map(({ name, n, wins, verdict }) => [name, n, wins, verdict])).toEqual([
      ['lr 0.001', '7', '', 'baseline'],
      ['lr 0.002', '7', '7/7', 'better'],
    ]);
    expect(rows[1]!.gain).toBe('+2 [+2, +2]');
    expect(compared.differences).toEqual([
      { parameter: 'optimizer.learningRate', values: [0.001, 0.002] },
    ]);
    expect(signatureOf(compared, '1.2.3')).toBe(
      'metric:perplexity|split:heldOut|pairs:seed|n:7|ci:t95|test:sign-flip|adjust:holm1|margin:none|masklab:1.2.3',
    );
  });

  it('does not compare perplexities of runs that masked other words', async () => {
    for (const seed of [0, 1, 2]) {
      store({ name: `low-${seed}`, seed, perplexity: 10 });
      store({ name: `high-${seed}`, seed, perplexity: 20, rate: 0.4 });
    }
    const { rows } = await rowsOf(['low-0', 'high-0']);
    expect(rows[1]).toMatchObject({
      value: '20.0 ± 0.00',
      gain: '',
      verdict: 'not comparable: held-out text is masked differently',
    });
  });

  it('compares them if their scores show that the items were the same', async () => {
    const tokens = [5, 6, 7];
    storeScores(store({ name: 'one', seed: 0, perplexity: 10 }), tokens, 2);
    storeScores(store({ name: 'two', seed: 0, perplexity: 9, rate: 0.4 }), tokens, 1.5);
    const { compared, rows } = await rowsOf(['one', 'two']);
    expect(rows[1]!.gain).toBe('+1');
    expect(compared.items[1]!.loss).toMatchObject({ difference: 0.5, items: 3 });
    storeScores(store({ name: 'other', seed: 0, perplexity: 9, rate: 0.5 }), [5, 6, 8], 1.5);
    expect((await rowsOf(['one', 'other'])).rows[1]!.gain).toBe('');
  });

  it('leaves out runs without a result, and says how many', async () => {
    store({ name: 'one', seed: 0, perplexity: 10 });
    store({ name: 'one-more', seed: 1, perplexity: 10, isFinished: false });
    store({ name: 'two', seed: 5, perplexity: 9, learningRate: 2e-3 });
    const { compared, rows } = await rowsOf(['one', 'two']);
    expect(compared.groups[0]!.left).toHaveLength(1);
    expect(rows[1]!.verdict).toBe('no seed in common with the baseline');
  });

  it('finds runs by experiment and folder', async () => {
    store({ name: 'one', seed: 0, perplexity: 10, experiment: 'study' });
    const other = store({
      name: 'two',
      seed: 0,
      perplexity: 9,
      learningRate: 2e-3,
      experiment: 'study',
    });
    expect(await findGroups(['study'], folder)).toHaveLength(2);
    expect(await findGroups([other], folder)).toHaveLength(1);
  });

  it.each([
    [['nothing'], undefined, 'compare.noSuchRun'],
    [['one', 'two'], 'accuracy', 'compare.unknownMetric'],
  ])('refuses %j with the metric %s', async (names, metric, id) => {
    store({ name: 'one', seed: 0, perplexity: 10 });
    store({ name: 'two', seed: 0, perplexity: 9, learningRate: 2e-3 });
    const refused = await rowsOf(names, metric).catch((thrown: unknown) => thrown);
    expect(refused).toBeInstanceOf(AppError);
    expect((refused as AppError).data).toMatchObject({ details: { problem: { id } } });
  });
});
