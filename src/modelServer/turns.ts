import type { MaskedLanguageModel } from '../core/predict/maskedLanguageModel.js';
import type { PredictionModel } from '../node/models/predictionModel.js';
import type { Turn } from './scheduler.js';

/** The same model for a job: it passes the turn on before each of its runs. */
export function takingTurns(model: PredictionModel, turn: Turn): MaskedLanguageModel {
  return {
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
