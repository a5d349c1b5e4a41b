import type { MaskedLanguageModel } from '../core/predict/maskedLanguageModel.js';
import type { PredictionModel } from '../node/models/predictionModel.js';
import type { Lane } from '../protocol/modelServer.js';
import type { Turn } from './scheduler.js';

/**
 * Tokens per model run of work that nobody waits for at a hover: a run cannot be interrupted, and
 * longer ones would hold a hover up. One sequence may be longer.
 */
export const PATIENT_BATCH_TOKENS = 512;

/** The same model for a job of a lane: it passes the turn on before each of its runs. */
export function takingTurns(
  model: PredictionModel,
  { turn, lane }: { readonly turn: Turn; readonly lane: Lane },
): MaskedLanguageModel {
  return {
    ...(lane === 'interactive' ? {} : { batchTokens: PATIENT_BATCH_TOKENS }),
    tokenizer: model.tokenizer,
    maxLength: model.maxLength,
    logitsAt: async (batch) => {
      await turn.pass();
      return model.logitsAt(batch);
    },
  };
}

/** Says when a job has computed for `milliseconds`; what it waited for its turn does not count. */
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
