import type { Message } from '../../../src/core/messages/message.js';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ParameterTensor } from '../../../src/core/models/model.js';
import type { OptimizerState } from '../../../src/core/train/engine/engine.js';
import { NO_PROGRESS, type TrainingProgress } from '../../../src/core/train/loop/progress.js';
import {
  keepBest,
  readBest,
  readNewestCheckpoint,
  writeCheckpoint,
} from '../../../src/node/runs/checkpoints.js';

let directory: string;
beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-checkpoints-'));
});
afterEach(() => {
  fs.rmSync(directory, { recursive: true, force: true });
});

const filled = (value: number, dims: number[]): ParameterTensor => ({
  dims,
  data: new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(value),
});

/** An engine with an adapter, a bias and factored second moments, as far as checkpoints see it. */
function engineAt(step: number) {
  const parameters = new Map([
    ['layer.lora_A.weight', filled(step, [2, 3])],
    ['layer.bias', filled(-step, [3])],
  ]);
  const arrays = new Map([
    ['rowMoments', new Map([['layer.lora_A.weight', new Float32Array([step, 2])]])],
    ['columnMoments', new Map([['layer.lora_A.weight', new Float32Array([1, 2, step])]])],
    ['secondMoments', new Map([['layer.bias', new Float32Array([step, step, 3])]])],
  ]);
  return {
    trainedParameters: () => parameters,
    optimizerState: (): OptimizerState => ({ step, arrays }),
  };
}

const appended = { metrics: 100, samples: 10 };
const progressAt = (step: number, best = step): TrainingProgress => ({
  ...NO_PROGRESS,
  step,
  trainingSeconds: 1.5,
  latest: { loss: 1 / 3 },
  best: { metric: 'loss', value: 0.1, step: best },
  patience: { toBeat: 0.1 + 0.2, waited: 2 },
});
const write = (step: number, best?: number): void => {
  writeCheckpoint(directory, engineAt(step), { progress: progressAt(step, best), appended });
};
const folders = (): string[] => fs.readdirSync(path.join(directory, 'checkpoints')).sort();
const unreadable: string[] = [];
const read = () => {
  unreadable.length = 0;
  return readNewestCheckpoint(directory, appended, ({ data }) => {
    unreadable.push((data.details as { reason: Message }).reason.id);
  });
};
const damage = (folder: string, name: string): void => {
  const file = path.join(directory, 'checkpoints', folder, name);
  const bytes = fs.readFileSync(file);
  bytes[bytes.length - 1]! ^= 1;
  fs.writeFileSync(file, bytes);
};

describe('checkpoints', () => {
  it('give back every bit of what is trained, of any optimizer, and how far the run was', () => {
    write(7);
    const { parameters, optimizer, ...rest } = read()!;
    expect(rest).toEqual({ progress: progressAt(7), appended });
    expect(parameters).toEqual(
      new Map([...engineAt(7).trainedParameters()].map(([name, { data }]) => [name, data])),
    );
    expect(optimizer).toEqual(engineAt(7).optimizerState());
    expect(fs.readdirSync(path.join(directory, 'checkpoints', 'step-000007')).sort()).toEqual([
      'checkpoint.json',
      'columnMoments.safetensors',
      'parameters.safetensors',
      'rowMoments.safetensors',
      'secondMoments.safetensors',
    ]);
  });

  it('keep the newest two', () => {
    for (const step of [1, 2, 3]) write(step);
    expect(folders()).toEqual(['step-000002', 'step-000003']);
  });

  it('pass over one whose tensors, header or rows are not whole, and say so', () => {
    write(1);
    write(2);
    damage('step-000002', 'rowMoments.safetensors');
    expect(read()?.progress.step).toBe(1);
    expect(unreadable).toEqual(['runs.checksumDiffers']);
    fs.writeFileSync(path.join(directory, 'checkpoints', 'step-000001', 'checkpoint.json'), '{');
    expect(read()).toBeNull();
    expect(unreadable[1]).toBe('runs.fileUnreadable');
    write(3);
    expect(readNewestCheckpoint(directory, { metrics: 99, samples: 10 }, () => null)).toBeNull();
  });

  it('never read a file that the header names outside of their folder', () => {
    write(1);
    const file = path.join(directory, 'checkpoints', 'step-000001', 'checkpoint.json');
    const header = fs.readFileSync(file, 'utf8');
    fs.writeFileSync(file, header.replace('rowMoments.', '../rowMoments.'));
    expect(read()).toBeNull();
    expect(unreadable).toEqual(['runs.fileUnexpected']);
  });

  it.skipIf(process.platform === 'win32').each(['checkpoint.json', 'parameters.safetensors'])(
    'never follow a link that is in place of %s',
    (name) => {
      write(1);
      write(2);
      const file = path.join(directory, 'checkpoints', 'step-000002', name);
      fs.renameSync(file, path.join(directory, name));
      fs.symlinkSync(path.join(directory, name), file);
      expect(read()?.progress.step).toBe(1);
      expect(unreadable).toEqual(['runs.fileUnreadable']);
    },
  );
});

describe('the best weights', () => {
  const valueOf = (step: number): number => readBest(directory, step).get('layer.bias')![0]!;

  it('outlive the checkpoints that come after them', () => {
    keepBest(directory, engineAt(2), 2);
    for (const step of [2, 4, 6, 8]) write(step, 2);
    expect(folders()).toEqual(['best-000002', 'step-000006', 'step-000008']);
    expect(valueOf(2)).toBe(-2);
  });

  it('stay as long as a checkpoint goes back to them, for a run that is killed', () => {
    keepBest(directory, engineAt(1), 1);
    write(1);
    keepBest(directory, engineAt(2), 2);
    keepBest(directory, engineAt(3), 3);
    // The run may be killed here: it resumes from step 1, whose best is that of step 1.
    expect(folders()).toEqual(['best-000001', 'best-000003', 'step-000001']);
    expect([1, 3].map(valueOf)).toEqual([-1, -3]);
    write(4, 3);
    expect(folders()).toContain('best-000001');
    write(5, 3);
    expect(folders()).toEqual(['best-000003', 'step-000004', 'step-000005']);
  });

  it('are refused when damaged or gone', () => {
    keepBest(directory, engineAt(1), 1);
    damage('best-000001', 'parameters.safetensors');
    expect(() => readBest(directory, 1)).toThrow(/checksum/);
    expect(() => readBest(directory, 2)).toThrow(/cannot be read/);
  });

  it('leave nothing behind of a write that failed', () => {
    const broken = {
      trainedParameters: () => new Map([['x', null as unknown as ParameterTensor]]),
    };
    expect(() => {
      keepBest(directory, broken, 1);
    }).toThrow();
    expect(folders()).toEqual([]);
  });
});
