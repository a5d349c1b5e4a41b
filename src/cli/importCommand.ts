import { importRun } from '../node/openFormats/importRun.js';
import { usageError } from './commandLineError.js';
import { print, printJson } from './output.js';
import { shown } from './ownedFolder.js';
import { RUNS_FOLDER_FLAG, runsFolderFrom } from './runsFolderFlag.js';
import type { CommandShape, CommandValues } from './usage.js';

export const IMPORT: CommandShape = {
  name: 'import',
  group: 'training',
  usage: '<folder> [options]',
  summary: 'Show a run of another tool beside your own, with its curves',
  notes: [
    'Reads trainer_state.json of Hugging Face, such as that of run_mlm.py, TensorBoard event files, and DVCLive folders. Its metrics are copied into a run folder; the folder itself is not changed. Import it again to bring the copy up to date.',
  ],
  flags: {
    out: RUNS_FOLDER_FLAG,
    name: { shape: '<name>', help: 'Name of the run', otherwise: 'that of the folder' },
    experiment: {
      shape: '<name>',
      help: 'Experiment that the run belongs to',
      otherwise: 'imported',
    },
    json: { help: 'Print a JSON object instead of a line' },
  },
  examples: ['masklab import outputs/bert-notes', 'masklab import runs/Nov28 --experiment notes'],
};

export async function importCommand(values: CommandValues): Promise<void> {
  const [source, ...others] = values.positionals;
  if (source === undefined || others.length > 0) {
    throw usageError('"masklab import" requires one folder.', IMPORT.name);
  }
  const directory = await importRun(source, {
    runsFolder: runsFolderFrom(values),
    name: values.text('name'),
    experiment: values.text('experiment'),
  });
  if (values.has('json')) printJson({ directory });
  else print(`Imported: ${shown(directory)}`);
}
