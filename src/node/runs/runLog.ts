import path from 'node:path';
import { parseRows } from '../../core/runs/jsonLines.js';
import type { Message } from '../../core/messages/message.js';
import { withText } from '../../core/messages/render.js';
import { RUN_FILES, logRowSchema, type LogRow } from '../../core/runs/schema.js';
import { appendJsonLine } from '../files/storage.js';
import { readText } from '../files/regularFile.js';

/** Appends a line to the log of a run. Throws `Storage`. */
export function appendRunLog(
  directory: string,
  level: LogRow['level'],
  message: Message,
  topic?: LogRow['topic'],
): void {
  const time = new Date().toISOString();
  const row: LogRow = { time, level, message: withText(message), ...(topic && { topic }) };
  appendJsonLine(path.join(directory, RUN_FILES.log), row);
}

const MAX_LOG_BYTES = 1 << 26;

/** Whether the log of a run has a message. A log that cannot be read has none. */
export async function hasInRunLog(directory: string, message: Message): Promise<boolean> {
  const file = path.join(directory, RUN_FILES.log);
  const text = await readText(file, MAX_LOG_BYTES, 'refused').catch(() => '');
  // Most lines are other messages, which need no parsing.
  const lines = text.split('\n').filter((line) => line.includes(message.id));
  const wanted = JSON.stringify([message.id, message.args]);
  return parseRows(lines, logRowSchema).rows.some(
    (row) => JSON.stringify([row.message.id, row.message.args]) === wanted,
  );
}
