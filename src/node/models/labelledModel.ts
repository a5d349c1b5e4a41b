import path from 'node:path';
import * as z from 'zod';
import {
  encodeTexts,
  encodeWords,
  type EncodeOptions,
  type TextWindow,
} from '../../core/data/examples/encodeTexts.js';
import { meanOf } from '../../core/train/data/windowBatches.js';
import { pooledLogits, type TrainingBatch } from '../../core/batches/batch.js';
import { OBJECTIVES } from '../../core/objectives/objectives.js';
import type { TaskSpec } from '../../core/runs/schema.js';
import { padSequences } from '../../core/tokenizer/padSequences.js';
import { AppError, modelError } from '../../core/errors.js';
import { problem } from '../../core/messages/message.js';
import { trainedInputOf, type TrainedInput } from '../../core/models/trainedInput.js';
import type { GraphForm } from '../../core/models/inferenceGraphs.js';
import { labelsOf } from '../../core/models/labels.js';
import type { InferenceSession, Tensor } from '../../core/ports.js';
import type { LabelPrediction } from '../../core/predict/labelPrediction.js';
import {
  labelProbabilities,
  predictedLabels,
  ranked,
  scoresOf,
  type LabelFunction,
} from '../../core/predict/labelProbabilities.js';
import { groupByLength } from '../../core/predict/runRows.js';
import type { Tokenizer } from '../../core/tokenizer/tokenizer.js';
import { fittingTokenizer } from './fittingTokenizer.js';
import { exportOf, readModelFolder } from './modelFolder.js';
import { modelName } from '../../core/models/modelName.js';
import { countOf } from './parameterCount.js';
import { createOnnxRuntime } from '../runtime/onnxRuntime.js';

/** A text, or a pair of texts, to predict labels for. */
export interface TextToLabel {
  readonly text: string;
  readonly pair: string | null;
}

/** A classifier, regressor or tagger loaded for prediction. Holds native memory until released. */
export interface LabelledModel extends TrainedInput {
  readonly name: string;
  readonly kind: LabelPrediction['kind'];
  readonly family: string;
  readonly parameterCount: number;
  /** Bytes of its weights in memory. */
  readonly weightBytes: number;
  readonly tokenizer: Tokenizer;
  /** In the order of the logits. */
  readonly labels: readonly string[];
  /** The task that the model was trained for. */
  readonly task: TaskSpec;
  predict(text: string, pair: string | null): Promise<LabelPrediction>;
  /** Function with which it was trained to turn logits into scores. */
  readonly apply: LabelFunction;
  /**
   * Logits of sequences in batches of at most `batchTokens` tokens, in their order: [labels] each, or
   * [tokens of its batch, labels] for tags.
   */
  sequenceLogits(
    sequences: readonly Pick<TextWindow, 'ids' | 'typeIds'>[],
    batchTokens?: number,
  ): Promise<Float32Array[]>;
  /** Logits of the rows of a batch, row-major. */
  logits(batch: TrainingBatch): Promise<Float32Array>;
  /**
   * Predicts many texts in batches of at most `batchTokens` tokens. Yields the predictions of each
   * batch by index in `texts`.
   */
  predictAll(
    texts: readonly TextToLabel[],
    batchTokens?: number,
  ): AsyncGenerator<ReadonlyMap<number, LabelPrediction>>;
  /**
   * Scores of the labels of many texts, in the order of the labels, by index in `texts`. The default
   * function is the one that the model was trained with: none for numbers. Not for tags.
   */
  scoreAll(
    texts: readonly TextToLabel[],
    options: { readonly apply?: LabelFunction | undefined; readonly batchTokens?: number },
  ): AsyncGenerator<ReadonlyMap<number, readonly number[]>>;
  release(): Promise<void>;
}

/** Number of texts that are tokenized before they are grouped into batches. */
const TEXTS_AT_ONCE = 256;

/**
 * Loads the model folder of a classifier, regressor or tagger. Throws `Model` for a missing or
 * unusable file, and for a masked language model.
 */
export async function loadLabelledModel(
  folder: string,
  { threads, form }: { readonly threads: number; readonly form?: GraphForm },
): Promise<LabelledModel> {
  const modelFolder = await readModelFolder(folder);
  const { model, configJson, parameters } = modelFolder;
  if (model.heads[0].kind === 'masked-lm') {
    throw modelError(folder, problem('models.predictsWords'));
  }
  const tokenizer = fittingTokenizer(modelFolder);
  const session = await createOnnxRuntime().createSession(await exportOf(modelFolder, form), {
    threads,
    memoryPattern: false,
  });
  const problemType = configJson['problem_type'];
  const kind =
    model.heads[0].kind === 'token' ? 'tags' : problemType === 'regression' ? 'numbers' : 'labels';
  const labels = labelsOf(configJson);
  const head: Head = { labels, kind, multiLabel: problemType === 'multi_label_classification' };
  const input = trainedInputOf(configJson, model);
  const options = { tokenizer, ...input };

  const logitsOf = async (batch: TrainingBatch): Promise<Float32Array> => {
    if (batch.windows) return pooledLogits(batch.windows, logitsOf);
    const logits = await runBatch(session, batch);
    return batch.positions === null ? logits : rowsAt(logits, batch.positions, labels.length);
  };
  /** The logits of all texts as `from` reads them. */
  async function* answersOf<T>(
    texts: readonly TextToLabel[],
    batchTokens: number | undefined,
    from: (input: EncodedInput, logits: readonly Float32Array[]) => T,
  ): AsyncGenerator<ReadonlyMap<number, T>> {
    for (let first = 0; first < texts.length; first += TEXTS_AT_ONCE) {
      const encoded = texts
        .slice(first, first + TEXTS_AT_ONCE)
        .map((text) => encodeText(text, kind, options));
      const windows = encoded.flatMap(({ windows: own }, text) =>
        own.map((window, index) => ({ text, index, window })),
      );
      const logits = encoded.map((): Float32Array[] => []);
      const missing = encoded.map(({ windows: own }) => own.length);
      for (const group of groupByLength(
        windows.map(({ window }) => window.ids.length),
        batchTokens,
      )) {
        const batch = group.map((place) => windows[place]!.window);
        const rows = await logitRows(session, batch, tokenizer.special.pad);
        const answers = new Map<number, T>();
        group.forEach((place, row) => {
          const { text, index } = windows[place]!;
          logits[text]![index] = rows[row]!;
          if (--missing[text]! > 0) return;
          answers.set(first + text, from(encoded[text]!, logits[text]!));
          logits[text] = [];
        });
        yield answers;
      }
    }
  }
  const predictAll: LabelledModel['predictAll'] = (texts, batchTokens) =>
    answersOf(texts, batchTokens, (input, logits) => ({
      ...read(input, logits, head),
      ...(input.isCut && { isCut: true }),
    }));
  const trained = kind === 'numbers' ? 'none' : isOneOf(head) ? 'softmax' : 'sigmoid';
  const parameterCount = countOf(parameters);
  return {
    name: modelName(path.resolve(folder)),
    kind,
    family: z.string().catch('unknown').parse(configJson['model_type']),
    parameterCount,
    weightBytes: parameterCount * Float32Array.BYTES_PER_ELEMENT,
    tokenizer,
    ...input,
    labels,
    task: taskOf(head),
    predictAll,
    apply: trained,
    sequenceLogits: async (sequences, batchTokens) => {
      const all = new Array<Float32Array>(sequences.length);
      const lengths = sequences.map(({ ids }) => ids.length);
      for (const group of groupByLength(lengths, batchTokens)) {
        const batch = group.map((place) => sequences[place]!);
        const rows = await logitRows(session, batch, tokenizer.special.pad);
        group.forEach((place, row) => (all[place] = rows[row]!));
      }
      return all;
    },
    scoreAll: (texts, { apply = trained, batchTokens }) =>
      answersOf(texts, batchTokens, (_, logits) => scoresOf(meanOf(logits), apply)),
    logits: logitsOf,
    predict: async (text, pair) => {
      for await (const predictions of predictAll([{ text, pair }])) return predictions.get(0)!;
      throw new RangeError('a text has a prediction');
    },
    release: () => session.release(),
  };
}

/** Meaning of a model's logits. */
interface Head {
  readonly labels: readonly string[];
  readonly kind: LabelPrediction['kind'];
  readonly multiLabel: boolean;
}

/** Whether exactly one label applies; a single output is independent of others. */
function isOneOf({ labels, multiLabel }: Head): boolean {
  return !multiLabel && labels.length > 1;
}

/** A text as the windows that a model gets; one for a text that is short or truncated. */
interface EncodedInput {
  /** Only for tags; otherwise empty. */
  readonly words: readonly string[];
  readonly windows: readonly TextWindow[];
  /** Whether a part of the text is in no window. */
  readonly isCut: boolean;
}

function encodeText(
  { text, pair }: TextToLabel,
  kind: Head['kind'],
  options: EncodeOptions,
): EncodedInput {
  if (kind !== 'tags') {
    const { windows, ...whole } = encodeTexts(text, pair, options);
    return { words: [], windows: windows ?? [{ ...whole, wordTokens: [] }], isCut: whole.isCut };
  }
  const words = text.split(/\s+/).filter((word) => word !== '');
  const { windows, ...whole } = encodeWords(words, options);
  return { words, windows: windows ?? [whole], isCut: whole.isCut };
}

/** Logits of each sequence: [labels], or [tokens of the batch, labels] for tags. */
async function logitRows(
  session: InferenceSession,
  batch: readonly Pick<TextWindow, 'ids' | 'typeIds'>[],
  pad: number,
): Promise<Float32Array[]> {
  const logits = await runBatch(session, padSequences(batch, { pad }));
  const width = logits.length / batch.length;
  return batch.map((_, row) => logits.subarray(row * width, (row + 1) * width));
}

type PaddedTokens = Pick<
  TrainingBatch,
  'batchSize' | 'length' | 'inputIds' | 'attentionMask' | 'tokenTypeIds'
>;

async function runBatch(
  session: InferenceSession,
  { batchSize, length, inputIds, attentionMask, tokenTypeIds }: PaddedTokens,
): Promise<Float32Array> {
  const int64 = (data: BigInt64Array): Tensor => ({
    type: 'int64',
    dims: [batchSize, length],
    data,
  });
  // A session picks out the inputs that it has.
  const inputs = {
    input_ids: int64(inputIds),
    attention_mask: int64(attentionMask),
    token_type_ids: int64(tokenTypeIds ?? new BigInt64Array(inputIds.length)),
  };
  const { logits } = await session.run(inputs, { logits: null });
  if (logits?.type !== 'float32') {
    const got = logits?.type ?? 'no such output';
    const details = { op: 'logits', expected: 'a float32 output', got };
    throw new AppError({ code: 'Graph', details });
  }
  return logits.data;
}

/** Rows of logits at flat positions. */
function rowsAt(logits: Float32Array, positions: BigInt64Array, columns: number): Float32Array {
  const rows = new Float32Array(positions.length * columns);
  positions.forEach((position, row) => {
    const from = Number(position) * columns;
    rows.set(logits.subarray(from, from + columns), row * columns);
  });
  return rows;
}

/** The task that a head was trained for. */
function taskOf({ kind, labels: names, multiLabel }: Head): TaskSpec {
  const labels = [...names];
  const plain = { labelSmoothing: 0, classWeights: null };
  switch (kind) {
    case 'numbers':
      return { kind: 'regression', outputs: labels };
    case 'tags':
      return { ...{ kind: OBJECTIVES['token-classification'].kind, labels }, ...plain };
    case 'labels': {
      const loss = multiLabel ? 'binaryCrossEntropy' : 'crossEntropy';
      return { kind: 'classification', labels, multiLabel, loss, ...plain };
    }
  }
}

/** Prediction from the logits of each window: their mean, or for each word those of one window. */
function read(
  { words, windows }: EncodedInput,
  logits: readonly Float32Array[],
  { kind, labels, multiLabel }: Head,
): LabelPrediction {
  switch (kind) {
    case 'numbers': {
      const mean = meanOf(logits);
      return { kind, numbers: Object.fromEntries(labels.map((label, i) => [label, mean[i]!])) };
    }
    case 'labels': {
      const probabilities = labelProbabilities(meanOf(logits), { labels, multiLabel });
      return {
        kind,
        labels: predictedLabels(probabilities, { multiLabel }),
        probabilities: ranked(probabilities),
      };
    }
    case 'tags':
      return {
        kind,
        words: words.map((word, i) => {
          const answering = windows.findIndex(({ wordTokens }) => wordTokens[i] !== -1);
          if (answering === -1) return { word, tag: null, probability: null };
          const token = windows[answering]!.wordTokens[i]!;
          const row = logits[answering]!.subarray(
            token * labels.length,
            (token + 1) * labels.length,
          );
          const [best] = ranked(labelProbabilities(row, { labels, multiLabel: false }));
          return { word, tag: best!.label, probability: best!.probability };
        }),
      };
  }
}
