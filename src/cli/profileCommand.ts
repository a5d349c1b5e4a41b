import os from 'node:os';
import path from 'node:path';
import { scoreTexts } from '../core/profile/profileScore.js';
import type { ProfileScore } from '../core/profile/profile.js';
import { withScore } from '../core/profile/profileWarnings.js';
import { formatShare } from '../core/format.js';
import { BUNDLED_MODEL_FOLDER } from '../core/models/bundled.js';
import { heldOutLossOf } from '../node/models/profiledModel.js';
import { loadPredictionModel } from '../node/models/predictionModel.js';
import { profileData } from '../node/data/profileData.js';
import { DATA_FLAG, TEXT_OPTIONS, textSelectionOf } from './dataFlags.js';
import { interruptible } from './interruptible.js';
import { modelFolderOf } from './modelArgument.js';
import { profileReport } from './profileReport.js';
import type { CommandShape, CommandValues } from './usage.js';

export const PROFILE: CommandShape = {
  name: 'profile',
  usage: '--data <files or folders …> [options]',
  summary: 'Tells what is in the data, and warns of what would spoil a run, before hours are spent',
  flags: {
    data: DATA_FLAG,
    model: { shape: '<folder>', help: 'model that the text is for (default: the bundled one)' },
    score: { help: 'also lets the model predict masked words of a sample: some seconds' },
    json: { help: 'one JSON object instead of the report' },
  },
  runOptions: [...TEXT_OPTIONS, 'pairColumn', 'labelColumn', 'groupColumn', 'splitColumn'],
  examples: [
    'masklab profile --data notes/',
    'masklab profile --data reviews.csv --model my-model --score --clean html,urls',
  ],
};

export async function profileCommand(values: CommandValues): Promise<void> {
  const selection = textSelectionOf(PROFILE, values);
  const modelFolder = modelFolderOf(
    values.text('model') ?? path.join(__dirname, '..', BUNDLED_MODEL_FOLDER),
  );
  await interruptible(values, async ({ signal, show }) => {
    let sample: readonly string[] = [];
    let profile = await profileData({
      selection,
      modelFolder,
      signal,
      onProgress: ({ fraction, file }) => {
        show(`${formatShare(fraction)} read · ${file}`);
      },
      onSample: (texts) => {
        sample = texts;
      },
    });
    if (values.has('score')) {
      show('letting the model read a sample …');
      const score = await scoreWith(modelFolder, sample);
      if (score !== null) profile = withScore(profile, score);
    }
    show(null);
    console.log(values.has('json') ? JSON.stringify(profile) : profileReport(profile));
  });
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
