import fs from 'node:fs';
import path from 'node:path';
import { chunkDocument } from '../../src/core/data/examples/chunk.js';
import type { Example } from '../../src/core/data/examples/documents.js';
import type { MaskedLanguageModel } from '../../src/core/predict/maskedLanguageModel.js';
import { logProbability, rankOf } from '../../src/core/predict/probabilities.js';
import { mapRows } from '../../src/core/predict/runRows.js';
import { randomStream, shuffled } from '../../src/core/random.js';
import { isFunctionWord } from './functionWords.js';

export interface HeldOutFigures {
  /** Masked ones. */
  readonly tokens: number;
  /** Mean negative log-likelihood of a masked token, nats. */
  readonly loss: number;
  /** Shares, 0 to 1; punctuation and digits count as function words. */
  readonly top1: number;
  readonly top5: number;
  readonly contentTop1: number;
  readonly functionTop1: number;
}

const RATE = 0.17;
/** Sequences a source: some ten thousand masked tokens over all, a third of a percent sure. */
const SEQUENCES = 60;

interface Masked {
  readonly ids: Int32Array;
  readonly positions: number[];
  readonly labels: number[];
}

/** Predictions of tokens masked at random in each file of a folder, and in all together. */
export async function measureHeldOut(
  model: MaskedLanguageModel,
  folder: string,
): Promise<Record<string, HeldOutFigures>> {
  const figures: Record<string, HeldOutFigures> = {};
  const all: Prediction[] = [];
  for (const name of fs.readdirSync(folder).sort()) {
    const text = fs.readFileSync(path.join(folder, name), 'utf8');
    const examples = text
      .split('\n\n')
      .flatMap((part) => chunkDocument(model.tokenizer, { file: name, text: part }, model))
      .filter(({ ids }) => ids.length >= 8);
    const predictions = await predict(
      model,
      shuffled(examples, randomStream('held-out', name)).slice(0, SEQUENCES),
    );
    if (predictions.length === 0) continue;
    all.push(...predictions);
    figures[path.basename(name, '.txt')] = summary(predictions);
  }
  return { all: summary(all), ...figures };
}

interface Prediction {
  readonly isFunction: boolean;
  readonly logProbability: number;
  /** From 1. */
  readonly rank: number;
}

async function predict(
  model: MaskedLanguageModel,
  examples: readonly Example[],
): Promise<Prediction[]> {
  const rows = examples.map((example) => mask(model, example));
  const at = rows.map(() => 0);
  const results = await mapRows(model, rows, {
    read: (logits, row) => {
      const id = rows[row]!.labels[at[row]!++]!;
      return {
        isFunction: isFunctionWord(model.tokenizer.readable(id)),
        logProbability: logProbability(logits, id),
        rank: rankOf(logits, { id, allowed: () => true }),
      };
    },
  });
  return results.flat();
}

/** 80% become the mask token, 10% another one, 10% stay (Devlin et al. 2019). */
function mask({ tokenizer }: MaskedLanguageModel, { ids, key }: Example): Masked {
  const random = randomStream('held-out', key);
  const candidates = shuffled(
    [...ids.keys()].filter((i) => !tokenizer.isSpecial(ids[i]!)),
    random,
  );
  const positions = candidates.slice(0, Math.max(1, Math.round(RATE * candidates.length)));
  const masked = Int32Array.from(ids);
  for (const position of positions) {
    const draw = random();
    if (draw < 0.8) masked[position] = tokenizer.special.mask;
    else if (draw < 0.9) masked[position] = Math.floor(random() * tokenizer.vocabularySize);
  }
  return { ids: masked, positions, labels: positions.map((position) => ids[position]!) };
}

function summary(predictions: readonly Prediction[]): HeldOutFigures {
  const share = (of: readonly Prediction[], most: number): number =>
    of.filter(({ rank }) => rank <= most).length / Math.max(1, of.length);
  const loss = predictions.reduce((sum, each) => sum - each.logProbability, 0);
  const content = predictions.filter(({ isFunction }) => !isFunction);
  return {
    tokens: predictions.length,
    loss: loss / predictions.length,
    top1: share(predictions, 1),
    top5: share(predictions, 5),
    contentTop1: share(content, 1),
    functionTop1: share(
      predictions.filter(({ isFunction }) => isFunction),
      1,
    ),
  };
}
