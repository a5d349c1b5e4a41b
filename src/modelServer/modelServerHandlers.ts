import { scoreTexts } from '../core/profile/profileScore.js';
import { AppError } from '../core/errors.js';
import { fillMasks } from '../core/predict/fillMasks.js';
import { predictWord } from '../core/predict/predictWord.js';
import { scoreWords } from '../core/predict/scoreWords.js';
import type { PredictionModel } from '../node/models/predictionModel.js';
import { heldOutLossOf } from '../node/models/profiledModel.js';
import type { CancellationSignal, Handlers } from '../protocol/channel.js';
import type { ModelServerSide } from '../protocol/modelServer.js';
import { LruCache } from '../core/lruCache.js';
import { ModelStore } from './modelStore.js';
import { RequestQueue, type Urgency } from './requestQueue.js';

const RESULTS_KEPT = 1000;
/** Hovers wait as long as this while a sample of a person's data is scored. */
const SCORE_MILLISECONDS = 3000;

/** Answers to the model server's calls over models that `load` brings in. */
export function createHandlers(
  load: (folder: string) => Promise<PredictionModel>,
): Handlers<ModelServerSide> {
  const store = new ModelStore(load);
  const queue = new RequestQueue();
  const results = new LruCache<string, { result: unknown }>(RESULTS_KEPT);

  /** Runs `compute` in its turn, or answers from what the same request got before. */
  const answer = <R>(
    options: {
      name: string;
      request: { readonly modelFolder: string; readonly urgency?: Urgency | undefined };
      signal: CancellationSignal;
    },
    compute: (model: PredictionModel) => Promise<R>,
  ): Promise<R> => {
    const { name, request, signal } = options;
    const { urgency = 'interactive', ...rest } = request;
    return queue.run(
      async () => {
        const { model, version } = await store.get(request.modelFolder);
        const key = JSON.stringify([name, version, rest]);
        const cached = results.get(key);
        if (cached !== undefined) return cached.result as R;
        const result = await compute(model);
        results.set(key, { result });
        return result;
      },
      { urgency, signal },
    );
  };

  return {
    describeModel: (request, signal) =>
      answer({ name: 'describeModel', request, signal }, (model) =>
        Promise.resolve({
          folder: request.modelFolder,
          name: model.name,
          family: model.family,
          parameterCount: model.parameterCount,
          vocabularySize: model.tokenizer.vocabularySize,
          maxLength: model.maxLength,
          maskToken: model.tokenizer.maskToken,
        }),
      ),
    predictWord: (request, signal) => {
      checkRange(request.text, [request]);
      return answer({ name: 'predictWord', request, signal }, async (model) => {
        const prediction = await predictWord(model, request, signal);
        return prediction === null ? null : { ...prediction, modelName: model.name };
      });
    },
    fillMasks: (request, signal) =>
      answer({ name: 'fillMasks', request, signal }, async (model) => ({
        modelName: model.name,
        masks: await fillMasks(model, request, signal),
      })),
    scoreWords: (request, signal) => {
      checkRange(request.text, request.words);
      return answer({ name: 'scoreWords', request, signal }, async (model) => ({
        words: await scoreWords(model, request, signal),
      }));
    },
    scoreTexts: (request, signal) =>
      answer({ name: 'scoreTexts', request, signal }, async (model) => {
        const end = performance.now() + SCORE_MILLISECONDS;
        const isTimeUp = (): boolean => performance.now() > end;
        const score = await scoreTexts(model, request.texts, { isTimeUp, signal });
        const baseline = await heldOutLossOf(request.modelFolder);
        return { score: score === null ? null : { ...score, baseline } };
      }),
  };
}

function checkRange(text: string, ranges: readonly { start: number; end: number }[]): void {
  for (const { start, end } of ranges) {
    if (start < end && end <= text.length) continue;
    const message = `range ${start}–${end} is not in a text of ${text.length} characters`;
    throw new AppError({ code: 'Internal', details: { message } });
  }
}
