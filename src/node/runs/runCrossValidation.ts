import fs from 'node:fs';
import path from 'node:path';
import {
  crossValidationSchema,
  foldProgressSchema,
  type CrossValidation,
  type FoldProgress,
} from '../../core/evaluation/crossValidation.js';
import { parseJsonText } from '../../core/jsonText.js';
import type { RunOptions } from '../../core/runs/options.js';
import { RUN_FILES, type RunSpec } from '../../core/runs/schema.js';
import { RUN_FILE_EXTENSION, runFileText } from '../../core/specs/runFile.js';
import { asideOf, putInPlace, storing, writeFileAtomicallySync } from '../files/storage.js';
import { runCommandLine, type CommandLineOptions } from './commandLineProcess.js';
import { CROSS_VALIDATION_FILES, OPTIONS_OF_FOLDS } from './crossValidate.js';
import { runFileOfSpec } from './runFileOfRun.js';
import { parseJson, StampedFiles } from './stampedFiles.js';

/** Folder of the last cross-validation of a run. */
export function crossValidationFolderOf(directory: string): string {
  return path.join(directory, RUN_FILES.crossValidation);
}

/** The last cross-validation of a run; `null` without one that can be read. */
export async function readRunCrossValidation(directory: string): Promise<CrossValidation | null> {
  const files = new StampedFiles((content, name) =>
    parseJson(crossValidationSchema, content, name),
  );
  const file = path.join(crossValidationFolderOf(directory), CROSS_VALIDATION_FILES.report);
  return (await files.read(file)).value;
}

/** Rows that stay in one part, besides those with the same text. */
export interface RowsTogether {
  /** Column with the groups of the rows; `null` without groups. */
  readonly groupColumn: string | null;
  /** Whether near-duplicates stay together. Default: as in the run. */
  readonly nearDuplicates?: 'together';
}

export interface RunCrossValidationRequest extends CommandLineOptions {
  readonly spec: RunSpec;
  /** Beginning of the names of the runs. */
  readonly name: string;
  readonly parts: number;
  readonly together: RowsTogether;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: FoldProgress) => void;
}

/**
 * Trains a run with the data, model and options of another one for each part that is held out, in a
 * process of the command line. The results take the place of earlier ones once they are complete. Runs
 * that were trained before it was cancelled are kept and used again. Throws `UserInput` with the error
 * of the command line, `Storage`, and `Cancelled`.
 */
export async function crossValidateRun(
  directory: string,
  { spec, name, parts, together, signal, onProgress, ...commandLine }: RunCrossValidationRequest,
): Promise<CrossValidation> {
  const folder = crossValidationFolderOf(directory);
  const aside = asideOf(folder);
  try {
    storing(aside, () => fs.mkdirSync(aside, { recursive: true }));
    const run = await runFileOfSpec(spec, { folder: aside });
    const options = foldOptions(run.options, together);
    const file = path.join(aside, `folds${RUN_FILE_EXTENSION}`);
    writeFileAtomicallySync(file, runFileText({ ...run, options }));
    const output = await runCommandLine(
      'cross-validate',
      [
        ...[file, `--folds=${parts}`, `--name=${name}`, `--runs=${path.dirname(directory)}`],
        ...[`--out=${aside}`, '--json'],
      ],
      {
        ...commandLine,
        ...{ cwd: spec.workspaceFolder, signal },
        onMessage: (message) => {
          const progress = foldProgressSchema.safeParse(message);
          if (progress.success) onProgress(progress.data);
        },
      },
    );
    const found = crossValidationSchema.parse(parseJsonText(output));
    await putInPlace(aside, folder);
    return found;
  } finally {
    await fs.promises.rm(aside, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Options by which a run chooses its model on the part that it holds out, which makes its predictions too good. */
const CHOOSING: readonly string[] = ['keepModel', 'earlyStopping'];

/** Options of the runs, without those that a cross-validation decides itself. */
function foldOptions(
  options: RunOptions,
  { groupColumn, nearDuplicates }: RowsTogether,
): RunOptions {
  const isKept = ([name]: [string, unknown]): boolean =>
    name !== 'groupColumn' &&
    !CHOOSING.includes(name) &&
    !(OPTIONS_OF_FOLDS as ReadonlySet<string>).has(name);
  return {
    ...(Object.fromEntries(Object.entries(options).filter(isKept)) as RunOptions),
    ...(groupColumn === null ? {} : { groupColumn }),
    ...(nearDuplicates === undefined ? {} : { nearDuplicates }),
  };
}
