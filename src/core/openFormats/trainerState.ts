import * as z from 'zod';
import type { ForeignPoint, ForeignRun } from './foreignRun.js';

/** Parts of `trainer_state.json` as the Trainer of Hugging Face transformers writes it. */
const trainerStateSchema = z.object({
  max_steps: z.number().nullish(),
  num_train_epochs: z.number().nullish(),
  train_batch_size: z.number().nullish(),
  log_history: z.array(z.looseObject({ step: z.number(), epoch: z.number().nullish() })),
});

/** Entries of the summary at the end of a training, which belong to no step. */
const SUMMARY_KEY = 'train_runtime';

/** A run from the parsed content of `trainer_state.json`; `null` if it is another file. */
export function readTrainerState(content: unknown): ForeignRun | null {
  const read = trainerStateSchema.safeParse(content);
  if (!read.success) return null;
  const { max_steps: most, num_train_epochs: epochs, log_history: history } = read.data;
  const runtime = history.find((entry) => typeof entry[SUMMARY_KEY] === 'number')?.[SUMMARY_KEY];
  const secondsPerStep =
    typeof runtime === 'number' && most != null && most > 0 ? runtime / most : null;
  const points = history.flatMap(({ step, epoch, ...values }): ForeignPoint[] => {
    if (SUMMARY_KEY in values || !Number.isInteger(step) || step < 0) return [];
    return Object.entries(values).flatMap(([name, value]) =>
      typeof value !== 'number'
        ? []
        : [
            {
              ...{ step, name, value },
              ...(epoch == null ? {} : { epoch }),
              ...(secondsPerStep === null ? {} : { time: step * secondsPerStep }),
            },
          ],
    );
  });
  const { train_batch_size: batchSize } = read.data;
  return {
    tool: 'transformers',
    points,
    totalSteps: most ?? null,
    // The summary is written at the end.
    hasEnded:
      typeof runtime === 'number' || (most != null && history.some(({ step }) => step >= most)),
    parameters: {
      ...(epochs == null ? {} : { 'training.epochs': epochs }),
      ...(batchSize == null ? {} : { 'training.batchSize': batchSize }),
    },
  };
}
