import path from 'node:path';
import { message, type Message } from '../../core/messages/message.js';
import { isTooLarge, memoryArguments } from '../../core/runs/queueWaits.js';
import type { MachineCapacity } from '../../core/runs/queueRoom.js';
import { isLive } from '../../core/runs/status.js';
import { machineCapacity } from '../runs/machineCapacity.js';
import type { Launcher } from '../runs/launcher.js';
import { roomForRun } from '../runs/roomForRun.js';
import { listRunDirectories } from '../runs/runDirectory.js';
import { RunReader, type RunSummary } from '../runs/runReader.js';
import { readQueue } from '../runs/queueFile.js';
import { pause } from '../runtime/http.js';

export interface WaitForTurnOptions {
  readonly signal: AbortSignal;
  readonly report: (said: Message) => void;
  readonly launcher: Pick<Launcher, 'memoryOf'>;
  /** Default: this machine. */
  readonly machine?: () => MachineCapacity;
  /** Default: 2. */
  readonly pollSeconds?: number;
}

/**
 * Waits until a run of a study may start, as a run of the queue does: while cores or memory for it are
 * not free beside the runs of its folder that train, or the queue is paused, it waits. A run that needs
 * more memory than the machine has does not wait for it, since that would not help. Resolves early when
 * the signal is aborted, or another process trains the run.
 */
export async function waitForTurn(directory: string, options: WaitForTurnOptions): Promise<void> {
  const { signal, report, pollSeconds = 2 } = options;
  // One reader, which tells a run of another machine that no longer changes from a live one.
  const reader = new RunReader();
  let said: string | null = null;
  while (!signal.aborted) {
    // The queue of an editor may have started it.
    if (isLive((await reader.read(directory)).status)) return;
    const reason = await reasonToWait(directory, reader, options);
    if (reason === null) return;
    // Free memory changes all the time, which is not news.
    const key = reason.id === 'study.waitsForMemory' ? reason.id : JSON.stringify(reason);
    if (key !== said) report(reason);
    said = key;
    await pause(pollSeconds, signal).catch(() => undefined);
  }
}

async function reasonToWait(
  directory: string,
  reader: RunReader,
  { launcher, machine = machineCapacity }: WaitForTurnOptions,
): Promise<Message | null> {
  const runsFolder = path.dirname(directory);
  if ((await readQueue(runsFolder)).isPaused) return message('study.waitsForQueue');
  const live: RunSummary[] = [];
  for (const other of await listRunDirectories(runsFolder)) {
    if (path.resolve(other) === path.resolve(directory)) continue;
    const run = await reader.read(other);
    if (isLive(run.status)) live.push(run);
  }
  const { canStart, wait } = await roomForRun(await reader.read(directory), live, {
    memoryOf: (run) => launcher.memoryOf(run.directory),
    machine,
  });
  if (canStart) return null;
  if (wait !== null && !isTooLarge(wait)) {
    return message('study.waitsForMemory', memoryArguments(wait));
  }
  const [first] = live;
  return first === undefined ? null : message('study.waitsForRun', { run: first.name });
}
