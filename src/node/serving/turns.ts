import type { KeptResults } from '../../core/predict/keptResults.js';
import type { MaskedLanguageModel } from '../../core/predict/maskedLanguageModel.js';
import type { PredictionModel } from '../models/predictionModel.js';
import type { Lane } from '../../core/predict/jobs.js';
import type { Turn } from './scheduler.js';

/**
 * Maximum tokens per model run of background work. A run cannot be interrupted, and longer ones would
 * delay hovers. A single sequence may be longer.
 */
export const PATIENT_BATCH_TOKENS = 512;

/** Wraps a model for a job, so that it passes the turn on before each model run. */
export function takingTurns(
  model: PredictionModel,
  {
    turn,
    lane,
    kept,
  }: {
    readonly turn: Turn;
    readonly lane: Lane;
    /** Results of earlier runs of the model. Default: none. */
    readonly kept?: KeptResults;
  },
): MaskedLanguageModel {
  const { withGradients, readDistributions } = model;
  return {
    ...(lane === 'interactive' ? {} : { batchTokens: PATIENT_BATCH_TOKENS }),
    tokenizer: model.tokenizer,
    maxLength: model.maxLength,
    ...(model.foreignLanguage === undefined ? {} : { foreignLanguage: model.foreignLanguage }),
    logitsAt: async (batch) => {
      await turn.pass();
      return model.logitsAt(batch);
    },
    ...(kept !== undefined && { kept }),
    ...(readDistributions !== undefined && { readDistributions }),
    ...(withGradients !== undefined && {
      withGradients: async (work) => {
        await turn.pass();
        return withGradients(work);
      },
    }),
  };
}

/** Tracks whether a job has computed for `milliseconds`, not counting the time it waited. */
export function computingTime(
  turn: Turn,
  milliseconds: number,
): { readonly turn: Turn; isUp(): boolean } {
  const started = performance.now();
  let waited = 0;
  return {
    turn: {
      pass: async () => {
        const since = performance.now();
        await turn.pass();
        waited += performance.now() - since;
      },
    },
    isUp: () => performance.now() - started - waited > milliseconds,
  };
}
