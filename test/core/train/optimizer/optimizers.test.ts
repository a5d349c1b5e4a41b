import { describe, expect, it } from 'vitest';
import type { OptimizerSpec } from '../../../../src/core/runs/schema.js';
import { createOptimizer } from '../../../../src/core/train/optimizer/optimizers.js';
import {
  distanceOfChanges,
  OPTIMIZER_SPECS,
  optimizerTasks,
  runOptimizer,
  type OptimizerTask,
} from '../../../support/optimizers.js';

type Spec<Name extends OptimizerSpec['name']> = Extract<OptimizerSpec, { name: Name }>;

interface Update {
  /** Scaled for clipping. */
  readonly g: number[];
  readonly rate: number;
  /** Counts from 1. */
  readonly t: number;
}

/** Updates the parameter of one tensor in place. */
type Rule = (p: number[], update: Update) => void;

function adamRule({ name, beta1, beta2, epsilon, weightDecay }: Spec<'adam' | 'adamw'>): Rule {
  const m: number[] = [];
  const v: number[] = [];
  return (p, { g, rate, t }) => {
    p.forEach((value, i) => {
      const gradient = g[i]! + (name === 'adam' ? weightDecay * value : 0);
      m[i] = beta1 * (m[i] ?? 0) + (1 - beta1) * gradient;
      v[i] = beta2 * (v[i] ?? 0) + (1 - beta2) * gradient ** 2;
      const [mHat, vHat] = [m[i] / (1 - beta1 ** t), v[i] / (1 - beta2 ** t)];
      const decayed = name === 'adamw' ? value * (1 - rate * weightDecay) : value;
      p[i] = decayed - (rate * mHat) / (Math.sqrt(vHat) + epsilon);
    });
  };
}

function sgdRule({ momentum, nesterov, weightDecay }: Spec<'sgd'>): Rule {
  const velocity: number[] = [];
  return (p, { g, rate }) => {
    p.forEach((value, i) => {
      const gradient = g[i]! + weightDecay * value;
      velocity[i] = momentum * (velocity[i] ?? 0) + gradient;
      p[i] = value - rate * (nesterov ? gradient + momentum * velocity[i] : velocity[i]);
    });
  };
}

function lionRule({ beta1, beta2, weightDecay }: Spec<'lion'>): Rule {
  const m: number[] = [];
  return (p, { g, rate }) => {
    p.forEach((value, i) => {
      const moment = m[i] ?? 0;
      const direction = Math.sign(beta1 * moment + (1 - beta1) * g[i]!);
      m[i] = beta2 * moment + (1 - beta2) * g[i]!;
      p[i] = value - rate * (direction + weightDecay * value);
    });
  };
}

function adafactorRule(spec: Spec<'adafactor'>, dims: readonly number[]): Rule {
  const { decayRate, clipThreshold, epsilon, weightDecay } = spec;
  const [rows = 1, columns = 1] = dims.length < 2 ? [1, dims[0]] : dims.slice(-2);
  const matrixOf = (i: number): number => Math.floor(i / (rows * columns));
  const rowOf = (i: number): number => Math.floor(i / columns);
  const columnOf = (i: number): number => matrixOf(i) * columns + (i % columns);
  let row: number[] = [];
  let column: number[] = [];
  return (p, { g, rate, t }) => {
    const beta2 = 1 - t ** decayRate;
    const means = (
      index: (i: number) => number,
      old: readonly number[],
      size: number,
    ): number[] => {
      const moments: number[] = [];
      g.forEach((value, i) => {
        const at = index(i);
        moments[at] ??= beta2 * (old[at] ?? 0);
        moments[at] += ((1 - beta2) * (value ** 2 + epsilon)) / size;
      });
      return moments;
    };
    row = means(rowOf, row, columns);
    column = means(columnOf, column, rows);
    const rowMean: number[] = [];
    row.forEach((value, i) => {
      const matrix = Math.floor(i / rows);
      rowMean[matrix] = (rowMean[matrix] ?? 0) + value / rows;
    });
    const steps = g.map((value, i) => {
      const secondMoment = (row[rowOf(i)]! * column[columnOf(i)]!) / rowMean[matrixOf(i)]!;
      return value / Math.sqrt(secondMoment);
    });
    const meanSquare = steps.reduce((sum, step) => sum + step ** 2, 0) / steps.length;
    const clip = Math.max(1, Math.sqrt(meanSquare) / clipThreshold);
    p.forEach((value, i) => {
      p[i] = value * (1 - rate * weightDecay) - (rate * steps[i]!) / clip;
    });
  };
}

function createRule(spec: OptimizerSpec, dims: readonly number[]): Rule {
  switch (spec.name) {
    case 'adamw':
    case 'adam':
      return adamRule(spec);
    case 'sgd':
      return sgdRule(spec);
    case 'lion':
      return lionRule(spec);
    case 'adafactor':
      return adafactorRule(spec, dims);
  }
}

/** The task in float64 by the papers' formulas; all parameters after each step. */
function runReference({ spec, dims, initial, steps }: OptimizerTask): number[][][] {
  const rules = dims.map((of) => createRule(spec, of));
  const parameters = initial.map((values) => Array.from(values));
  return steps.map(({ gradients, learningRate, gradientScale }, step) =>
    parameters.map((p, k) => {
      const g = Array.from(gradients[k]!, (value) => gradientScale * value);
      rules[k]!(p, { g, rate: learningRate, t: step + 1 });
      return [...p];
    }),
  );
}

describe('the optimizers', () => {
  it.each([...optimizerTasks(20)])('%s follows its formulas', async (_, task) => {
    const actual = await runOptimizer(task);
    const expected = runReference(task);
    expect(distanceOfChanges(task.initial, actual[0]!, expected[0]!)).toBeLessThan(1e-6);
    expect(distanceOfChanges(task.initial, actual[19]!, expected[19]!)).toBeLessThan(1e-5);
  });

  it('keep only the state they need', () => {
    const sizes = Object.entries(OPTIMIZER_SPECS).map(([name, spec]) => {
      const optimizer = createOptimizer(spec);
      const sum = (dims: number[]): number =>
        Object.values(optimizer.stateSizes(dims)).reduce((a, b) => a + b, 0);
      return [name, [sum([4, 30, 20]), sum([30, 20]), sum([20])]];
    });
    expect(Object.fromEntries(sizes)).toEqual({
      adamw: [4800, 1200, 40],
      adam: [4800, 1200, 40],
      'sgd without momentum': [0, 0, 0],
      'sgd with momentum': [2400, 600, 20],
      "sgd with Nesterov's momentum": [2400, 600, 20],
      lion: [2400, 600, 20],
      adafactor: [200, 50, 21],
      'adafactor with early clipping': [200, 50, 21],
    });
  });
});
