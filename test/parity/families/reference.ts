import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { ModelConfig } from '../../../src/core/models/createModel.js';
import type { HeadKind, ParameterTensor } from '../../../src/core/models/model.js';
import { readSafetensors, writeSafetensors } from '../../../src/core/models/weights/safetensors.js';
import type { OptimizerSpec } from '../../../src/core/runs/schema.js';
import type { TrainingBatch } from '../../../src/core/batches/batch.js';
import { findTorchPython } from '../../support/torch.js';

export interface ReferenceTask {
  readonly config: ModelConfig;
  readonly head: HeadKind;
  readonly labelCount: number;
  readonly parameters: ReadonlyMap<string, ParameterTensor>;
  readonly batches: readonly TrainingBatch[];
  readonly optimizer: OptimizerSpec;
  readonly learningRates: readonly number[];
}

export interface Reference {
  /** Before each step. */
  readonly losses: readonly number[];
  /** Of the first batch, [rowCount, outputSize] */
  readonly logits: Float32Array;
  /** Of the first batch, by the hub's names. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
  /** The rates of dropout in the order in which they are met; 0 left out. */
  readonly rates: readonly number[];
}

/** Runs `reference.py` once for all tasks: torch models with the hub's names, in float64. */
export function runReferences(tasks: readonly ReferenceTask[]): Reference[] {
  const python = findTorchPython();
  if (python === null) throw new Error('no python3 with torch');
  const root = mkdtempSync(path.join(os.tmpdir(), 'masklab-parity-'));
  try {
    const folders = tasks.map((task, i) => {
      const folder = path.join(root, String(i));
      mkdirSync(folder);
      writeTask(folder, task);
      return folder;
    });
    const script = path.join(import.meta.dirname, 'reference.py');
    const { status, stderr } = spawnSync(python, ['-B', script, ...folders], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return folders.map(readResults);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function writeTask(folder: string, { parameters, ...task }: ReferenceTask): void {
  const numbers = (ids: BigInt64Array | null): number[] | null => ids && Array.from(ids, Number);
  const batches = task.batches.map((batch) => ({
    ...batch,
    inputIds: numbers(batch.inputIds),
    attentionMask: numbers(batch.attentionMask),
    tokenTypeIds: numbers(batch.tokenTypeIds),
    positions: numbers(batch.positions),
    labels: numbers(batch.labels),
    weights: Array.from(batch.weights),
  }));
  writeFileSync(path.join(folder, 'task.json'), JSON.stringify({ ...task, batches }));
  writeFileSync(path.join(folder, 'model.safetensors'), writeSafetensors(parameters));
}

function readResults(folder: string): Reference {
  const json = JSON.parse(readFileSync(path.join(folder, 'result.json'), 'utf8')) as Reference;
  const file = path.join(folder, 'results.safetensors');
  const tensors = readSafetensors(readFileSync(file), file);
  const gradients = [...tensors].flatMap(([name, { data }]): [string, Float32Array][] =>
    name.startsWith('gradient ') ? [[name.slice('gradient '.length), data]] : [],
  );
  return { ...json, logits: tensors.get('logits')!.data, gradients: new Map(gradients) };
}
