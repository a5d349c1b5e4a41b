import { spawn } from 'node:child_process';
import path from 'node:path';
import { AppError } from '../../core/errors.js';
import { parseJsonText } from '../../core/jsonText.js';
import {
  estimateAnswerSchema,
  type RunEstimate,
  type EstimateRequest,
} from '../../core/runs/runEstimate.js';
import { trainerEnvironment, type LaunchOptions } from './localLauncher.js';

export interface EstimateOptions extends LaunchOptions {
  readonly signal?: AbortSignal;
}

/**
 * Asks a trainer process for an estimate of a run, so that neither editor nor command line loads a
 * model. Throws the error of the trainer, `Cancelled`, or `ProcessCrashed`.
 */
export function estimateRun(
  request: EstimateRequest,
  { trainerPath, execPath, signal }: EstimateOptions,
): Promise<RunEstimate> {
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
      } else if ('estimate' in answer) resolve(answer.estimate);
      else reject(new AppError(answer.error));
    });
    // A trainer that ends before it has read its request says why by itself, on `close`.
    child.stdin.on('error', () => undefined);
    child.stdin.end(JSON.stringify(request));
  });
}

function parseAnswer(text: string): ReturnType<typeof estimateAnswerSchema.parse> | null {
  try {
    return estimateAnswerSchema.parse(parseJsonText(text));
  } catch {
    return null;
  }
}
