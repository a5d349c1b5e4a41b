import { inputError } from '../core/errors.js';
import { formatBytes } from '../core/format.js';
import { parseModelReference, referenceText } from '../core/hub/repository.js';
import { problem } from '../core/messages/message.js';
import { isLive } from '../core/runs/status.js';
import { hubSettings } from '../node/hub/hubSettings.js';
import { usesOfModels } from '../node/hub/modelList.js';
import { modelRunsOf } from '../node/runs/modelRuns.js';
import { planRemoval, remove } from '../node/hub/removeModel.js';
import { listRuns } from '../node/runs/runReader.js';
import { usageError } from './commandLineError.js';
import { print, printError, printJson } from './output.js';
import { RUNS_FOLDER_FLAG, runsFolderFrom } from './runsFolderFlag.js';
import type { CommandShape, CommandValues } from './usage.js';

export const MODELS_REMOVE: CommandShape = {
  name: 'models rm',
  group: 'models',
  usage: '<organization/name>[@<revision>] [options]',
  summary: 'Remove a model from the shared cache',
  notes: [
    'Files that another revision uses are kept. Without a revision, all revisions are removed. Other programs that use the shared cache lose the model too.',
  ],
  flags: {
    out: RUNS_FOLDER_FLAG,
    'dry-run': { help: 'Print what would be freed' },
    json: { help: 'Print one JSON object instead of lines' },
  },
  examples: [
    'masklab models rm google-bert/bert-base-uncased',
    'masklab models rm google-bert/bert-base-uncased@main --dry-run',
  ],
};

export async function modelsRemoveCommand(values: CommandValues): Promise<void> {
  const [given, ...others] = values.positionals;
  if (given === undefined || others.length > 0) {
    throw usageError('"masklab models rm" requires one organization/name.', MODELS_REMOVE.name);
  }
  const reference = parseModelReference(given);
  const removal = planRemoval(hubSettings().cacheFolder, reference);
  const runs = await listRuns(runsFolderFrom(values));
  const folders = new Set(removal.snapshots.map(({ folder }) => folder));
  const usersOf = async (chosen: typeof runs): Promise<string[]> =>
    [...(await usesOfModels(modelRunsOf(chosen)))].flatMap(([folder, names]) =>
      folders.has(folder) ? names : [],
    );
  const training = await usersOf(runs.filter(({ status }) => isLive(status)));
  if (training.length > 0 && !values.has('dry-run')) {
    const [name, names] = [referenceText(reference), training.join(', ')];
    throw inputError(problem('hub.usedByRun', { name, runs: names }));
  }
  const usedBy = await usersOf(runs);
  const isDry = values.has('dry-run');
  if (!isDry) remove(removal);
  const { freedBytes, sharedBytes, snapshots } = removal;
  const name = referenceText(reference);
  if (values.has('json')) {
    const commits = snapshots.map(({ commit }) => commit);
    printJson({ name, commits, freedBytes, sharedBytes, usedBy, removed: !isDry });
    return;
  }
  const kept =
    sharedBytes === 0
      ? ''
      : ` ${formatBytes(sharedBytes)} are kept, because other revisions use them.`;
  const what = isDry ? `Removing ${name} would free` : `Removed ${name} and freed`;
  print(`${what} ${formatBytes(freedBytes)}.${kept}`);
  if (usedBy.length > 0) {
    printError(
      `Runs that started from it need it to be repeated: ${usedBy.join(', ')}. "masklab models add" downloads it again.`,
    );
  }
}
