import fs from 'node:fs';
import path from 'node:path';
import { modelError } from '../core/errors.js';
import { message, problem, type Message } from '../core/messages/message.js';
import { initializeParameters } from '../core/models/weights/initialize.js';
import { initializationOf, newModelConfig } from '../core/models/newModel.js';
import { RUN_FILES, type NewModelSpec, type RunSpec } from '../core/runs/schema.js';
import type { TrainingProgress } from '../core/tokenizer/training/training.js';
import { readTokenizerJson, tokenizerOf } from '../node/tokenizers/loadTokenizer.js';
import { fingerprintModelFolder, fingerprintTokenizer } from '../node/models/modelFingerprint.js';
import { writeModelFolder, type ModelFolder } from '../node/models/modelFolder.js';
import { readTokenizerFiles } from '../node/tokenizers/tokenizerFiles.js';
import { trainTokenizer } from '../node/tokenizers/tokenizerTraining.js';
import { refuseChangedFiles } from '../node/preparation/refuseChangedFiles.js';
import { specRecords } from '../node/preparation/specRecords.js';

/** Characters after which a passage of running text ends at the next empty line. */
const PASSAGE = 2000;

export interface NewModelRequest {
  readonly spec: RunSpec;
  readonly newModel: NewModelSpec;
  /** Fingerprint of the model that the run created earlier, if any. */
  readonly made?: string | undefined;
}

export interface MadeModel {
  readonly folder: string;
  readonly sha256: string;
}

/**
 * The model that pre-training starts from: a vocabulary trained on the run's text, held-out parts
 * included, and new weights. It is made once; a run that was interrupted before starts over with
 * it. The same spec on the same data gives the same. `report` may throw to stop. Throws `Data`,
 * `Model` or `UserInput`.
 */
export async function makeNewModel(
  directory: string,
  { spec, newModel, made }: NewModelRequest,
  report: (activity: Message) => void,
): Promise<MadeModel> {
  const folder = path.join(directory, RUN_FILES.start);
  if (fs.existsSync(folder)) return checked(folder, made);
  await refuseChangedFiles(spec);
  const { maxLength, seed } = spec.training;
  const files = await tokenizerFilesOf(spec, newModel.vocabulary, report);
  const tokenizer = tokenizerOf({ path: folder, ...files });
  const config = newModelConfig(newModel.architecture, { tokenizer, maxLength });
  const { cls, sep } = tokenizer.special;
  const initialization = initializationOf(newModel.architecture.family);
  await writeModelFolder(folder, {
    config,
    configJson: { cls_token_id: cls, sep_token_id: sep },
    ...files,
    parameters: initializeParameters(config, seed, { ...(initialization && { initialization }) }),
    modelCard: 'New weights: a model that has learned nothing yet.\n',
    withoutOnnx: true,
  });
  return checked(folder, made);
}

/** Checkpoints mean nothing beside another vocabulary. */
async function checked(folder: string, made: string | undefined): Promise<MadeModel> {
  const sha256 = await fingerprintModelFolder(folder);
  if (made === undefined || made === sha256) return { folder, sha256 };
  throw modelError(folder, problem('models.changedStart'));
}

type TokenizerFiles = Pick<ModelFolder, 'tokenizerJson' | 'tokenizerConfigJson' | 'tokenizerFiles'>;

async function tokenizerFilesOf(
  spec: RunSpec,
  vocabulary: NewModelSpec['vocabulary'],
  report: (activity: Message) => void,
): Promise<TokenizerFiles> {
  if (vocabulary.kind === 'given') return givenTokenizer(vocabulary);
  const { model, size, minFrequency, lowercase } = vocabulary;
  const { tokenizerJson } = await trainTokenizer({
    model,
    options: { vocabularySize: size, minFrequency, lowercase },
    texts: textsOf(spec),
    onProgress: (progress) => {
      report(vocabularyActivity(progress));
    },
  });
  return { tokenizerJson, tokenizerConfigJson: null, tokenizerFiles: new Map() };
}

/** Files of the tokenizer that a new model is given. Throws `Model`. */
export async function givenTokenizer({
  path: folder,
  sha256,
}: Extract<NewModelSpec['vocabulary'], { kind: 'given' }>): Promise<TokenizerFiles> {
  if ((await fingerprintTokenizer(folder)) !== sha256) {
    throw modelError(folder, problem('models.changedTokenizer'));
  }
  const json = await readTokenizerJson(folder);
  return { ...json, tokenizerFiles: await readTokenizerFiles(folder) };
}

async function* textsOf(spec: RunSpec): AsyncGenerator<string> {
  // Skipped input is reported when the text is split into sequences.
  const records = specRecords(spec, { atLeast: PASSAGE, onBad: () => undefined });
  for await (const { text } of records) yield text.text;
}

function vocabularyActivity({ phase, done, total }: TrainingProgress): Message {
  const share = { share: total === 0 ? 0 : done / total };
  switch (phase) {
    case 'reading':
      return message('training.vocabularyReading', { count: done });
    case 'merging':
      return message('training.vocabularyMerging', { share });
    case 'seeding':
      return message('training.vocabularySeeding', { share });
    case 'estimating':
      return message('training.vocabularyEstimating', { share });
  }
}
