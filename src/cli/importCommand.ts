import { describeError } from '../core/errors.js';
import { ENGLISH } from '../core/messages/render.js';
import { followForeignRuns } from '../node/openFormats/followForeignRuns.js';
import { importRun } from '../node/openFormats/importRun.js';
import { usageError } from './commandLineError.js';
import { interruptible } from './interruptible.js';
import { print, printError, printJson } from './output.js';
import { shown } from './ownedFolder.js';
import { RUNS_FOLDER_FLAG, runsFolderFrom } from './runsFolderFlag.js';
import type { CommandShape, CommandValues } from './usage.js';

export const IMPORT: CommandShape = {
  name: 'import',
  group: 'training',
  usage: '<folder> … [options]',
  summary: 'Show runs of other tools beside your own, with their curves',
  notes: [
    'Reads trainer_state.json of Hugging Face, such as that of run_mlm.py, TensorBoard event files, and DVCLive folders. Metrics are copied into a run folder for each given folder, which itself is not changed. Import it again to bring the copy up to date, or give --follow.',
  ],
  flags: {
    out: RUNS_FOLDER_FLAG,
    name: { shape: '<name>', help: 'Name of the run', otherwise: 'that of the folder' },
    experiment: {
      shape: '<name>',
      help: 'Experiment that the runs belong to',
      otherwise: 'imported',
    },
    follow: {
      help: 'Import a folder again whenever its files change, until interrupted. A folder that does not exist yet is waited for, and "folder/*" stands for all folders in it',
    },
    json: { help: 'Print a JSON object per run instead of a line' },
  },
  examples: [
    'masklab import outputs/bert-notes',
    'masklab import runs/Nov28 --experiment notes',
    'masklab import "outputs/*" --follow',
  ],
};

export async function importCommand(values: CommandValues): Promise<void> {
  const sources = values.positionals;
  const name = values.text('name');
  if (sources.length === 0) {
    throw usageError('"masklab import" requires a folder.', IMPORT.name);
  }
  if (name !== undefined && (sources.length > 1 || values.has('follow'))) {
    throw usageError('--name requires one folder, without --follow.', IMPORT.name);
  }
  const options = { runsFolder: runsFolderFrom(values), experiment: values.text('experiment') };
  const onImported = (directory: string): void => {
    if (values.has('json')) printJson({ directory });
    else print(`Imported: ${shown(directory)}`);
  };
  if (!values.has('follow')) {
    for (const source of sources) onImported(await importRun(source, { ...options, name }));
    return;
  }
  await interruptible(values, ({ signal }) =>
    followForeignRuns(sources, {
      ...{ ...options, onImported },
      signal: AbortSignal.any([signal, endOfParent()]),
      onProblem: (problem, source) => {
        const { message, remedy } = describeError(problem, ENGLISH);
        printError(`masklab: ${shown(source)}: ${message} ${remedy}`);
      },
    }),
  );
}

const PARENT_CHECK_MILLISECONDS = 2000;

/** Aborts when the process that started this one, such as an editor, has ended without stopping it. */
function endOfParent(): AbortSignal {
  const controller = new AbortController();
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    controller.abort();
  }, PARENT_CHECK_MILLISECONDS);
  timer.unref();
  return controller.signal;
}
