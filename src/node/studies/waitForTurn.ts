import path from 'node:path';
import { message, type Message } from '../../core/messages/message.js';
import { isLive } from '../../core/runs/status.js';
import {
  isTooLarge,
  memoryArguments,
  memoryWaitOf,
  type MachineMemory,
} from '../../core/runs/queueWaits.js';
import { machineMemory } from '../runs/machineMemory.js';
import type { Launcher } from '../runs/launcher.js';
import { listRunDirectories } from '../runs/runDirectory.js';
import { RunReader } from '../runs/runReader.js';
import { readQueue } from '../runs/queueFile.js';
import { pause } from '../runtime/http.js';

export interface WaitForTurnOptions {
  readonly signal: AbortSignal;
  readonly report: (said: Message) => void;
  readonly launcher: Pick<Launcher, 'memoryOf'>;
  /** Default: this machine. */
  readonly machine?: () => MachineMemory;
  /** Default: 2. */
  readonly pollSeconds?: number;
}

/**
 * Waits until a run of a study may start, as a run of the queue does: while another run of its folder
 * trains, the queue is paused or memory for it is not free, it waits. A run that needs more than the
 * machine has does not wait, since that would not help. Resolves early when the signal is aborted.
 */
export async function waitForTurn(directory: string, options: WaitForTurnOptions): Promise<void> {
  const { signal, report, pollSeconds = 2 } = options;
  // One reader, which tells a run of another machine that no longer changes from a live one.
  const reader = new RunReader();
  let said: string | null = null;
  while (!signal.aborted) {
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
  { launcher, machine = machineMemory }: WaitForTurnOptions,
): Promise<Message | null> {
  const runsFolder = path.dirname(directory);
  if ((await readQueue(runsFolder)).isPaused) return message('study.waitsForQueue');
  for (const other of await listRunDirectories(runsFolder)) {
    if (path.resolve(other) === path.resolve(directory)) continue;
    const { name, status } = await reader.read(other);
    if (isLive(status)) return message('study.waitsForRun', { run: name });
  }
  const wait = memoryWaitOf(await launcher.memoryOf(directory), machine());
  if (wait === null || isTooLarge(wait)) return null;
  return message('study.waitsForMemory', memoryArguments(wait));
}
