import fs from 'node:fs';
import path from 'node:path';
import { mapAtOnce } from '../../core/collections/mapAtOnce.js';
import { listedProblem, usesOfConfig } from '../../core/hub/listedModel.js';
import type { LocalModel, ModelOrigin, ModelRun } from '../../core/hub/localModel.js';
import { problem, type Problem } from '../../core/messages/message.js';
import { headOf } from '../../core/models/labels.js';
import { modelName } from '../../core/models/modelName.js';
import { licenseInCard } from '../models/cardHeader.js';
import { modelFiles, ONNX_FILE, readModelCard, readModelJson } from '../models/modelFiles.js';
import { runModelFolder } from '../runs/runDirectory.js';
import { RUNS_AT_ONCE } from '../runs/runReader.js';
import { readRunSpec } from '../runs/runSpecFile.js';
import { cachedSnapshots, missingFile } from './cachedModels.js';

export interface ModelListInput {
  readonly bundledModel: string;
  readonly workspaceFolders: readonly string[];
  readonly cacheFolder: string;
  readonly runs: readonly ModelRun[];
}

/** Lists the bundled model, those of the workspace, those of the shared cache, and those of runs. */
export async function listLocalModels(input: ModelListInput): Promise<LocalModel[]> {
  const { bundledModel, workspaceFolders, cacheFolder, runs } = input;
  const found = workspaceFolders.flatMap((folder) =>
    modelFoldersIn(folder, [bundledModel, cacheFolder]),
  );
  const uses = await usesOfModels(runs);
  const from = (
    origin: ModelOrigin,
    folder: string,
    more: Partial<LocalModel> = {},
  ): Promise<LocalModel> => describe({ origin, folder, uses, more });
  const trained = runs.filter(({ hasModel }) => hasModel);
  return Promise.all([
    from('bundled', bundledModel),
    ...[...new Set(found)].sort().map((folder) => from('folder', folder)),
    ...cachedSnapshots(cacheFolder).map(({ folder, revisions, commit, files }) => {
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      return from('cache', folder, { revisions: [...revisions], commit, bytes });
    }),
    ...trained.map(({ directory, name }) => from('run', runModelFolder(directory), { name })),
  ]);
}

interface Described {
  readonly origin: ModelOrigin;
  readonly folder: string;
  readonly uses: ReadonlyMap<string, readonly string[]>;
  readonly more: Partial<LocalModel>;
}

async function describe({ origin, folder, uses, more }: Described): Promise<LocalModel> {
  const config = await readModelJson(folder, 'config.json').catch(() => null);
  const type = config?.['model_type'];
  const head = config === null ? null : (headOf(config) ?? 'masked-lm');
  const sizes = sizesOf(folder);
  const card = readModelCard(folder);
  const isComplete = config !== null && sizes.every((size) => size !== null);
  const name = more.name ?? modelName(folder);
  const reason = problemIn(folder, { name, origin, config, isComplete });
  return {
    ...{ origin, folder, revisions: [], commit: null, name },
    family: typeof type === 'string' ? type.slice(0, 100) : null,
    head,
    bytes: sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0),
    license: licenseInCard(card ?? ''),
    isComplete,
    problem: reason,
    uses: reason === null && isComplete ? usesOfConfig(config) : [],
    hasCard: card !== null,
    usedBy: [...(uses.get(folder) ?? [])],
    ...more,
  };
}

/** Why a folder cannot be loaded, by the names of its files and the type of its model. */
function problemIn(
  folder: string,
  {
    name,
    origin,
    config,
    isComplete,
  }: Pick<LocalModel, 'name' | 'origin' | 'isComplete'> & {
    readonly config: Readonly<Record<string, unknown>> | null;
  },
): Problem | null {
  const type = config?.['model_type'];
  const listed = listedProblem({
    siblings: namesIn(folder).map((rfilename) => ({ rfilename })),
    config: { model_type: typeof type === 'string' ? type : null },
  });
  if (origin !== 'cache' || isComplete || !MISSING.has(listed?.id ?? '')) return listed;
  // Python's tools download the files of a model one by one, as they are needed.
  return problem('hub.incomplete', { name, file: missingFile(folder) ?? 'config.json' });
}

const MISSING: ReadonlySet<string> = new Set([
  ...['hub.noConfig', 'hub.noWeights', 'hub.noTokenizer'],
]);

/** Names of the files of a model folder, those of its export included. */
function namesIn(folder: string): string[] {
  const list = (name: string): string[] => {
    try {
      return fs.readdirSync(path.join(folder, name));
    } catch {
      return [];
    }
  };
  const onnx = path.posix.dirname(ONNX_FILE);
  return [...list(''), ...list(onnx).map((name) => `${onnx}/${name}`)];
}

/** Sizes of the files that a model needs; `null` for those that are missing. */
function sizesOf(folder: string): (number | null)[] {
  try {
    const { config, tokenizer, weights } = modelFiles(folder);
    return [config, tokenizer, ...weights].map(
      (name) => fs.statSync(path.join(folder, name), { throwIfNoEntry: false })?.size ?? null,
    );
  } catch {
    // A shard index that cannot be read.
    return [null];
  }
}

/** Names of the runs that started from each model folder. */
export async function usesOfModels(
  runs: readonly ModelRun[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const started = runs.filter(({ hasStart }) => hasStart);
  const starts = await mapAtOnce(started, RUNS_AT_ONCE, async ({ directory, name }) => {
    const spec = await readRunSpec(directory).catch(() => null);
    return { name, folder: spec?.model.path ?? null };
  });
  const uses = new Map<string, string[]>();
  for (const { name, folder } of starts) {
    if (folder === null) continue;
    uses.set(folder, [...(uses.get(folder) ?? []), name]);
  }
  return uses;
}

const WEIGHTS = ['model.safetensors', 'model.safetensors.index.json', ONNX_FILE];
const DEEPEST = 4;
const MOST_FOLDERS = 5000;

/** Model folders in a workspace, but for others, hidden folders, such as those of runs, and packages. */
function modelFoldersIn(workspaceFolder: string, others: readonly string[]): string[] {
  const found: string[] = [];
  const left = [{ folder: workspaceFolder, depth: 0 }];
  for (let seen = 0; left.length > 0 && seen < MOST_FOLDERS; seen++) {
    const { folder, depth } = left.shift()!;
    if (others.includes(folder)) continue;
    let entries: fs.Dirent[];
    try {
      entries = fs.readdirSync(folder, { withFileTypes: true });
    } catch {
      continue;
    }
    const isModel =
      entries.some(({ name }) => name === 'config.json') &&
      WEIGHTS.some((name) => fs.existsSync(path.join(folder, name)));
    if (isModel) found.push(folder);
    if (isModel || depth === DEEPEST) continue;
    for (const entry of entries) {
      const isSkipped = entry.name.startsWith('.') || entry.name === 'node_modules';
      if (!entry.isDirectory() || isSkipped) continue;
      left.push({ folder: path.join(folder, entry.name), depth: depth + 1 });
    }
  }
  return found.sort();
}
