import { parseExactJson } from '../../../core/data/exactJson.js';
import { recordError, type DataRecord } from '../../../core/data/labelledRows.js';
import { RefusedFile } from '../../../core/fileProblem.js';
import type { AppError } from '../../../core/errors.js';
import { problem } from '../../../core/messages/message.js';
import { Pace } from '../../runtime/pace.js';
import { linesOf, type Line } from './fileLines.js';
import { jsonFaultIn } from './jsonFaults.js';
import { withNul, type ReaderOptions } from './reader.js';

/** Records of a JSON Lines file, one object per line. */
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
  { shownAs: file, onBad, keepsBlank = false }: ReaderOptions,
): DataRecord | null {
  if (text.trim() === '') return keepsBlank ? { file, line, values: {} } : null;
  if (text.includes('\0')) {
    onBad(withNul({ file, line }));
    return null;
  }
  try {
    const values = parseExactJson(text);
    if (isObject(values)) return { file, line, values };
    onBad(noObject({ file, line }));
  } catch (thrown) {
    if (thrown instanceof RefusedFile) onBad(recordError({ file, line }, null, thrown.reason));
    else if (thrown instanceof SyntaxError) onBad(broken({ file, line }, text));
    else throw thrown;
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

function broken(place: { file: string; line: number }, text: string): AppError {
  const reason = jsonFaultIn(text);
  return recordError(place, null, problem('data.invalidJsonLine', { reason, example: EXAMPLE }));
}
