import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AppError } from '../../core/errors.js';
import { parseJsonText } from '../../core/jsonText.js';
import type * as z from 'zod';
import {
  estimateAnswerSchema,
  type RunEstimate,
  type EstimateRequest,
  type EstimateTask,
  type MemoryRequest,
} from '../../core/runs/runEstimate.js';
import type { RunSpec } from '../../core/runs/schema.js';
import { trainerEnvironment, type LaunchOptions } from './trainerProcess.js';

export interface EstimateOptions extends LaunchOptions {
  readonly signal?: AbortSignal;
}

/**
 * Asks a trainer process for an estimate of a run, so that neither editor nor command line loads a
 * model. Throws the error of the trainer, `Cancelled`, or `ProcessCrashed`.
 */
export async function estimateRun(
  request: EstimateRequest,
  options: EstimateOptions,
): Promise<RunEstimate> {
  // The trainer cannot remove it if it is ended.
  const folder = await mkdtemp(path.join(tmpdir(), 'masklab-estimate-'));
  try {
    const answer = await askTrainer({ ...request, folder }, options);
    if ('estimate' in answer) return answer.estimate;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  throw new RangeError('the trainer answered another question');
}

/**
 * Peak memory of a run in bytes, for sequences of its greatest length. Reads its model and no data.
 * Throws as `estimateRun` does.
 */
export async function memoryOfRun(spec: RunSpec, options: EstimateOptions): Promise<number> {
  const answer = await askTrainer({ memoryOf: spec }, options);
  if ('memoryBytes' in answer) return answer.memoryBytes;
  throw new RangeError('the trainer answered another question');
}

type Answer = Exclude<z.infer<typeof estimateAnswerSchema>, { error: unknown }>;

function askTrainer(
  request: EstimateTask | MemoryRequest,
  { trainerPath, execPath, signal }: EstimateOptions,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = spawn(execPath, [trainerPath, '--estimate'], {
      cwd: path.dirname(trainerPath),
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
      env: trainerEnvironment(process.env, process.platform),
    });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (err += chunk));
    const abort = (): void => {
      child.kill();
    };
    signal?.addEventListener('abort', abort, { once: true });
    child.once('error', reject);
    child.once('close', (exitCode, killedBy) => {
      signal?.removeEventListener('abort', abort);
      const answer = parseAnswer(out);
      if (signal?.aborted === true) reject(new AppError({ code: 'Cancelled', details: {} }));
      else if (answer === null) {
        const stderrTail = err.trim().slice(-600);
        const details = { process: 'trainer' as const, exitCode, signal: killedBy, stderrTail };
        reject(new AppError({ code: 'ProcessCrashed', details }));
      } else if ('error' in answer) reject(new AppError(answer.error));
      else resolve(answer);
    });
    // A trainer that ends before it has read its request says why by itself, on `close`.
    child.stdin.on('error', () => undefined);
    child.stdin.end(JSON.stringify(request));
  });
}

function parseAnswer(text: string): z.infer<typeof estimateAnswerSchema> | null {
  try {
    return estimateAnswerSchema.parse(parseJsonText(text));
  } catch {
    return null;
  }
}
