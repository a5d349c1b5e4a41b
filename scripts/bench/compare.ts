// `npm run bench:compare`: a comparison of 50 runs of 100,000 steps each.
// 1. Host: from the request of the page until the curves of all runs have been read and sent, with
//    the longest time that the host answered nothing else meanwhile.
// 2. Page: the work of one redraw without the browser's own: groups, table, and four charts of 1,000
//    pixels (a held-out metric, training loss, learning rate, gradient norm); once with each run by itself and once with ten groups of five seeds.
// --json ends with one line that holds the result as JSON.
import '../../src/host/platform/zodInEditor.js';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { pixelColumns } from '../../src/core/charts/pixelColumns.js';
import {
  compareModelOf,
  type ColoredRun,
  type HeldOutCurves,
} from '../../src/core/experiments/compare/comparedGroups.js';
import { compareTableOf } from '../../src/core/experiments/compare/compareTable.js';
import { DEFAULT_VIEW } from '../../src/core/experiments/compare/compareView.js';
import { groupCurve, smoothed } from '../../src/core/experiments/compare/groupCurve.js';
import { ENGLISH } from '../../src/core/messages/render.js';
import { CompareFeed } from '../../src/host/runs/compare/compareFeed.js';
import { RunFollowers } from '../../src/node/runs/runFollowers.js';
import { RunReader } from '../../src/node/runs/runReader.js';
import type { EvaluationCurves, TrainCurve } from '../../src/protocol/comparePanelMessages.js';
import { makeComparedRun } from '../../test/support/comparedRuns.js';

const RUNS = 50;
const STEPS = 100_000;
const SEEDS = 5;
const PIXELS = 1000;
const TRAIN_METRICS = ['loss', 'learningRate', 'gradientNorm'] as const;
const REDRAWS = 9;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-bench-compare-'));
  try {
    const directories = makeRuns(folder);
    const host = await benchHost(directories);
    console.log(
      `${RUNS} runs of ${STEPS} steps read and sent in ${(host.wallMs / 1000).toFixed(1)} s (${(host.cpuMs / 1000).toFixed(1)} s of CPU); the host was busy for at most ${host.busyMs.toFixed(0)} ms at a time; ${host.points} points were sent`,
    );
    const alone = benchRedraw(await runsOf(directories, 1), host);
    const grouped = benchRedraw(await runsOf(directories, SEEDS), host);
    console.log(
      `one redraw in ${alone.toFixed(0)} ms of CPU as ${RUNS} groups, in ${grouped.toFixed(0)} ms as ${RUNS / SEEDS} groups of ${SEEDS} seeds (goal: under 100 ms)`,
    );
    if (values.json) {
      const { wallMs, cpuMs, busyMs, points } = host;
      console.log(
        JSON.stringify({
          runs: RUNS,
          steps: STEPS,
          host: { wallMs, cpuMs, busyMs, points },
          alone,
          grouped,
        }),
      );
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs that share one file of metrics, which is read once for each of them all the same. */
function makeRuns(folder: string): string[] {
  const make = (i: number, steps: number): string =>
    makeComparedRun(folder, {
      id: `20260101-${String(i).padStart(6, '0')}-run`,
      ...{ seed: i % SEEDS, learningRate: 1e-4 * (1 + Math.floor(i / SEEDS)), loss: 1, steps },
    });
  const first = make(0, STEPS);
  const metrics = path.join(first, 'metrics.jsonl');
  return [
    first,
    ...Array.from({ length: RUNS - 1 }, (_, i) => {
      const directory = make(i + 1, 1);
      fs.rmSync(path.join(directory, 'metrics.jsonl'));
      fs.linkSync(metrics, path.join(directory, 'metrics.jsonl'));
      return directory;
    }),
  ];
}

interface HostResult {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly busyMs: number;
  readonly evaluations: ReadonlyMap<string, EvaluationCurves>;
  /** Per metric of training. */
  readonly train: readonly (readonly TrainCurve[])[];
  /** Points of all curves that were sent. */
  readonly points: number;
}

async function benchHost(directories: readonly string[]): Promise<HostResult> {
  const followers = new RunFollowers(new RunReader());
  const evaluations = new Map<string, EvaluationCurves>();
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const before = process.cpuUsage();
  const start = performance.now();
  delay.enable();
  let feed: CompareFeed | null = null;
  await new Promise<void>((resolve) => {
    feed = new CompareFeed({
      followers,
      page: {
        emit: (name, data) => {
          if (name !== 'evaluations') return;
          const found = data as EvaluationCurves;
          evaluations.set(found.run, found);
          const isWhole = [...evaluations.values()].every(
            ({ heldOut }) => heldOut.loss?.xs.at(-1) === STEPS,
          );
          if (evaluations.size === directories.length && isWhole) resolve();
        },
      },
    });
    feed.follow(directories);
  });
  const train = TRAIN_METRICS.map((metric) => feed!.trainCurves(directories, metric));
  const wallMs = performance.now() - start;
  delay.disable();
  const { user, system } = process.cpuUsage(before);
  feed!.dispose();
  followers.dispose();
  return {
    ...{ wallMs, cpuMs: (user + system) / 1000, busyMs: delay.max / 1e6, evaluations, train },
    points: pointsOf(train, evaluations),
  };
}

function pointsOf(train: HostResult['train'], evaluations: HostResult['evaluations']): number {
  const ofTrain = train.flat().flatMap(({ extremes, means }) => [extremes, means]);
  const ofEvaluations = [...evaluations.values()].flatMap(({ heldOut, clocks }) => [
    ...Object.values(heldOut),
    ...Object.values(clocks),
  ]);
  return [...ofTrain, ...ofEvaluations].reduce((sum, { xs }) => sum + xs.length, 0);
}

/** Runs in groups of `seeds`. */
async function runsOf(directories: readonly string[], seeds: number): Promise<ColoredRun[]> {
  const reader = new RunReader();
  const runs: ColoredRun[] = [];
  for (const [i, directory] of directories.entries()) {
    const { facts, ...run } = await reader.read(directory);
    if (facts === null) throw new Error(`${directory} cannot be read`);
    const group = Math.floor(i / seeds);
    const parameters = JSON.stringify({ 'optimizer.learningRate': group });
    runs.push({
      ...{ ...run, color: null },
      facts: { ...facts, parameters, group: String(group), seed: i % seeds },
    });
  }
  return runs;
}

/** Median CPU time of a redraw, in milliseconds. */
function benchRedraw(
  runs: readonly ColoredRun[],
  { evaluations, train }: Pick<HostResult, 'evaluations' | 'train'>,
): number {
  const heldOut = new Map<string, HeldOutCurves>(
    [...evaluations].map(([run, found]) => [run, found.heldOut]),
  );
  const view = { ...DEFAULT_VIEW, showsAll: true };
  const trainOf = train.map((curves) => new Map(curves.map((curve) => [curve.run, curve])));
  const grid = { low: 0, high: STEPS, columns: PIXELS };
  const times = Array.from({ length: REDRAWS }, () => {
    const start = process.cpuUsage();
    const model = compareModelOf({ runs, heldOut, view, haveSameItems: () => false })!;
    compareTableOf({ model, view, heldOut, words: ENGLISH });
    for (const group of model.groups) {
      for (const ofMetric of trainOf) {
        const curves = group.runs.map(({ directory }) =>
          smoothed(ofMetric.get(directory)!.means, 0.6),
        );
        const { xs, mean } = groupCurve(curves);
        pixelColumns({ xs, ys: mean }, grid);
      }
      const evaluated = groupCurve(
        group.runs.flatMap(({ directory }) => heldOut.get(directory)?.perplexity ?? []),
      );
      pixelColumns({ xs: evaluated.xs, ys: evaluated.mean }, grid);
    }
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  });
  return times.sort((a, b) => a - b)[REDRAWS >> 1]!;
}

main().catch((thrown: unknown) => {
  console.error(thrown);
  process.exitCode = 1;
});
