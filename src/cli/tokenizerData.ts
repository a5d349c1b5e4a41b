import { DATA_FORMATS, type DataFormat } from '../core/data/dataFormats.js';
import { describeError, type AppErrorData } from '../core/errors.js';
import { CLEANING_STEPS, type CleaningStep } from '../core/text/cleaning/steps.js';
import { collectDataFiles } from '../node/textFiles.js';
import { readTextRecords } from '../node/textRecords.js';
import { usageError, type CommandShape, type CommandValues } from './usage.js';

/** The flags that say which texts a vocabulary is made from. */
export const TEXT_FLAGS: CommandShape['flags'] = {
  data: {
    shape: '<files …>',
    multiple: true,
    help: 'files, folders or globs of the text: running text, tables, source code',
  },
  format: {
    shape: '<name>',
    help: `how the data is written: ${DATA_FORMATS.join(', ')} (default: by each file's ending)`,
  },
  'text-column': { shape: '<name>', help: 'column of the text in tables (default: guessed)' },
  clean: {
    shape: '<step,…>',
    help: `cleans the text first, in steps: ${CLEANING_STEPS.join(', ')}`,
  },
  'skip-bad': { help: 'leaves out rows and files that cannot be read, and says how many' },
};

/** Characters after which a passage of running text ends at the next empty line. */
const PASSAGE = 2000;

/** The texts that a command's flags name, as they are read, and how many were left out. */
export async function textsOf(
  shape: CommandShape,
  values: CommandValues,
  signal: AbortSignal,
): Promise<{ texts: AsyncIterable<string>; skipped: () => number }> {
  const paths = [...values.list('data'), ...values.positionals];
  if (paths.length === 0) throw usageError(`masklab ${shape.name} needs --data.`, shape.name);
  const format = formatOf(shape, values);
  const cleaning = cleaningOf(shape, values);
  const column = values.text('text-column');
  const workspaceFolder = process.cwd();
  const { files } = await collectDataFiles(paths, { workspaceFolder, kind: 'any' });
  let skipped = 0;
  const onBad = (error: AppErrorData): void => {
    if (skipped++ === 0) console.error(`masklab: ${describeError(error).message}`);
  };
  const records = readTextRecords(files, {
    workspaceFolder,
    columns:
      column === undefined
        ? null
        : { text: column, pair: null, label: null, group: null, split: null },
    format,
    cleaning,
    atLeast: PASSAGE,
    ...(values.has('skip-bad') ? { onBad } : {}),
    signal,
  });
  async function* texts(): AsyncGenerator<string> {
    for await (const { text, pair } of records) {
      yield text.text;
      if (pair !== null) yield pair;
    }
  }
  return { texts: texts(), skipped: () => skipped };
}

function formatOf(shape: CommandShape, values: CommandValues): DataFormat | null {
  const given = values.text('format');
  if (given === undefined) return null;
  const format = DATA_FORMATS.find((name) => name === given);
  if (format !== undefined) return format;
  throw usageError(`--format takes one of ${DATA_FORMATS.join(', ')}, not "${given}".`, shape.name);
}

function cleaningOf(shape: CommandShape, values: CommandValues): CleaningStep[] {
  const names = (values.text('clean') ?? '').split(',').filter((name) => name !== '');
  return names.map((given) => {
    const step = CLEANING_STEPS.find((name) => name === given.trim());
    if (step !== undefined) return step;
    const known = CLEANING_STEPS.join(', ');
    throw usageError(`--clean takes steps of ${known}, not "${given}".`, shape.name);
  });
}
