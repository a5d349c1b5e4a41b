import path from 'node:path';
import * as z from 'zod';
import { parseJsonText } from '../../core/jsonText.js';
import { message } from '../../core/messages/message.js';
import type { ProfiledModel, ProfileScore } from '../../core/profile/profile.js';
import { objectiveOf, OBJECTIVES } from '../../core/objectives/objectives.js';
import { RUN_FILES, type RunSpec } from '../../core/runs/schema.js';
import type { Tokenizer } from '../../core/tokenizer/tokenizer.js';
import { readText } from '../files/regularFile.js';
import { readRunSpec } from '../runs/runSpecFile.js';
import { MAX_STATE_BYTES } from '../runs/runState.js';
import { loadTokenizer } from '../tokenizers/loadTokenizer.js';
import { metricInCard } from './cardHeader.js';
import { languagesInCard } from './cardLanguages.js';
import { readModelCard, readModelShape } from './modelFiles.js';
import { modelName } from '../../core/models/modelName.js';

/** Reads the facts about a model that a profile needs, without its weights. Throws `Model`. */
export async function readProfiledModel(
  folder: string,
): Promise<{ model: ProfiledModel; tokenizer: Tokenizer }> {
  const tokenizer = await loadTokenizer(folder);
  const { maxLength } = await readModelShape(folder);
  const model = {
    name: modelName(path.resolve(folder)),
    vocabularySize: tokenizer.vocabularySize,
    maxLength,
    languages: await languagesOf(folder),
  };
  return { model, tokenizer };
}

const MOST_ANCESTORS = 8;

/** Languages in the model card, or in the card of the model that it was trained from. */
async function languagesOf(folder: string, ancestors = 0): Promise<string[]> {
  const card = readModelCard(folder);
  const named = await languagesInCard(card ?? '');
  if (named.length > 0 || ancestors === MOST_ANCESTORS) return named;
  const run = await readRun(folder);
  return run === null ? [] : languagesOf(run.model.path, ancestors + 1);
}

/** Task of masked language models in model cards. */
const MASKED_WORDS = OBJECTIVES['masked-lm'].names.pipeline;

const lossSchema = z.object({ latest: z.object({ loss: z.number() }) });

/**
 * Loss of the model on the held-out split of its training data, from its run or its model card.
 */
export async function heldOutLossOf(folder: string): Promise<ProfileScore['baseline']> {
  const run = await readRun(folder);
  const state = lossSchema.safeParse(await readRunFile(folder, RUN_FILES.state));
  if (run !== null && objectiveOf(run.task).fillsMasks && state.success) {
    return { loss: state.data.latest.loss, source: message('models.lossOfRun') };
  }
  const loss = metricInCard(readModelCard(folder) ?? '', MASKED_WORDS, 'loss');
  return loss === null ? null : { loss, source: message('models.lossOfCard') };
}

/** Run that a model folder belongs to, or `null`. */
async function readRun(modelFolder: string): Promise<RunSpec | null> {
  return readRunSpec(path.dirname(modelFolder)).catch(() => null);
}

/** Content of a file of the run that a model folder belongs to, or `null`. */
async function readRunFile(modelFolder: string, name: string): Promise<unknown> {
  try {
    const file = path.join(path.dirname(modelFolder), name);
    return parseJsonText(await readText(file, MAX_STATE_BYTES, 'refused'));
  } catch {
    return null;
  }
}
