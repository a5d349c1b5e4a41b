import { recordError, type DataRecord } from '../../../core/data/labelledRows.js';
import type { AppError } from '../../../core/errors.js';
import { problem } from '../../../core/messages/message.js';
import { Pace } from '../../runtime/pace.js';
import { linesOf, type Line } from './fileLines.js';
import type { ReaderOptions } from './reader.js';

/** Records of a JSON Lines file, one object per line; empty lines are counted and skipped. */
export async function* readJsonLines(
  file: string,
  options: ReaderOptions,
): AsyncGenerator<DataRecord> {
  const pace = new Pace(options.signal);
  for await (const lines of linesOf(file, options)) {
    for (const line of lines) {
      if (pace.isOver) await pace.turn();
      const record = recordOf(line, options);
      if (record !== null) yield record;
    }
  }
}

function recordOf(
  { text, line }: Line,
  { shownAs: file, onBad }: ReaderOptions,
): DataRecord | null {
  if (text.trim() === '') return null;
  try {
    const values: unknown = JSON.parse(text);
    if (isObject(values)) return { file, line, values };
    onBad(noObject({ file, line }));
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    onBad(broken({ file, line }, thrown));
  }
  return null;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const EXAMPLE = '{"text": "…", "label": "…"}';

function noObject(place: { file: string; line: number }): AppError {
  return recordError(place, null, problem('data.lineNotObject', { example: EXAMPLE }));
}

function broken(place: { file: string; line: number }, { message: reason }: SyntaxError): AppError {
  return recordError(place, null, problem('data.invalidJsonLine', { reason, example: EXAMPLE }));
}
