import os from 'node:os';
import path from 'node:path';
import { scoreTexts } from '../core/data/profileScore.js';
import type { ProfileScore } from '../core/data/profile.js';
import { withScore } from '../core/data/profileWarnings.js';
import type { TextColumns } from '../core/data/records.js';
import { formatShare } from '../core/format.js';
import { BUNDLED_MODEL_FOLDER } from '../core/models/bundled.js';
import { CLEANING_STEPS, type CleaningStep } from '../core/text/cleaning/steps.js';
import { heldOutLossOf } from '../node/profiledModel.js';
import { loadPredictionModel } from '../node/predictionModel.js';
import { profileData } from '../node/profileData.js';
import { modelFolderOf } from './modelArgument.js';
import { profileReport } from './profileReport.js';
import { usageError, type CommandShape, type CommandValues } from './usage.js';

export const PROFILE: CommandShape = {
  name: 'profile',
  usage: '--data <files or folders …> [options]',
  summary: 'Tells what is in the data, and warns of what would spoil a run, before hours are spent',
  flags: {
    data: {
      shape: '<files …>',
      multiple: true,
      help: 'files, folders or globs of any kind that can be read',
    },
    model: { shape: '<folder>', help: 'model that the text is for (default: the bundled one)' },
    score: { help: 'also lets the model predict masked words of a sample: some seconds' },
    clean: {
      shape: '<steps>',
      multiple: true,
      help: `cleans the text first: ${CLEANING_STEPS.join(', ')} or all`,
    },
    'text-column': {
      shape: '<name>',
      help: 'column of the text (default: guessed, like the others)',
    },
    'pair-column': { shape: '<name>', help: 'column of a second text' },
    'label-column': { shape: '<name>', help: 'column of the label' },
    'group-column': {
      shape: '<name>',
      help: 'column of what a record belongs to, such as its author',
    },
    'split-column': { shape: '<name>', help: 'column that says train, held-out or test' },
    exclude: { shape: '<glob>', multiple: true, help: 'leaves out files, such as **/drafts/**' },
    json: { help: 'one JSON object instead of the report' },
  },
  examples: [
    'masklab profile --data notes/',
    'masklab profile --data reviews.csv --model my-model --score --clean html,urls',
  ],
};

export async function profileCommand(values: CommandValues): Promise<void> {
  const paths = [...values.list('data'), ...values.positionals];
  if (paths.length === 0) {
    throw usageError('masklab profile needs --data with files or folders.', PROFILE.name);
  }
  const modelFolder = modelFolderOf(
    values.text('model') ?? path.join(__dirname, '..', BUNDLED_MODEL_FOLDER),
  );
  const progress = new ProgressLine();
  let sample: readonly string[] = [];
  let profile = await profileData({
    paths,
    workspaceFolder: process.cwd(),
    modelFolder,
    cleaning: cleaningOf(values),
    columns: columnsOf(values),
    exclude: values.list('exclude'),
    onProgress: ({ fraction, file }) => {
      progress.show(`${formatShare(fraction)} read · ${file}`);
    },
    onSample: (texts) => {
      sample = texts;
    },
  }).finally(() => {
    progress.clear();
  });
  if (values.has('score')) {
    progress.show('letting the model read a sample …');
    const score = await scoreWith(modelFolder, sample);
    progress.clear();
    if (score !== null) profile = withScore(profile, score);
  }
  console.log(values.has('json') ? JSON.stringify(profile) : profileReport(profile));
}

/** Null where no column is named and all are guessed. */
function columnsOf(values: CommandValues): TextColumns | null {
  const named = (column: string): string | null => values.text(`${column}-column`) ?? null;
  const [text, ...others] = ['text', 'pair', 'label', 'group', 'split'].map(named);
  if (text == null) {
    if (others.every((name) => name === null)) return null;
    throw usageError('Name the column of the text as well, with --text-column.', PROFILE.name);
  }
  const [pair = null, label = null, group = null, split = null] = others;
  return { text, pair, label, group, split };
}

const SCORE_MILLISECONDS = 5_000;

async function scoreWith(folder: string, texts: readonly string[]): Promise<ProfileScore | null> {
  const model = await loadPredictionModel(folder, { threads: os.availableParallelism() });
  try {
    const end = performance.now() + SCORE_MILLISECONDS;
    const score = await scoreTexts(model, texts, { isTimeUp: () => performance.now() > end });
    return score === null ? null : { ...score, baseline: await heldOutLossOf(folder) };
  } finally {
    await model.release();
  }
}

function cleaningOf(values: CommandValues): CleaningStep[] {
  const names = values
    .list('clean')
    .flatMap((list) => list.split(','))
    .map((name) => name.trim());
  if (names.includes('all')) return [...CLEANING_STEPS];
  return names.map((name) => {
    const step = CLEANING_STEPS.find((each) => each === name);
    if (step !== undefined) return step;
    throw usageError(
      `--clean takes ${CLEANING_STEPS.join(', ')} or all, not "${name}".`,
      PROFILE.name,
    );
  });
}

/** A line on standard error that is rewritten; nothing where that is no terminal. */
class ProgressLine {
  show(text: string): void {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${text}`);
  }

  clear(): void {
    this.show('');
  }
}
