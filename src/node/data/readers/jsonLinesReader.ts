import { recordError, type DataRecord } from '../../../core/data/labelledRows.js';
import { RefusedFile } from '../../../core/fileProblem.js';
import { parseJsonText } from '../../../core/jsonText.js';
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
    const values = parseJsonText(text);
    if (isObject(values)) return { file, line, values };
    onBad(noObject({ file, line }));
  } catch (thrown) {
    onBad(
      thrown instanceof RefusedFile
        ? recordError({ file, line }, null, thrown.reason)
        : broken({ file, line }, thrown),
    );
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

function broken(place: { file: string; line: number }, thrown: unknown): AppError {
  if (!(thrown instanceof SyntaxError)) throw thrown;
  const { message: reason } = thrown;
  return recordError(place, null, problem('data.invalidJsonLine', { reason, example: EXAMPLE }));
}
