import { encodeTexts, encodeWords } from '../../core/data/examples/labelledExamples.js';
import { AppError } from '../../core/errors.js';
import { labelsOf } from '../../core/models/labels.js';
import type { Tensor } from '../../core/ports.js';
import {
  labelProbabilities,
  predictedLabels,
  ranked,
  type LabelProbability,
} from '../../core/train/answers.js';
import { tokenizerOf } from '../tokenizers/loadTokenizer.js';
import { modelError } from './modelFiles.js';
import { exportOf, readModelFolder } from './modelFolder.js';
import { modelName } from './modelName.js';
import { createOnnxRuntime } from '../runtime/onnxRuntime.js';

/** What a trained model answers to a text. */
export type Prediction =
  | {
      readonly kind: 'labels';
      readonly labels: readonly string[];
      /** Of all labels, the most probable first. */
      readonly probabilities: readonly LabelProbability[];
    }
  | { readonly kind: 'numbers'; readonly numbers: Readonly<Record<string, number>> }
  | {
      readonly kind: 'tags';
      readonly words: readonly {
        readonly word: string;
        /** Null for words beyond the longest sequence that the model takes. */
        readonly tag: string | null;
        readonly probability: number | null;
      }[];
    };

/** A classifier, regressor or tagger, loaded for prediction; holds native memory until released. */
export interface LabelledModel {
  readonly name: string;
  readonly kind: Prediction['kind'];
  predict(text: string, pair: string | null): Promise<Prediction>;
  release(): Promise<void>;
}

/**
 * Loads the model folder of a classifier, regressor or tagger. Throws `Model` naming the file that
 * is absent or unusable, and for a masked language model.
 */
export async function loadLabelledModel(
  folder: string,
  { threads }: { threads: number },
): Promise<LabelledModel> {
  const modelFolder = await readModelFolder(folder);
  const { model, configJson } = modelFolder;
  if (model.head === 'masked-lm') {
    throw modelError(
      folder,
      'a masked language model, which has no labels to predict',
      'Fine-tune it on labelled data first, or use "masklab fill".',
    );
  }
  const tokenizer = tokenizerOf(modelFolder);
  const encodeOptions = { tokenizer, maxLength: model.maxLength };
  const session = await createOnnxRuntime().createSession(await exportOf(modelFolder), {
    threads,
    memoryPattern: false,
  });
  const labels = labelsOf(configJson);
  const problemType = configJson['problem_type'];
  const multiLabel = problemType === 'multi_label_classification';

  const run = async (ids: Int32Array, typeIds: Int32Array | null): Promise<Float32Array> => {
    const dims = [1, ids.length];
    const int64 = (data: ArrayLike<number>): Tensor => ({
      type: 'int64',
      dims,
      data: BigInt64Array.from(Array.from(data), BigInt),
    });
    const inputs = {
      input_ids: int64(ids),
      attention_mask: int64(new Int32Array(ids.length).fill(1)),
      ...(model.hasTokenTypes
        ? { token_type_ids: int64(typeIds ?? new Int32Array(ids.length)) }
        : {}),
    };
    const { logits } = await session.run(inputs, { logits: null });
    if (logits?.type === 'float32') return logits.data;
    const got = logits?.type ?? 'no such output';
    throw new AppError({
      code: 'Graph',
      details: { op: 'logits', expected: 'a float32 output', got },
    });
  };

  const predictTags = async (text: string): Promise<Prediction> => {
    const words = text.split(/\s+/).filter((word) => word !== '');
    const { ids, wordTokens } = encodeWords(words, encodeOptions);
    const logits = await run(ids, null);
    return {
      kind: 'tags',
      words: words.map((word, i) => {
        const token = wordTokens[i]!;
        if (token === -1) return { word, tag: null, probability: null };
        const row = logits.subarray(token * labels.length, (token + 1) * labels.length);
        const [best] = ranked(labelProbabilities(row, { labels, multiLabel: false }));
        return { word, tag: best!.label, probability: best!.probability };
      }),
    };
  };

  return {
    name: modelName(folder),
    kind: model.head === 'token' ? 'tags' : problemType === 'regression' ? 'numbers' : 'labels',
    predict: async (text, pair) => {
      if (model.head === 'token') return predictTags(text);
      const { ids, typeIds } = encodeTexts(text, pair, encodeOptions);
      const logits = await run(ids, typeIds);
      if (problemType === 'regression') {
        return {
          kind: 'numbers',
          numbers: Object.fromEntries(labels.map((label, i) => [label, logits[i]!])),
        };
      }
      const probabilities = labelProbabilities(logits, { labels, multiLabel });
      return {
        kind: 'labels',
        labels: predictedLabels(probabilities, { multiLabel }),
        probabilities: ranked(probabilities),
      };
    },
    release: () => session.release(),
  };
}
