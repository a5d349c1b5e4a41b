import { parseArgs, type ParseArgsConfig } from 'node:util';
import { AppError } from '../core/errors.js';

export const HELP = `masklab: fine-tune masked language models on your own text, without Python.

  masklab train --data <files or folders …> [options]
      --model <folder>        model to start from (default: the bundled one)
      --out <folder>          runs folder (default: .masklab/runs in the current folder)
      --name <name>           what to call the run
      --epochs <n>            passes over the text (default: chosen from its size)
      --batch-size <n>        sequences a step (default 16)
      --max-length <n>        tokens a sequence (default 128, or what the model takes)
      --learning-rate <x>     peak rate of AdamW (default by model size)
      --threads <n>           threads (default: cores, at most 8)
      --seed <n>              seeds data order and masking (default 0)
      --json                  one JSON object at the end instead of progress
  masklab resume <run folder> [--json]
  masklab fill "The quick brown [MASK] jumps" [--top-k 5] [--model <folder>] [--target <word> …] [--json]
  masklab runs [--out <folder>] [--json]`;

export function usageError(problem: string): AppError {
  return new AppError({
    code: 'UserInput',
    details: { problem, remedy: 'Run "masklab help" to see the commands and their options.' },
  });
}

/** `parseArgs` whose complaints are the person's to mend. */
export function parseOptions<T extends ParseArgsConfig>(
  config: T,
): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (thrown) {
    throw usageError(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

/** Reads a number option; undefined where it is not given. */
export function numberOption(
  name: string,
  text: string | undefined,
  { integer, minimum }: { integer: boolean; minimum: number },
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  const isFine =
    Number.isFinite(value) && value >= minimum && (!integer || Number.isInteger(value));
  if (isFine) return value;
  const kind = integer ? 'a whole number' : 'a number';
  throw usageError(`--${name} takes ${kind} of at least ${minimum}, not "${text}".`);
}
