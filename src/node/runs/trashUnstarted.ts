import { readRun } from './runReader.js';
import { moveToTrash } from './trash.js';

/** Moves a run that waits and was never started to the trash of its folder. */
export async function trashUnstarted(directory: string): Promise<void> {
  const { status, state } = await readRun(directory);
  if (status === 'waiting' && (state?.step ?? 0) === 0) await moveToTrash(directory);
}
