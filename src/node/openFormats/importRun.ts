import fs from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { inputError } from '../../core/errors.js';
import { parseJsonText } from '../../core/jsonText.js';
import { problem } from '../../core/messages/message.js';
import { readDvcliveTable } from '../../core/openFormats/dvcliveReader.js';
import {
  MAX_FOREIGN_POINTS,
  metricsRowsOf,
  type ForeignPoint,
  type ForeignRun,
} from '../../core/openFormats/foreignRun.js';
import { readTensorboardEvents } from '../../core/openFormats/tensorboardReader.js';
import { readTrainerState } from '../../core/openFormats/trainerState.js';
import { fillsMasks } from '../../core/objectives/objectives.js';
import { keyHash } from '../../core/random.js';
import { HELD_OUT_METRIC_NAMES } from '../../core/runs/metrics.js';
import {
  RUN_FILES,
  type MetricsRow,
  type RunState,
  type TaskKind,
} from '../../core/runs/schema.js';
import { slugify } from '../../core/runs/runId.js';
import type { ImportedRun } from '../../core/specs/importedRun.js';
import { copyRegularSync, readBytes, readText } from '../files/regularFile.js';
import { asideOf, renameWithRetries, storageError, storing } from '../files/storage.js';
import { initialRunState, storedState } from '../runs/runState.js';

/** Bytes of one file of another tool at most. */
const MAX_FILE_BYTES = 1 << 28;
/** Files of a run of another tool that are looked through. */
const MAX_FILES = 10_000;
const MAX_DEPTH = 4;
const EVENT_FILE = /^events\.out\.tfevents\./;
const TRAINER_STATE = 'trainer_state.json';
const DVCLIVE_METRICS = 'metrics.json';
const DVCLIVE_TABLE = /plots[\\/]metrics[\\/].*\.tsv$/;

export interface ImportOptions {
  readonly runsFolder: string;
  readonly experiment?: string | undefined;
  readonly name?: string | undefined;
}

/**
 * Copies the metrics of a run of another tool into a run folder, which is shown beside our own. The
 * folder that was read stays as it is; importing it again replaces the copy. Returns the run folder.
 * Throws `UserInput` if nothing is found, or `Storage`.
 */
export async function importRun(given: string, options: ImportOptions): Promise<string> {
  const source = path.resolve(given);
  const found = await readForeignRun(source);
  if (found === null) throw inputError(problem('runs.nothingToImport', { path: given }));
  const { task, modelName } = await modelOf(source);
  const rows = metricsRowsOf(found.points, { isMaskedLm: fillsMasks({ task }) });
  if (rows.length === 0) throw inputError(problem('runs.noMetricsToImport', { path: given }));
  const stats = fs.statSync(source);
  const name = options.name ?? path.basename(source);
  const id = `imported-${slugify(name)}-${keyHash(source).slice(0, 8)}`;
  const run: ImportedRun = {
    ...{ version: 1, id, name, task, modelName, source },
    tool: found.tool,
    createdAt: stats.mtime.toISOString(),
    experiment: slugify(options.experiment ?? 'imported'),
    epochs: numberOf(found, 'training.epochs') ?? Math.max(...rows.map(({ epoch }) => epoch)),
    batchSize: numberOf(found, 'training.batchSize') ?? 0,
    learningRate: Math.max(0, ...rows.map(({ learningRate = 0 }) => learningRate)),
    parameters: found.parameters,
  };
  return storeImported(
    path.join(options.runsFolder, id),
    run,
    stateOf(found, rows, newestChange(source)),
    rows,
  );
}

function numberOf({ parameters }: ForeignRun, name: string): number | null {
  const value = parameters[name];
  return typeof value === 'number' && value >= 0 ? value : null;
}

/** Time of the newest file of a run of another tool. */
function newestChange(source: string): Date {
  const times = foreignFilesBelow(source).map(
    (file) => fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0,
  );
  return new Date(times.reduce((a, b) => Math.max(a, b), 0));
}

function stateOf(
  { totalSteps, hasEnded }: ForeignRun,
  rows: readonly MetricsRow[],
  changedAt: Date,
): RunState {
  const step = rows.at(-1)!.step;
  const metricsOf = (row: MetricsRow | undefined): Record<string, number> | null =>
    row === undefined
      ? null
      : Object.fromEntries(
          HELD_OUT_METRIC_NAMES.flatMap((name) => {
            const value = row[name];
            return value === undefined ? [] : [[name, value]];
          }),
        );
  const heldOut = rows.filter(({ split }) => split === 'heldOut');
  const test = metricsOf(rows.findLast(({ split }) => split === 'test'));
  const best = heldOut.reduce<MetricsRow | null>(
    (a, b) => (a === null || b.loss < a.loss ? b : a),
    null,
  );
  return {
    ...initialRunState('waiting'),
    // Readers take it for finished once its files have not changed for a while.
    status: hasEnded ? 'finished' : 'running',
    heartbeat: changedAt.toISOString(),
    ...{ step, totalSteps: Math.max(step, totalSteps ?? 0) },
    trainingSeconds: Math.max(...rows.map(({ time }) => time)),
    before: metricsOf(heldOut.find((row) => row.step === 0)),
    latest: metricsOf(heldOut.at(-1)),
    best: best === null ? null : { metric: 'loss', value: best.loss, step: best.step },
    ...(test === null ? {} : { test }),
  };
}

async function storeImported(
  directory: string,
  run: ImportedRun,
  state: RunState,
  rows: readonly MetricsRow[],
): Promise<string> {
  const aside = asideOf(directory);
  storing(directory, () => fs.mkdirSync(path.dirname(directory), { recursive: true }));
  try {
    fs.mkdirSync(aside);
    const write = (name: string, content: string): void => {
      fs.writeFileSync(path.join(aside, name), content);
    };
    write(RUN_FILES.imported, `${JSON.stringify(run, null, 2)}\n`);
    write(RUN_FILES.state, JSON.stringify(storedState(state)));
    write(RUN_FILES.metrics, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const annotations = path.join(directory, RUN_FILES.annotations);
    if (fs.existsSync(path.join(directory, RUN_FILES.imported))) {
      if (fs.existsSync(annotations)) {
        copyRegularSync(annotations, path.join(aside, RUN_FILES.annotations));
      }
      fs.rmSync(directory, { recursive: true, force: true });
    }
    await renameWithRetries(aside, directory);
  } catch (thrown) {
    fs.rmSync(aside, { recursive: true, force: true });
    throw storageError(directory, thrown);
  }
  return directory;
}

/** The run in a folder or file of another tool; `null` if there is none. */
export async function readForeignRun(source: string): Promise<ForeignRun | null> {
  const files = filesBelow(source);
  const states = files.filter((file) => path.basename(file) === TRAINER_STATE);
  if (states.length > 0) {
    // Checkpoints have the state until their step; that of the longest training has them all.
    const read = await Promise.all(
      states.map(async (file) => readTrainerState(await jsonIn(file))),
    );
    const runs = read.filter((run) => run !== null);
    const [longest] = runs.sort((a, b) => b.points.length - a.points.length);
    if (longest !== undefined) return longest;
  }
  const tables = files.filter((file) => DVCLIVE_TABLE.test(file));
  if (tables.length > 0 && files.some((file) => path.basename(file) === DVCLIVE_METRICS)) {
    const points: ForeignPoint[] = [];
    for (const file of tables) {
      const [, below = ''] = file.split(/plots[\\/]metrics[\\/]/);
      const name = below.replace(/\.tsv$/, '').replaceAll('\\', '/');
      for (const point of readDvcliveTable(await readText(file, MAX_FILE_BYTES), name)) {
        if (points.length < MAX_FOREIGN_POINTS) points.push(point);
      }
    }
    return { tool: 'dvclive', points, totalSteps: null, hasEnded: false, parameters: {} };
  }
  const events = files.filter((file) => EVENT_FILE.test(path.basename(file)));
  if (events.length === 0) return null;
  const points: ForeignPoint[] = [];
  for (const file of events.sort()) {
    for (const point of readTensorboardEvents(await readBytes(file, MAX_FILE_BYTES))) {
      if (points.length < MAX_FOREIGN_POINTS) points.push(point);
    }
  }
  return { tool: 'tensorboard', points, totalSteps: null, hasEnded: false, parameters: {} };
}

/** Files in a folder of another tool that an import reads. */
export function foreignFilesBelow(source: string): string[] {
  return filesBelow(source).filter((file) => {
    const name = path.basename(file);
    return (
      name === TRAINER_STATE ||
      name === DVCLIVE_METRICS ||
      EVENT_FILE.test(name) ||
      DVCLIVE_TABLE.test(file)
    );
  });
}

/** Regular files of a folder and the folders in it, or the file itself; links are not followed. */
function filesBelow(source: string): string[] {
  const stats = fs.lstatSync(source, { throwIfNoEntry: false });
  if (stats?.isFile() === true) return [source];
  if (stats?.isDirectory() !== true) return [];
  const found: string[] = [];
  const visit = (folder: string, depth: number): void => {
    for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
      if (found.length >= MAX_FILES) return;
      const file = path.join(folder, entry.name);
      if (entry.isFile()) found.push(file);
      else if (entry.isDirectory() && depth < MAX_DEPTH) visit(file, depth + 1);
    }
  };
  storing(source, () => {
    visit(source, 1);
  });
  return found;
}

async function jsonIn(file: string): Promise<unknown> {
  try {
    // Python writes NaN and Infinity, which JSON has not; such values have no place in a curve.
    const text = await readText(file, MAX_FILE_BYTES);
    return parseJsonText(text.replaceAll(/(:\s*)(?:NaN|-?Infinity)(\s*[,}])/g, '$1null$2'));
  } catch {
    return null;
  }
}

const configSchema = z.looseObject({
  architectures: z.array(z.string()).nullish(),
  _name_or_path: z.string().nullish(),
  problem_type: z.string().nullish(),
});

/** Tasks by the `problem_type` of a model with a head for whole texts. */
const TASKS_OF_PROBLEMS: ReadonlyMap<string, TaskKind> = new Map([['regression', 'regression']]);

/** Task and name of the model beside a run; masked language modeling unless its config says otherwise. */
async function modelOf(source: string): Promise<{ task: TaskKind; modelName: string }> {
  const file = path.join(source, 'config.json');
  const read = fs.existsSync(file) ? configSchema.safeParse(await jsonIn(file)) : null;
  const config = read?.success === true ? read.data : null;
  const [architecture = ''] = config?.architectures ?? [];
  const modelName = config?._name_or_path ?? architecture;
  if (architecture.endsWith('ForTokenClassification')) {
    return { task: 'token-classification', modelName };
  }
  if (!architecture.endsWith('ForSequenceClassification')) return { task: 'masked-lm', modelName };
  const task = TASKS_OF_PROBLEMS.get(config?.problem_type ?? '') ?? 'classification';
  return { task, modelName };
}
