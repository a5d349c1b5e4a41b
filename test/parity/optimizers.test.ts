import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  distanceOfChanges,
  optimizerTasks,
  runOptimizer,
  type OptimizerTask,
} from '../support/optimizers.js';
import { findTorchPython } from '../support/torch.js';

const python = findTorchPython();

const STEPS = 20;
const LIMITS = [
  { step: 1, limit: 1e-6 },
  { step: STEPS, limit: 1e-5 },
];

/** All parameters of each task after each of the steps of `LIMITS`; the tasks' gradients are alike. */
function runTorch(tasks: readonly OptimizerTask[]): Float64Array[][][] {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'masklab-optimizers-'));
  try {
    const { dims, initial, steps } = tasks[0]!;
    const cases = tasks.map((task) => ({
      spec: task.spec,
      learningRates: task.steps.map(({ learningRate }) => learningRate),
      gradientScales: task.steps.map(({ gradientScale }) => gradientScale),
    }));
    const json = { dims, cases, reportedSteps: LIMITS.map(({ step }) => step) };
    writeFileSync(path.join(folder, 'task.json'), JSON.stringify(json));
    const arrays = [...initial, ...steps.flatMap(({ gradients }) => gradients)];
    const values = Buffer.concat(arrays.map((array) => new Uint8Array(array.buffer)));
    writeFileSync(path.join(folder, 'values.f32'), values);
    const script = path.join(import.meta.dirname, 'optimizers_reference.py');
    const { status, stderr } = spawnSync(python!, ['-B', script, folder], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    const result = new Float64Array(
      Uint8Array.from(readFileSync(path.join(folder, 'result.f64'))).buffer,
    );
    let next = 0;
    const take = ({ length }: Float32Array): Float64Array =>
      result.subarray(next, (next += length));
    return tasks.map(() => LIMITS.map(() => initial.map(take)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe.skipIf(python === null)('the optimizers against torch in float64', () => {
  const tasks = optimizerTasks(STEPS);
  let expected: ReadonlyMap<string, Float64Array[][]>;
  beforeAll(() => {
    const names = [...tasks.keys()];
    expected = new Map(runTorch([...tasks.values()]).map((result, i) => [names[i]!, result]));
  });

  it.each([...tasks])('%s makes the same updates', async (name, task) => {
    const actual = await runOptimizer(task);
    for (const [i, { step, limit }] of LIMITS.entries()) {
      const after = expected.get(name)![i]!;
      expect(distanceOfChanges(task.initial, actual[step - 1]!, after)).toBeLessThan(limit);
    }
  });
});
