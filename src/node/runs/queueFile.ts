import fs from 'node:fs';
import path from 'node:path';
import { EMPTY_QUEUE, queueSchema, type Queue } from '../../core/runs/queueOrder.js';
import { NO_WAITS, queueWaitsSchema, type QueueWaits } from '../../core/runs/queueWaits.js';
import { storing, writeJsonAtomically } from '../files/storage.js';
import { parseJson, StampedFiles } from './stampedFiles.js';

const QUEUE_FILE = 'queue.json';
const WAITS_FILE = 'waits.json';

/** Folder of the queue of a runs folder, which no list of runs shows. */
export function queueFolderOf(runsFolder: string): string {
  return path.join(runsFolder, '.queue');
}

/** A file that is missing or damaged counts as an untouched queue. */
export async function readQueue(runsFolder: string): Promise<Queue> {
  const { value } = await new StampedFiles((content, name) =>
    parseJson(queueSchema, content, name),
  ).read(path.join(queueFolderOf(runsFolder), QUEUE_FILE));
  return value ?? EMPTY_QUEUE;
}

/** Runs that wait for memory. A file that is missing or damaged names none. */
export async function readQueueWaits(runsFolder: string): Promise<QueueWaits> {
  const { value } = await new StampedFiles((content, name) =>
    parseJson(queueWaitsSchema, content, name),
  ).read(path.join(queueFolderOf(runsFolder), WAITS_FILE));
  return value ?? NO_WAITS;
}

/** Replaces the runs that wait for memory; only the process that starts them does. Throws `Storage`. */
export async function writeQueueWaits(runsFolder: string, waits: QueueWaits): Promise<void> {
  await writeJsonAtomically(path.join(queueFolderOf(runsFolder), WAITS_FILE), waits);
}

/** Changes the queue of a runs folder. Throws `Storage`. */
export async function changeQueue(
  runsFolder: string,
  change: (queue: Queue) => Queue,
): Promise<void> {
  const folder = queueFolderOf(runsFolder);
  storing(folder, () => fs.mkdirSync(folder, { recursive: true }));
  await writeJsonAtomically(path.join(folder, QUEUE_FILE), change(await readQueue(runsFolder)));
}
