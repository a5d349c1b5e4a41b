import { describeError, type AppErrorData } from '../core/errors.js';
import { readTextRecords } from '../node/data/textRecords.js';
import { collectDataFiles } from '../node/data/textFiles.js';
import { textColumnsIn } from '../core/data/dataSelection.js';
import { textSelectionOf } from './dataFlags.js';
import { printError } from './output.js';
import type { CommandShape, CommandValues } from './usage.js';
import { ENGLISH } from '../core/messages/render.js';

/** Number of characters after which a passage of running text ends at the next empty line. */
const PASSAGE = 2000;

/** Streams the texts that a command's flags select, and counts the skipped rows and files. */
export async function textsOf(
  shape: CommandShape,
  values: CommandValues,
  signal: AbortSignal,
): Promise<{ texts: AsyncIterable<string>; skipped: () => number }> {
  const selection = textSelectionOf(shape, values);
  const { workspaceFolder, columns, format, dialect, cleaning, code, skipBad } = selection;
  const { files } = await collectDataFiles(selection, 'any', signal);
  let skipped = 0;
  const onBad = (error: AppErrorData): void => {
    if (skipped++ === 0) printError(`masklab: ${describeError(error, ENGLISH).message}`);
  };
  const records = readTextRecords(files, {
    ...{ workspaceFolder, format, dialect, cleaning, signal },
    columns: textColumnsIn(columns),
    atLeast: PASSAGE,
    ...(code === null ? {} : { code }),
    ...(skipBad ? { onBad } : {}),
  });
  async function* texts(): AsyncGenerator<string> {
    for await (const { text, pair } of records) {
      yield text.text;
      if (pair !== null) yield pair;
    }
  }
  return { texts: texts(), skipped: () => skipped };
}
