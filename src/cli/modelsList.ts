import path from 'node:path';
import { formatBytes } from '../core/format.js';
import { referenceOfModel, type LocalModel, type ModelOrigin } from '../core/hub/localModel.js';
import type { HeadKind } from '../core/models/model.js';
import { hubSettings } from '../node/hub/hubSettings.js';
import { listLocalModels } from '../node/hub/modelList.js';
import { modelRunsOf } from '../node/runs/modelRuns.js';
import { listRuns } from '../node/runs/runReader.js';
import { BUNDLED_MODEL } from './modelArgument.js';
import { print, printJson } from './output.js';
import { RUNS_FOLDER_FLAG, runsFolderFrom } from './runsFolderFlag.js';
import type { CommandShape, CommandValues } from './usage.js';

export const MODELS_LIST: CommandShape = {
  name: 'models list',
  group: 'models',
  usage: '[options]',
  summary: 'List the models on this machine',
  notes: [
    'The list has the bundled model, model folders below the current folder, models in the cache that Python tools share, and models of runs.',
  ],
  flags: {
    out: RUNS_FOLDER_FLAG,
    json: { help: 'Print a JSON list instead of lines' },
  },
  examples: ['masklab models list', 'masklab models list --json'],
};

export async function modelsListCommand(values: CommandValues): Promise<void> {
  const { cacheFolder } = hubSettings();
  const models = await listLocalModels({
    ...{ bundledModel: path.resolve(BUNDLED_MODEL), cacheFolder },
    workspaceFolders: [process.cwd()],
    runs: modelRunsOf(await listRuns(runsFolderFrom(values))),
  });
  if (values.has('json')) {
    printJson(models);
    return;
  }
  for (const [origin, heading] of Object.entries(HEADINGS) as [ModelOrigin, string][]) {
    const found = models.filter((model) => model.origin === origin);
    if (found.length === 0) continue;
    const place = origin === 'cache' ? ` (${cacheFolder})` : '';
    print(`${heading}${place}`);
    for (const model of found) print(`  ${lineOf(model)}`);
  }
}

const HEADINGS: Readonly<Record<ModelOrigin, string>> = {
  bundled: 'Bundled',
  folder: 'In this folder',
  cache: 'In the shared cache',
  run: 'From runs',
};

const TASKS: Readonly<Record<HeadKind, string>> = {
  'masked-lm': 'fill-mask',
  sequence: 'text-classification',
  token: 'token-classification',
};

function lineOf(model: LocalModel): string {
  const { family, head, bytes, license, usedBy, isComplete } = model;
  return [
    nameOf(model).padEnd(44),
    (family ?? 'unknown').padEnd(12),
    (head === null ? '' : TASKS[head]).padEnd(20),
    formatBytes(bytes).padStart(9),
    ` ${license ?? 'no license'}`.padEnd(14),
    isComplete ? '' : 'incomplete',
    usedBy.length === 0 ? '' : `used by ${usedBy.join(', ')}`,
  ]
    .join(' ')
    .trimEnd();
}

/** Name as `--model` takes it. */
function nameOf(model: LocalModel): string {
  const { origin, folder } = model;
  return origin === 'folder'
    ? path.relative(process.cwd(), folder) || '.'
    : referenceOfModel(model);
}
