import fs from 'node:fs';
import path from 'node:path';
import { mapAtOnce } from '../../core/collections/mapAtOnce.js';
import { headOf } from '../../core/models/labels.js';
import type { HeadKind } from '../../core/models/model.js';
import { modelName } from '../../core/models/modelName.js';
import { licenseInCard } from '../models/cardHeader.js';
import { modelFiles, ONNX_FILE, readModelCard, readModelJson } from '../models/modelFiles.js';
import { runModelFolder } from '../runs/runDirectory.js';
import { RUNS_AT_ONCE, type RunSummary } from '../runs/runReader.js';
import { readRunSpec } from '../runs/runSpecFile.js';
import { cachedSnapshots } from './cachedModels.js';

export type ModelOrigin = 'bundled' | 'folder' | 'cache' | 'run';

/** A model on this machine. */
export interface LocalModel {
  readonly origin: ModelOrigin;
  readonly name: string;
  readonly folder: string;
  /** Branches and tags of a model in the cache. */
  readonly revisions: readonly string[];
  readonly commit: string | null;
  /** `model_type` of its configuration. */
  readonly family: string | null;
  readonly head: HeadKind | null;
  /** Bytes of its files; files that several revisions share count for each. */
  readonly bytes: number;
  readonly license: string | null;
  /** Whether configuration, tokenizer and weights are all there. */
  readonly isComplete: boolean;
  /** Names of the runs that started from it. */
  readonly usedBy: readonly string[];
}

export interface ModelListInput {
  readonly bundledModel: string;
  readonly workspaceFolder: string;
  readonly cacheFolder: string;
  readonly runs: readonly RunSummary[];
}

/** Lists the bundled model, those of the workspace, those of the shared cache, and those of runs. */
export async function listLocalModels(input: ModelListInput): Promise<LocalModel[]> {
  const { bundledModel, workspaceFolder, cacheFolder, runs } = input;
  const uses = await usesOfModels(runs);
  const from = (
    origin: ModelOrigin,
    folder: string,
    more: Partial<LocalModel> = {},
  ): Promise<LocalModel> => describe({ origin, folder, uses, more });
  const trained = runs.filter(({ hasModel }) => hasModel);
  return Promise.all([
    from('bundled', bundledModel),
    ...modelFoldersIn(workspaceFolder, [bundledModel, cacheFolder]).map((folder) =>
      from('folder', folder),
    ),
    ...cachedSnapshots(cacheFolder).map(({ folder, revisions, commit, files }) => {
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      return from('cache', folder, { revisions, commit, bytes });
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
  const sizes = sizesOf(folder);
  return {
    ...{ origin, folder, revisions: [], commit: null },
    name: modelName(folder),
    family: typeof type === 'string' ? type : null,
    head: config === null ? null : (headOf(config) ?? 'masked-lm'),
    bytes: sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0),
    license: licenseInCard(readModelCard(folder) ?? ''),
    isComplete: config !== null && sizes.every((size) => size !== null),
    usedBy: uses.get(folder) ?? [],
    ...more,
  };
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
  runs: readonly RunSummary[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const readable = runs.filter(({ facts }) => facts?.isPretraining === false);
  const starts = await mapAtOnce(readable, RUNS_AT_ONCE, async ({ directory, name }) => {
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
