import path from 'node:path';
import { message, type Message } from '../../core/messages/message.js';
import { isLive } from '../../core/runs/status.js';
import { listRunDirectories } from '../runs/runDirectory.js';
import { RunReader } from '../runs/runReader.js';
import { readQueue } from '../runs/queueFile.js';
import { pause } from '../runtime/http.js';

export interface WaitForTurnOptions {
  readonly signal: AbortSignal;
  readonly report: (said: Message) => void;
  /** Default: 2. */
  readonly pollSeconds?: number;
}

/**
 * Waits until a run of a study may start, as a run of the queue does: while another run of its folder
 * trains or the queue is paused, it waits. Resolves early when the signal is aborted.
 */
export async function waitForTurn(
  directory: string,
  { signal, report, pollSeconds = 2 }: WaitForTurnOptions,
): Promise<void> {
  const runsFolder = path.dirname(directory);
  // One reader, which tells a run of another machine that no longer changes from a live one.
  const reader = new RunReader();
  let said: string | null = null;
  while (!signal.aborted) {
    const reason = await reasonToWait(runsFolder, directory, reader);
    if (reason === null) return;
    const text = JSON.stringify(reason);
    if (text !== said) report(reason);
    said = text;
    await pause(pollSeconds, signal).catch(() => undefined);
  }
}

async function reasonToWait(
  runsFolder: string,
  directory: string,
  reader: RunReader,
): Promise<Message | null> {
  if ((await readQueue(runsFolder)).isPaused) return message('study.waitsForQueue');
  for (const other of await listRunDirectories(runsFolder)) {
    if (path.resolve(other) === path.resolve(directory)) continue;
    const { name, status } = await reader.read(other);
    if (isLive(status)) return message('study.waitsForRun', { run: name });
  }
  return null;
}
