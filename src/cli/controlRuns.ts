import { findRuns } from '../node/runs/compareRuns.js';
import { LocalLauncher } from '../node/runs/localLauncher.js';
import { isLive, type ObservedStatus } from '../core/runs/status.js';
import { CommandLineError, usageError } from './commandLineError.js';
import { print } from './output.js';
import { RUNS_FOLDER_FLAG, runsFolderFrom } from './runsFolderFlag.js';
import { TRAINER } from './trainAndShow.js';
import type { CommandShape, CommandValues } from './usage.js';

const SHARED = {
  group: 'training',
  usage: '<run> … [options]',
  flags: { out: RUNS_FOLDER_FLAG },
} as const;

const NAMES =
  'A run is named by its id, the start or end of its id, its name or its folder; an experiment stands for all its runs.';

export const PAUSE: CommandShape = {
  ...SHARED,
  name: 'pause',
  summary: 'Pause runs that are training, with their memory but without work',
  notes: [
    `Each run writes a checkpoint after its current step and waits. Continue it with "masklab resume". ${NAMES}`,
  ],
  examples: ['masklab pause calm-river'],
};

export const STOP: CommandShape = {
  ...SHARED,
  name: 'stop',
  summary: 'Stop runs that are training, for example those that the queue started',
  notes: [
    `Each run writes a checkpoint after its current step and ends. Continue it with "masklab resume". ${NAMES}`,
  ],
  examples: ['masklab stop calm-river'],
};

export async function pauseCommand(values: CommandValues): Promise<void> {
  const isTraining = (status: ObservedStatus): boolean => status === 'running';
  const launcher = new LocalLauncher(TRAINER);
  for (const { id, directory } of await runsThat(isTraining, PAUSE, values)) {
    await launcher.pause(directory);
    print(`${id} pauses after this step.`);
  }
}

export async function stopCommand(values: CommandValues): Promise<void> {
  const launcher = new LocalLauncher(TRAINER);
  for (const { id, directory } of await runsThat(isLive, STOP, values)) {
    await launcher.stop(directory);
    print(`${id} stops after this step.`);
  }
}

/** The named runs. Throws if one of them cannot be asked, before any is. */
async function runsThat(
  canBeAsked: (status: ObservedStatus) => boolean,
  { name }: CommandShape,
  values: CommandValues,
): Promise<readonly { readonly id: string; readonly directory: string }[]> {
  if (values.positionals.length === 0) throw usageError(`"masklab ${name}" requires a run.`, name);
  const runs = await findRuns(values.positionals, runsFolderFrom(values));
  const idle = runs.find(({ status }) => !canBeAsked(status));
  if (idle === undefined) return runs;
  throw new CommandLineError(
    `${idle.id} is not training. Its status is "${idle.status}".`,
    'Run "masklab runs" to list the runs with their status.',
  );
}
