import { AppError } from '../core/errors.js';
import type { Confusables } from '../core/predict/confusables.js';
import { fillJointly } from '../core/predict/fillJointly.js';
import { fillMasks } from '../core/predict/fillMasks.js';
import { isUncased } from '../core/predict/isUncased.js';
import type { LabelPrediction } from '../core/predict/labelPrediction.js';
import type { WordList } from '../core/predict/longWords.js';
import type { MaskedLanguageModel } from '../core/predict/maskedLanguageModel.js';
import { predictWord } from '../core/predict/predictWord.js';
import { unreadAround, type Unread } from '../core/predict/unreadText.js';
import { scoreWords } from '../core/predict/scoreWords.js';
import { asLabelled, asMasked, type ServedModel } from '../node/models/servedModel.js';
import { ExcessScales, type ExcessScalesOptions } from '../node/serving/excessScales.js';
import {
  ModelJobs,
  type MaskedModelOfJob,
  type ModelCall,
  type ModelJobContext,
  type ModelJobsOptions,
} from '../node/serving/modelJobs.js';
import { computingTime, PATIENT_BATCH_TOKENS, takingTurns } from '../node/serving/turns.js';
import type { Handlers, ResponseOf } from '../protocol/channel.js';
import type { ModelServerSide } from '../protocol/modelServer.js';
import { WordLists, type WordListsOptions } from './wordLists.js';

type WithWords = ModelCall['request'] & { readonly words?: readonly string[] | undefined };

/** Time limit for scoring a sample of the data; more time would add little accuracy. */
const SCORE_MILLISECONDS = 3000;

export interface HandlerOptions extends ModelJobsOptions, WordListsOptions {
  readonly scales: ExcessScalesOptions;
}

/**
 * Creates the handlers of the model server's calls, with models loaded by `load`. Code that hovers and
 * shades do not need is imported by the calls that need it, so that the first hover does not wait for it.
 */
export function createHandlers(
  options: HandlerOptions,
  jobs = new ModelJobs(options),
): Handlers<ModelServerSide> {
  const wordLists = new WordLists(options);
  const scales = new ExcessScales(options.scales);
  let confusables: Promise<Confusables> | null = null;
  /**
   * Answers a call with the word lists of its request. The built-in list and many new words are spelled
   * after the answer that first asks for them, which lacks them and is therefore not kept.
   */
  const withLists = <Q extends WithWords, R>(
    asked: ModelCall<Q>,
    compute: (
      model: MaskedModelOfJob,
      lists: readonly WordList[],
      job: ModelJobContext,
    ) => Promise<R>,
  ): Promise<R> => {
    // Read while the model loads.
    if (asked.request.words !== undefined) void wordLists.builtIn();
    return jobs.answerMasked(asked, async (model, job) => {
      const requested = await wordLists.of(asked.request, job.version);
      const response = await compute(model, requested.lists, job);
      requested.prepare();
      return { response, isFinal: requested.isWhole };
    });
  };
  return {
    describeModel: (request, signal) =>
      jobs.withModel({ call: 'describeModel', request, signal }, (served) => {
        const { modelFolder, kind } = request;
        const model = kind === undefined ? served : asMasked(served, modelFolder);
        return Promise.resolve({ response: describe(model, modelFolder), isFinal: true });
      }),
    predictWord: (request, signal) => {
      checkRange(request.text, [request]);
      const asked = { call: 'predictWord', request, signal };
      return withLists(asked, async (model, lists, job) => {
        const prediction = await predictWord(model, { ...request, wordLists: lists }, job.signal);
        return prediction === null ? null : { ...prediction, ...factsOf(model) };
      });
    },
    fillMasks: (request, signal) =>
      withLists({ call: 'fillMasks', request, signal }, async (model, lists, job) => {
        const { read, unread } = await readingAfter(model, request.source);
        const masks = await fillMasks(read, { ...request, wordLists: lists }, job.signal);
        return {
          ...factsOf(model),
          masks: masks.map((mask) => ({ ...mask, unread: unread ?? mask.unread })),
        };
      }),
    fillJointly: (request, signal) =>
      jobs.withMasked({ call: 'fillJointly', request, signal }, async (model, job) => ({
        fills: await fillJointly(
          (await readingAfter(model, request.source)).read,
          request,
          job.signal,
        ),
      })),
    explainPrediction: (request, signal) => {
      checkRange(request.text, [request]);
      const asked = { call: 'explainPrediction', request, signal };
      return withLists(asked, async (model, lists, job) => {
        const { explainPrediction } = await import('../core/predict/explainPrediction.js');
        const began = performance.now();
        const explanation = await explainPrediction(
          model,
          { ...request, wordLists: lists },
          job.signal,
        );
        const milliseconds = performance.now() - began;
        return { ...explanation, modelName: model.name, milliseconds };
      });
    },
    scoreWords: (request, signal) => {
      checkRange(request.text, request.words);
      return jobs.withMasked({ call: 'scoreWords', request, signal }, async (model, job) => ({
        words: await scoreWords(model, request, job.signal),
      }));
    },
    predictionChanges: (request, signal) => {
      checkRange(request.text, request.words);
      const asked = { call: 'predictionChanges', request, signal };
      return jobs.withMaskedPair(asked, request.before, async ({ model, other }, job) => {
        const { predictionChanges } = await import('../core/predict/predictionChanges.js');
        return predictionChanges({ before: other, after: model }, request, job.signal);
      });
    },
    suggestWords: (request, signal) => {
      checkRange(request.text, request.words);
      return jobs.withMasked({ call: 'suggestWords', request, signal }, async (model, job) => {
        confusables ??= readConfusables(wordLists);
        const { suggestWords } = await import('../core/predict/suggestWords.js');
        const asked = { ...request, confusables: await confusables };
        return { suggestions: await suggestWords(model, asked, job.signal) };
      });
    },
    excessScale: (request, signal) =>
      jobs.withMasked({ call: 'excessScale', request, signal }, async (model, job) => {
        const version = await options.versionOf(request.modelFolder);
        return { scale: await scales.of(model, version, job.signal) };
      }),
    generateVariations: (request, signal, report) => {
      checkRange(request.text, [request.within]);
      return jobs.withMasked(
        { call: 'generateVariations', request, signal, report },
        async (model, job) => {
          const { text, within, policy, seed } = request;
          const { generateVariations } = await import('../core/predict/variations.js');
          const { maskedWords } = await import('../node/policies/maskedWords.js');
          const part = text.slice(within.start, within.end);
          const { tokenizer } = model;
          const unread = await unreadAround(model, text, within);
          if (unread !== null) return { ranges: [], original: 0, found: [], unread };
          const words = (await maskedWords(part, { policy, tokenizer, seed })).map(
            ({ start, end }) => ({ start: start + within.start, end: end + within.start }),
          );
          const found = await generateVariations(model, {
            ...request,
            words,
            signal: job.signal,
            onProgress: (done, total) => {
              job.report({ done, total });
            },
          });
          return { ranges: words, ...found, unread };
        },
      );
    },
    maskPredict: (request, signal, report) =>
      jobs.withMasked({ call: 'maskPredict', request, signal, report }, async (model, job) => {
        const { maskPredict } = await import('../core/predict/maskPredict.js');
        const { text, starts } = request;
        const masks = { start: Math.min(...starts), end: Math.max(...starts) };
        const unread = await unreadAround(model, text, masks);
        if (unread !== null) return { found: [], unread };
        const found = await maskPredict(model, {
          ...request,
          signal: job.signal,
          onProgress: (done, total) => {
            job.report({ done, total });
          },
        });
        return { found, unread };
      }),
    makeCloze: (request, signal, report) =>
      jobs.withMasked({ call: 'makeCloze', request, signal, report }, async (model, job) => {
        const { makeCloze } = await import('../core/predict/cloze.js');
        const { openClassAt } = await import('../core/masking/annotation/terms.js');
        return makeCloze(model, {
          ...{ text: request.text, blanks: request.blanks, seed: request.seed },
          neverSuggest: request.neverSuggest,
          partOfSpeech: openClassAt,
          signal: job.signal,
          onProgress: (done, total) => {
            job.report({ done, total });
          },
        });
      }),
    scoreTexts: (request, signal, report) =>
      jobs.withModel({ call: 'scoreTexts', request, signal, report }, async (served, job) => {
        const { scoreTexts } = await import('../core/profile/profileScore.js');
        const { heldOutLossOf } = await import('../node/models/profiledModel.js');
        const { modelFolder, texts, lane } = request;
        const time = computingTime(job.turn, SCORE_MILLISECONDS);
        let isComplete = true;
        const score = await scoreTexts(
          takingTurns(asMasked(served, modelFolder), { turn: time.turn, lane }),
          texts,
          {
            isTimeUp: () => {
              if (!time.isUp()) return false;
              isComplete = false;
              return true;
            },
            signal: job.signal,
            onProgress: job.report,
          },
        );
        const baseline = await heldOutLossOf(modelFolder);
        const response = { score: score === null ? null : { ...score, baseline }, isComplete };
        return { response, isFinal: isComplete };
      }),
    classify: (request, signal, report) =>
      jobs.withModel({ call: 'classify', request, signal, report }, async (served, job) => {
        const model = asLabelled(served, request.modelFolder);
        const { texts } = request;
        const predictions = new Array<LabelPrediction>(texts.length);
        let done = 0;
        await job.turn.pass();
        for await (const some of model.predictAll(texts, PATIENT_BATCH_TOKENS)) {
          for (const [index, prediction] of some) predictions[index] = prediction;
          done += some.size;
          job.report({ done, total: texts.length });
          await job.turn.pass();
        }
        return { response: { modelName: model.name, predictions }, isFinal: true };
      }),
    classifyFile: (request, signal, report) =>
      jobs.withModel({ call: 'classifyFile', request, signal }, async (served, job) => {
        const model = asLabelled(served, request.modelFolder);
        const { classifyFile } = await import('../node/models/classifyFile.js');
        const { file, shownAs, columns, out, safeCsv } = request;
        const written = await classifyFile(model, {
          ...{ file, shownAs, columns, out, safeCsv, signal: job.signal },
          onProgress: async (done) => {
            report({ done });
            await job.turn.pass();
          },
        });
        return { response: { modelName: model.name, ...written }, isFinal: false };
      }),
    compareExports: async ({ run }, signal, report) => {
      const { compareExports, COMPARED_FORMS } = await import('../node/models/compareExports.js');
      const total = 1 + COMPARED_FORMS.length;
      return compareExports(run, {
        signal,
        onProgress: (done) => {
          report({ done, total });
        },
      });
    },
    exportModel: async (request) => {
      const { exportModel } = await import('../node/models/exportModel.js');
      await exportModel(request);
      return null;
    },
  };
}

async function readConfusables(wordLists: WordLists): Promise<Confusables> {
  const { Confusables: Words } = await import('../core/predict/confusables.js');
  return new Words(await wordLists.builtIn());
}

/** A model as it reads a text after a source, if there is one, and why it cannot read the source. */
async function readingAfter<M extends MaskedLanguageModel>(
  model: M,
  source: string | undefined,
): Promise<{ readonly read: M; readonly unread: Unread | null }> {
  if (source === undefined) return { read: model, unread: null };
  const { afterSource, unreadSource } = await import('../core/predict/afterSource.js');
  return { read: afterSource(model, source), unread: await unreadSource(model, source) };
}

function factsOf({ name, tokenizer }: MaskedLanguageModel & { readonly name: string }): {
  modelName: string;
  isUncased: boolean;
} {
  return { modelName: name, isUncased: isUncased(tokenizer) };
}

function describe(
  model: ServedModel,
  folder: string,
): ResponseOf<ModelServerSide, 'describeModel'> {
  const { name, family, parameterCount, maxLength, tokenizer } = model;
  const { vocabularySize, maskToken } = tokenizer;
  const common = { folder, name, family, parameterCount, vocabularySize, maxLength };
  return model.kind === 'masked-lm'
    ? { ...common, kind: model.kind, maskToken }
    : { ...common, kind: model.kind, labels: [...model.labels] };
}

function checkRange(text: string, ranges: readonly { start: number; end: number }[]): void {
  for (const { start, end } of ranges) {
    if (start < end && end <= text.length) continue;
    const message = `range ${start}–${end} is not in a text of ${text.length} characters`;
    throw new AppError({ code: 'Internal', details: { message } });
  }
}
