import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { BERT_MASKING } from '../../src/core/masking/policy/policy.js';
import type { ExampleScore } from '../../src/core/runs/exampleScores.js';
import type { MetricsRow, RunSpec } from '../../src/core/runs/schema.js';
import { randomStream } from '../../src/core/random.js';
import { initialRunState } from '../../src/node/runs/runState.js';
import { specOf } from './syntheticRuns.js';

export interface MadeRun {
  /** Sorts by time. */
  readonly id: string;
  readonly seed: number;
  readonly learningRate: number;
  readonly maskRate?: number;
  readonly batchSize?: number;
  readonly experiment?: string;
  /** Final held-out loss. */
  readonly loss: number;
  readonly steps?: number;
  readonly status?: 'finished' | 'stopped';
  readonly task?: RunSpec['task'];
  /** Lines of `heldout.jsonl` behind the first. */
  readonly scores?: readonly ExampleScore[];
}

const EVALUATIONS = 20;

/** Writes a run with curves that fall from 4 to its loss. Returns its folder. */
export function makeComparedRun(runsFolder: string, run: MadeRun): string {
  const { id, seed, steps = 200, status = 'finished', scores } = run;
  const directory = path.join(runsFolder, id);
  mkdirSync(directory, { recursive: true });
  writeFileSync(path.join(directory, 'run.json'), JSON.stringify(specOfRun(run)));
  const rows = [...rowsOf(run, steps)];
  const metricsText = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  writeFileSync(path.join(directory, 'metrics.jsonl'), metricsText);
  const heldOut = rows.filter((row) => row.split === 'heldOut');
  const metricsOf = ({ loss, perplexity, accuracy, macroF1, maskedAccuracy }: MetricsRow) =>
    Object.fromEntries(
      Object.entries({ loss, perplexity, accuracy, macroF1, maskedAccuracy }).filter(
        ([, value]) => value !== undefined,
      ),
    );
  const best = heldOut.reduce((a, b) => (b.loss < a.loss ? b : a));
  const state = {
    ...initialRunState(),
    status,
    totalSteps: steps,
    step: steps,
    trainingSeconds: steps / 10 + seed,
    before: metricsOf(heldOut[0]!),
    latest: metricsOf(heldOut.at(-1)!),
    best: { metric: 'loss', value: best.loss, step: best.step },
  };
  writeFileSync(path.join(directory, 'state.json'), JSON.stringify(state));
  if (scores !== undefined) {
    const header = {
      ...{ version: 1, split: 'heldOut', task: (run.task ?? { kind: 'masked-lm' }).kind },
      ...{ outputs: [], step: steps, examples: scores.length },
      ...{ evaluated: scores.length, total: scores.length },
    };
    const lines = [header, ...scores].map((line) => `${JSON.stringify(line)}\n`);
    writeFileSync(path.join(directory, 'heldout.jsonl'), lines.join(''));
  }
  return directory;
}

function specOfRun({
  id,
  seed,
  learningRate,
  maskRate = 0.15,
  batchSize = 8,
  experiment = 'default',
  task = { kind: 'masked-lm' },
}: MadeRun): RunSpec {
  const spec = specOf(id);
  return {
    ...spec,
    ...{ name: id.split('-').slice(2).join('-'), experiment, task },
    masking: { ...BERT_MASKING, rate: maskRate },
    optimizer: { ...spec.optimizer, learningRate },
    training: { ...spec.training, seed, batchSize },
    versions: { masklab: '1.0.0', node: '20.0.0' },
  };
}

function* rowsOf(
  { id, seed, loss, task, learningRate: peak }: MadeRun,
  steps: number,
): Generator<MetricsRow> {
  const random = randomStream('compared runs', id);
  const isLabeled = task !== undefined && task.kind !== 'masked-lm';
  const every = Math.max(1, Math.floor(steps / EVALUATIONS));
  const at = (step: number): number => loss + (4 - loss) * Math.exp((-6 * step) / steps);
  for (let step = 0; step <= steps; step++) {
    const place = { step, epoch: (3 * step) / steps, time: step / 10 + seed * 0.01 };
    if (step > 0) {
      const noisy = at(step) * (1 + 0.3 * (random() - 0.5));
      const learningRate = peak * (1 - step / (steps + 1));
      yield {
        ...{ ...place, split: 'train', loss: noisy, learningRate },
        ...{ gradientNorm: noisy / 2, tokensPerSecond: 5000 },
      };
    }
    if (step % every === 0) {
      const value = at(step) + 0.02 * (random() - 0.5) * (1 - step / steps);
      const right = Math.min(0.99, Math.exp(-value / 2));
      yield {
        ...{ ...place, split: 'heldOut', loss: value },
        ...(isLabeled
          ? { accuracy: right, macroF1: right * 0.95 }
          : { perplexity: Math.exp(value), maskedAccuracy: right }),
      };
    }
  }
}
