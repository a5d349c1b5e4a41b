import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { MaskedBatch } from '../../core/batches/batch.js';
import { SHORT_KEY } from '../../core/data/examples/exampleStore.js';
import { inputError } from '../../core/errors.js';
import type { MaskingScores, MaskScore, NamedPolicy } from '../../core/experiments/study/study.js';
import { message, problem, type Message } from '../../core/messages/message.js';
import { scoreWords } from '../../core/predict/scoreWords.js';
import { MAX_SCORE_BYTES, type ScoredSplit } from '../../core/runs/exampleScores.js';
import type { RunSpec } from '../../core/runs/schema.js';
import { wordsIn } from '../../core/text/words.js';
import {
  byKey,
  type ScoredExamples,
  type UnplacedScore,
} from '../../core/train/data/scoredData.js';
import { findStartModel } from '../models/findStartModel.js';
import { loadPredictionModel, type PredictionModel } from '../models/predictionModel.js';
import { prepareText } from '../preparation/prepareText.js';
import { refuseChangedFiles } from '../preparation/refuseChangedFiles.js';
import { textSequences } from '../preparation/textSequences.js';
import { ScoreFile } from '../runs/exampleScoreFiles.js';
import { writeJsonAtomically } from '../files/storage.js';
import { loadTokenizer } from '../tokenizers/loadTokenizer.js';
import { scoresFolderOf, STUDY_FILES } from './studyFolder.js';

/** Sequences of a split that a model is scored on at most, the first by their content keys. */
const MAX_SEQUENCES = 2048;
/** Texts whose words are scored one by one, which takes a pass of the model for each word. */
const WORD_TEXTS = 48;

/** The masked tokens that all models of a study are scored on. Holds their sequences until disposed. */
export interface CommonItems {
  readonly masks: readonly { readonly name: string; readonly examples: ScoredExamples }[];
  /** Texts whose words are scored one by one. */
  readonly texts: readonly string[];
  readonly split: ScoredSplit;
  dispose(): void;
}

export interface CommonItemsOptions {
  readonly masks: readonly NamedPolicy[];
  readonly split: ScoredSplit;
  readonly report: (activity: Message) => void;
  /** Folder for sequences that exceed the memory. */
  readonly folder: string;
}

/**
 * Cuts and splits the data of a study's runs once for each mask. Which sequences a split holds does
 * not depend on the mask; a mask leaves out the sequences in which it masks nothing. Masks are drawn
 * from the content of a sequence and do not depend on a run's seed. Throws `Data`.
 */
export async function commonItems(
  spec: RunSpec,
  { masks, split, report, folder }: CommonItemsOptions,
): Promise<CommonItems> {
  await refuseChangedFiles(spec);
  const tokenizer = await loadTokenizer(await findStartModel(spec));
  const { maxLength } = spec.training;
  const held: (() => void)[] = [];
  const dispose = (): void => {
    for (const release of held) release();
  };
  try {
    const found: { name: string; examples: ScoredExamples }[] = [];
    for (const [i, { name, policy }] of masks.entries()) {
      report(message('study.maskingItems', { name }));
      const storePath = path.join(folder, `items-${i}.bin`);
      const prepared = await prepareText(
        { ...spec, masking: policy, training: { ...spec.training, seed: 0, packing: false } },
        { tokenizer, maxLength, storePath, report },
      );
      held.push(() => {
        prepared.dispose();
        fs.rmSync(storePath, { force: true });
      });
      const examples = prepared.data.scored(split, { further: MAX_SEQUENCES });
      if (examples === null) throw inputError(problem('study.emptySplit', { name, split }));
      found.push({ name, examples });
    }
    const keys = new Set(found[0]!.examples.keys().slice(0, WORD_TEXTS));
    const texts: string[] = [];
    for await (const { text, key } of textSequences(spec, { tokenizer, maxLength })) {
      if (keys.delete(key.slice(0, SHORT_KEY))) texts.push(text);
    }
    return { masks: found, texts, split, dispose };
  } catch (thrown) {
    dispose();
    throw thrown;
  }
}

export interface ScoreModelOptions {
  /** Folder of the study. */
  readonly folder: string;
  readonly run: string;
  readonly modelFolder: string;
  readonly step: number;
  readonly threads: number;
  readonly isStopRequested: () => boolean;
}

/** Scores the model of a run on the common items and writes the scores; null if it was stopped. */
export async function scoreModel(
  items: CommonItems,
  { folder, run, modelFolder, step, threads, isStopRequested }: ScoreModelOptions,
): Promise<MaskingScores | null> {
  const model = await loadPredictionModel(modelFolder, { threads });
  try {
    const masks: Record<string, MaskScore> = {};
    const hashes: Record<string, string> = {};
    for (const [i, { name, examples }] of items.masks.entries()) {
      const directory = scoresFolderOf(folder, run, String(i));
      fs.mkdirSync(directory, { recursive: true });
      const file = new ScoreFile(directory, {
        version: 1,
        split: items.split,
        task: 'masked-lm',
        outputs: [],
        step,
        evaluated: examples.evaluated,
        total: examples.total,
        maxBytes: MAX_SCORE_BYTES,
      });
      try {
        const scored = await scoreMask(model, examples, { file, isStopRequested });
        if (scored === null) return null;
        file.finish('time');
        masks[name] = scored.score;
        hashes[name] = scored.hash;
      } finally {
        file.close();
      }
    }
    const scores: MaskingScores = {
      version: 1,
      run,
      items: hashes,
      masks,
      words: await wordScores(model, items.texts),
    };
    await writeJsonAtomically(path.join(scoresFolderOf(folder, run), STUDY_FILES.summary), scores);
    return scores;
  } finally {
    await model.release();
  }
}

interface ScoredMask {
  readonly score: MaskScore;
  readonly hash: string;
}

async function scoreMask(
  model: PredictionModel,
  { blocks, total }: ScoredExamples,
  { file, isStopRequested }: { file: ScoreFile; isStopRequested: () => boolean },
): Promise<ScoredMask | null> {
  const hash = createHash('sha256');
  let [loss, right, tokens, sequences] = [0, 0, 0, 0];
  for (const { isEvaluated, batches } of blocks) {
    const scores: UnplacedScore[] = [];
    for (const scored of batches) {
      if (isStopRequested()) return null;
      const logits = await model.logitsAt(scored.batch as MaskedBatch);
      scores.push(...scored.read(logits));
    }
    scores.sort(byKey);
    for (const { key, scored, nll } of scores) {
      if (scored.kind !== 'maskedTokens') throw new RangeError('masked tokens are scored');
      hash.update(`${key} ${scored.tokens.map((t) => `${t.index}:${t.original.id}`).join(' ')}\n`);
      loss += nll.reduce((sum, value) => sum + value, 0);
      right += scored.tokens.filter((t) => t.predicted.id === t.original.id).length;
      tokens += nll.length;
      sequences++;
    }
    file.add(
      scores.map(({ key, file: name, line, group, nll, scored }) => ({
        ...{ key, evaluated: isEvaluated, file: name, line, group, nll, scored },
      })),
    );
  }
  return {
    score: { loss: loss / tokens, accuracy: right / tokens, tokens, sequences, total },
    hash: hash.digest('hex').slice(0, 16),
  };
}

async function wordScores(
  model: PredictionModel,
  texts: readonly string[],
): Promise<MaskingScores['words']> {
  let [bits, words, characters, skipped] = [0, 0, 0, 0];
  for (const text of texts) {
    for (const word of await scoreWords(model, { text, words: wordsIn(text) })) {
      if (word.surprisal === null) {
        skipped++;
        continue;
      }
      bits += word.surprisal;
      words++;
      characters += word.end - word.start;
    }
  }
  if (words === 0) return null;
  return {
    bitsPerWord: bits / words,
    bitsPerCharacter: bits / characters,
    words,
    texts: texts.length,
    skipped,
  };
}
