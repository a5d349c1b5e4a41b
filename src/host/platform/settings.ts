import * as vscode from 'vscode';
import { AppError } from '../../core/errors.js';
import type { TrainingOverrides } from '../../core/train/defaults.js';
import type { Settings } from './contributions.js';

type TrainingSetting = 'epochs' | 'batchSize' | 'maxLength' | 'learningRate' | 'threads';

const LIMITS: Record<TrainingSetting, { above: number; most: number; isWhole: boolean }> = {
  epochs: { above: 0, most: 10_000, isWhole: false },
  batchSize: { above: 0, most: 4096, isWhole: true },
  maxLength: { above: 7, most: 4096, isWhole: true },
  learningRate: { above: 0, most: 1, isWhole: false },
  threads: { above: 0, most: 256, isWhole: true },
};

/**
 * The training settings that the person has set; what is not set follows from the data. Throws
 * `UserInput` for a value that no run can use: the settings editor warns but lets it through.
 */
export function trainingOverrides(scope: vscode.Uri): TrainingOverrides {
  const configuration = vscode.workspace.getConfiguration(undefined, scope);
  const overrides: { -readonly [K in TrainingSetting]?: number } = {};
  for (const name of Object.keys(LIMITS) as TrainingSetting[]) {
    const id: keyof Settings = `masklab.training.${name}`;
    const value = configuration.get<unknown>(id);
    if (value === null || value === undefined) continue;
    const { above, most, isWhole } = LIMITS[name];
    const isUsable =
      typeof value === 'number' &&
      value > above &&
      value <= most &&
      (!isWhole || Number.isInteger(value));
    if (!isUsable) {
      throw new AppError({
        code: 'UserInput',
        details: {
          problem: `The setting ${id} is ${JSON.stringify(value)}, which no run can use.`,
          remedy: `Set it to a ${isWhole ? 'whole ' : ''}number above ${above} and at most ${most}, or to null.`,
        },
      });
    }
    overrides[name] = value;
  }
  return overrides;
}
