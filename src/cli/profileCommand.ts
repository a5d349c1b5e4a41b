import os from 'node:os';
import { scoreTexts } from '../core/profile/profileScore.js';
import { ENGLISH, renderMessage, renderProblem } from '../core/messages/render.js';
import { cueMessage } from '../core/interference/cueTexts.js';
import { explanationOf } from '../core/profile/leakTexts.js';
import type { DataProfile, ProfileLeak, ProfileScore } from '../core/profile/profile.js';
import { dataReadingOf, selectionOf } from '../core/runs/dataSnapshot.js';
import { withScore } from '../core/profile/profileWarnings.js';
import { formatShare } from '../core/format.js';
import { heldOutLossOf } from '../node/models/profiledModel.js';
import { loadPredictionModel } from '../node/models/predictionModel.js';
import { profileForTraining } from '../node/preparation/profileForTraining.js';
import { DATA_FLAG, TEXT_OPTIONS, whereOf } from './dataFlags.js';
import { interruptible } from './interruptible.js';
import { modelFolderOf } from './modelArgument.js';
import { print, printJson } from './output.js';
import { profileReport } from './profileReport.js';
import type { CommandShape, CommandValues } from './usage.js';

export const PROFILE: CommandShape = {
  name: 'profile',
  group: 'data',
  usage: '--data <files or folders …> [options]',
  summary: 'Profile a dataset and report problems before training',
  flags: {
    data: DATA_FLAG,
    model: {
      shape: '<folder>',
      help: 'Run or model folder, or organization/name of a downloaded model, whose vocabulary the data is compared with',
      otherwise: 'the bundled model',
    },
    shifted: {
      shape: '<files …>',
      multiple: true,
      help: 'Files with a small labeled sample of other texts than the data, such as newer ones. Words that predict a label in the data but not in the sample are reported. May be repeated',
    },
    score: { help: 'Also evaluate the model on masked words of a sample. Takes a few seconds' },
    json: { help: 'Print one JSON object instead of the report' },
  },
  runOptions: [
    ...TEXT_OPTIONS,
    ...(['task', 'pairColumn', 'labelColumn', 'groupColumn', 'splitColumn'] as const),
    ...(['labelDelimiter', 'mergeLabels', 'ignoreSplitNames', 'nearDuplicates'] as const),
    ...(['loss', 'classWeights', 'heldOut', 'test'] as const),
    ...(['maxLength', 'truncation', 'stride'] as const),
  ],
  examples: [
    'masklab profile --data notes/',
    'masklab profile --data mails.csv --task classification --held-out 0.2',
    'masklab profile --data reviews.csv --shifted newer-reviews.csv',
    'masklab profile --data reviews.csv --model my-model --score --clean html,urls',
  ],
};

export async function profileCommand(values: CommandValues): Promise<void> {
  const { options } = values;
  const where = whereOf(PROFILE, values);
  const selection = { ...selectionOf(options, where), kind: 'any' } as const;
  const modelFolder = modelFolderOf(values.text('model'));
  await interruptible(values, async ({ signal, show }) => {
    let sample: readonly string[] = [];
    let profile = await profileForTraining({
      selection,
      reading: dataReadingOf(options),
      modelFolder,
      shifted: values.list('shifted'),
      signal,
      onProgress: ({ fraction, file }) => {
        show(`Reading ${file} · ${formatShare(fraction)}`);
      },
      onSample: (texts) => {
        sample = texts;
      },
    });
    if (values.has('score')) {
      show('Evaluating the model on a sample …');
      const score = await scoreWith(modelFolder, sample);
      if (score !== null) profile = withScore(profile, score);
    }
    show(null);
    if (values.has('json')) printJson(withTexts(profile));
    else print(profileReport(profile));
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

/** A leak with its cue in words and, with a shifted sample, its result as a sentence. */
function withText(leak: ProfileLeak): object {
  const text = renderMessage(cueMessage(leak.cue), ENGLISH);
  return leak.shifted === null
    ? { ...leak, text }
    : { ...leak, text, explanation: renderMessage(explanationOf(leak), ENGLISH) };
}

/** The profile with the English text of each finding and its remedy, for readers of the JSON. */
function withTexts(profile: DataProfile): object {
  return {
    ...profile,
    leaks:
      profile.leaks === null
        ? null
        : { ...profile.leaks, found: profile.leaks.found.map((leak) => withText(leak)) },
    warnings: profile.warnings.map(({ code, severity, finding }) => ({
      ...{ code, severity, finding },
      ...renderProblem(finding, ENGLISH),
    })),
    files: {
      ...profile.files,
      skippedExamples: profile.files.skippedExamples.map((reason) =>
        renderMessage(reason, ENGLISH),
      ),
    },
  };
}
