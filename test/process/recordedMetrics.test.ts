/**
 * Three fixed runs give the metrics that were recorded for them, bit for bit: what is rebuilt around
 * the engine must not change what is trained. Metrics that are newer than the record are not compared. `MASKLAB_RECORD=1` records them again.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { randomStream } from '../../src/core/random.js';
import type { RunOptions } from '../../src/core/runs/options.js';
import { packageVersions } from '../../src/node/runs/packageVersions.js';
import { writeTinyModel } from '../support/tinyModel.js';
import { metricsOf, TrainerRuns } from './trainerRuns.js';

const RECORDED = path.join(import.meta.dirname, '../fixtures/recordedMetrics/runs.json');
const RECORDING = process.env['MASKLAB_RECORD'] === '1';
/** Kernels of another processor round differently; there the numbers agree in their first digits. */
const OTHER_MACHINE_TOLERANCE = 1e-3;

interface Recorded {
  /** Processor and runtime that the metrics were recorded with. */
  readonly machine: string;
  readonly runs: Record<string, unknown[]>;
}

const WORDS =
  'the a cat dog bird fish sat ran flew swam on in over under mat house tree pond'.split(' ');
const JUDGEMENTS: Record<string, readonly string[]> = {
  good: ['lovely', 'great', 'fine'],
  bad: ['awful', 'poor', 'dull'],
};
const VOCABULARY = [...WORDS, ...Object.values(JUDGEMENTS).flat(), 'film was this'].join(' ');

const FIXED: RunOptions = {
  epochs: 3,
  batchSize: 8,
  maxLength: 24,
  learningRate: 2e-3,
  evaluateEverySteps: 10,
  seed: 7,
  threads: 1,
};

const RUNS: readonly {
  readonly name: string;
  readonly file: string;
  readonly content: () => string;
  readonly options: RunOptions;
}[] = [
  { name: 'masked-lm', file: 'text.txt', content: prose, options: { ...FIXED, dropout: true } },
  {
    name: 'classification',
    file: 'reviews.csv',
    content: reviews,
    options: {
      ...FIXED,
      test: 0.1,
      labelSmoothing: 0.1,
      accumulation: 2,
      newHead: 'random',
      keepModel: 'last',
    },
  },
  {
    name: 'lora',
    file: 'text.txt',
    content: prose,
    options: { ...FIXED, method: 'lora', loraRank: 2, cut: 'words' },
  },
];

function prose(): string {
  const random = randomStream('recorded prose');
  const sentence = (): string =>
    Array.from({ length: 8 }, () => WORDS[Math.floor(random() * WORDS.length)]!).join(' ');
  return Array.from({ length: 90 }, () => `${sentence()}. ${sentence()}.`).join('\n\n');
}

function reviews(): string {
  const random = randomStream('recorded reviews');
  const rows = Array.from({ length: 160 }, (_, i) => {
    const label = i % 2 === 0 ? 'good' : 'bad';
    const judgement = JUDGEMENTS[label]![Math.floor(random() * 3)]!;
    const noun = WORDS[Math.floor(random() * WORDS.length)]!;
    return `this film was ${judgement} the ${noun} ${i % 7 === 0 ? 'ran' : 'sat'},${label}`;
  });
  return `text,label\n${rows.join('\n')}\n`;
}

let runs: TrainerRuns;
beforeEach(async () => {
  runs = new TrainerRuns();
  await writeTinyModel(path.join(runs.folder, 'tiny'), VOCABULARY);
});
afterEach(async () => {
  await runs.dispose();
});

describe('a fixed run', () => {
  const recorded: Recorded = fs.existsSync(RECORDED)
    ? (JSON.parse(fs.readFileSync(RECORDED, 'utf8')) as Recorded)
    : { machine: '', runs: {} };

  for (const { name, file, content, options } of RUNS) {
    it(`has the recorded metrics: ${name}`, async () => {
      const data = runs.write(file, content());
      const { directory } = await runs.train(options, [data]);
      const metrics = metricsOf(directory);
      if (RECORDING) {
        record(name, metrics);
        return;
      }
      const expected = recorded.runs[name] ?? [];
      if (recorded.machine === machine()) expect(metrics).toMatchObject(expected as object[]);
      else {
        console.warn(`recorded on ${recorded.machine}; this is ${machine()}: compared roughly`);
        expect(metrics).toMatchObject(expected.map(roughly) as object[]);
      }
    });
  }
});

function machine(): string {
  const runtime = packageVersions()['onnxruntime'];
  return `${os.cpus()[0]!.model.trim()}, ${process.arch}, onnxruntime-node ${runtime}`;
}

function record(name: string, metrics: unknown[]): void {
  const current = fs.existsSync(RECORDED)
    ? (JSON.parse(fs.readFileSync(RECORDED, 'utf8')) as Recorded)
    : { machine: machine(), runs: {} };
  const next = { machine: machine(), runs: { ...current.runs, [name]: metrics } };
  fs.writeFileSync(RECORDED, `${JSON.stringify(next, null, 1)}\n`);
}

/** The same values, numbers within the tolerance. */
function roughly(value: unknown): unknown {
  if (typeof value === 'number') {
    return Number.isInteger(value)
      ? value
      : expect.closeTo(value, Math.round(-Math.log10(OTHER_MACHINE_TOLERANCE)));
  }
  if (Array.isArray(value)) return value.map(roughly);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, roughly(item)]));
  }
  return value;
}
