import { setTimeout } from 'node:timers/promises';
import { ENGLISH, renderMessage } from '../core/messages/render.js';
import { queuedRuns, withFirst } from '../core/runs/queueOrder.js';
import { memoryMessage } from '../core/runs/queueWaits.js';
import { isLive } from '../core/runs/status.js';
import { LocalLauncher } from '../node/runs/localLauncher.js';
import { QueueDispatcher } from '../node/runs/queueDispatcher.js';
import { changeQueue, readQueue, readQueueWaits } from '../node/runs/queueFile.js';
import { machineCapacity } from '../node/runs/machineCapacity.js';
import { listRuns } from '../node/runs/runReader.js';
import { CommandLineError, usageError } from './commandLineError.js';
import { exitAsStopped, onInterrupt } from './interrupts.js';
import { print, printError, printJson } from './output.js';
import { RUNS_FOLDER_FLAG, runsFolderFrom } from './runsFolderFlag.js';
import { TRAINER } from './trainAndShow.js';
import type { CommandShape, CommandValues } from './usage.js';

const POLL_MILLISECONDS = 1000;

const SHARED = { group: 'training', flags: { out: RUNS_FOLDER_FLAG } } as const;

export const QUEUE: CommandShape = {
  ...SHARED,
  name: 'queue',
  usage: '[options]',
  summary: 'List the waiting runs of a folder in the order of their start',
  notes: [
    'Add a run with "masklab train --queue" or "masklab pretrain --queue". Waiting runs are started by the editor while it is open, or by "masklab queue run".',
  ],
  flags: { ...SHARED.flags, json: { help: 'Print one JSON object instead of lines' } },
  examples: ['masklab queue'],
};

export const QUEUE_RUN: CommandShape = {
  ...SHARED,
  name: 'queue run',
  usage: '[options]',
  summary: 'Start the waiting runs of a folder in their order, until none is waiting',
  notes: [
    'A run starts when cores and memory for it are free, also beside others whose "threads" leave it cores. One that needs more memory than this machine has is not started.',
    'Ctrl+C ends the command with exit code 130. A run that is training continues.',
  ],
  examples: ['masklab queue run'],
};

export const QUEUE_PAUSE: CommandShape = {
  ...SHARED,
  name: 'queue pause',
  usage: '[options]',
  summary: 'Hold back all waiting runs of a folder',
  examples: ['masklab queue pause'],
};

export const QUEUE_RESUME: CommandShape = {
  ...SHARED,
  name: 'queue resume',
  usage: '[options]',
  summary: 'Let the waiting runs of a folder start again',
  examples: ['masklab queue resume'],
};

export const QUEUE_FIRST: CommandShape = {
  ...SHARED,
  name: 'queue first',
  usage: '<run> [options]',
  summary: 'Move a waiting run to the front of the queue',
  examples: ['masklab queue first 20261128-1200-calm-river'],
};

function refuseArguments({ name }: CommandShape, { positionals }: CommandValues): void {
  if (positionals.length > 0) throw usageError(`"masklab ${name}" takes no arguments.`, name);
}

export async function queueCommand(values: CommandValues): Promise<void> {
  refuseArguments(QUEUE, values);
  const runsFolder = runsFolderFrom(values);
  const queue = await readQueue(runsFolder);
  const runs = await listRuns(runsFolder);
  const { memory } = await readQueueWaits(runsFolder);
  const waiting = queuedRuns(runs, queue).map(({ id, name }) => ({
    ...{ id, name },
    memory: memory[id] ?? null,
  }));
  if (values.has('json')) {
    printJson({ isPaused: queue.isPaused, waiting });
    return;
  }
  for (const { id, status } of runs) if (isLive(status)) print(`${id}  ${status}`);
  waiting.forEach(({ id, memory: wait }, i) => {
    const reason = wait === null ? '' : `: ${renderMessage(memoryMessage(wait), ENGLISH)}`;
    print(`${id}  waiting, ${i + 1} of ${waiting.length}${reason}`);
  });
  if (waiting.length === 0) print('No run is waiting.');
  if (queue.isPaused) print('The queue is paused. Continue with: masklab queue resume');
}

export async function queueRunCommand(values: CommandValues): Promise<void> {
  refuseArguments(QUEUE_RUN, values);
  const runsFolder = runsFolderFrom(values);
  const launcher = new LocalLauncher(TRAINER);
  const dispatcher = new QueueDispatcher({
    runsFolder,
    runs: () => listRuns(runsFolder),
    start: async ({ id, directory }) => {
      print(`${id} started.`);
      await launcher.start(directory);
    },
    memoryOf: ({ directory }) => launcher.memoryOf(directory),
    machine: machineCapacity,
  });
  let printed = '';
  const controller = new AbortController();
  const stopListening = onInterrupt(() => {
    controller.abort();
  });
  try {
    while (await dispatcher.update()) {
      printed = await printWaits(runsFolder, printed);
      await setTimeout(POLL_MILLISECONDS, undefined, { signal: controller.signal });
    }
    await printWaits(runsFolder, printed);
  } catch (thrown) {
    if (!controller.signal.aborted) throw thrown;
    printError('masklab: The queue continues with "masklab queue run".');
    exitAsStopped();
  } finally {
    dispatcher.dispose();
    stopListening();
  }
}

/** Prints the runs that lack memory unless they are those printed before, whose ids are returned. */
async function printWaits(runsFolder: string, printed: string): Promise<string> {
  const { memory } = await readQueueWaits(runsFolder);
  const ids = Object.keys(memory).join(' ');
  if (ids === printed) return ids;
  for (const [id, wait] of Object.entries(memory)) {
    print(`${id} ${renderMessage(memoryMessage(wait), ENGLISH)}.`);
  }
  return ids;
}

export async function queuePauseCommand(values: CommandValues): Promise<void> {
  refuseArguments(QUEUE_PAUSE, values);
  await changeQueue(runsFolderFrom(values), (queue) => ({ ...queue, isPaused: true }));
  print('The queue is paused. Runs that are training continue.');
}

export async function queueResumeCommand(values: CommandValues): Promise<void> {
  refuseArguments(QUEUE_RESUME, values);
  await changeQueue(runsFolderFrom(values), (queue) => ({ ...queue, isPaused: false }));
  print('The queue continues.');
}

export async function queueFirstCommand(values: CommandValues): Promise<void> {
  const [id, ...others] = values.positionals;
  if (id === undefined || others.length > 0) {
    throw usageError('"masklab queue first" requires one run.', QUEUE_FIRST.name);
  }
  const runsFolder = runsFolderFrom(values);
  const waiting = queuedRuns(await listRuns(runsFolder), await readQueue(runsFolder));
  if (!waiting.some((run) => run.id === id)) {
    throw new CommandLineError(
      `${id} is not waiting.`,
      'Run "masklab queue" to list the waiting runs.',
    );
  }
  await changeQueue(runsFolder, (queue) => withFirst(queue, id));
  print(`${id} starts next.`);
}
