import * as z from 'zod';

/** Ways to handle a text that is longer than a sequence: two that keep a part, and one that keeps all. */
export const TRUNCATIONS = ['head', 'head-tail', 'windows'] as const;
export type Truncation = (typeof TRUNCATIONS)[number];

/** Key in `config.json`, which other libraries keep and ignore. */
export const TRAINED_INPUT = 'masklab_input';

const trainedInputSchema = z.object({
  /** Tokens per sequence, special tokens included. */
  maxLength: z.int().min(1),
  truncation: z.enum(TRUNCATIONS),
  /** Tokens that consecutive windows share; `null` for a quarter of a window. */
  stride: z.int().min(0).nullable().default(null),
});
/** Form in which a model of labels got texts in training, and gets them when it predicts. */
export type TrainedInput = z.infer<typeof trainedInputSchema>;

/** Reads the form from `config.json`. Default: whole texts, cut at the model's own limit. */
export function trainedInputOf(
  configJson: Readonly<Record<string, unknown>>,
  { maxLength }: { readonly maxLength: number },
): TrainedInput {
  const stored = trainedInputSchema.safeParse(configJson[TRAINED_INPUT]).data;
  if (stored === undefined) return { maxLength, truncation: 'head', stride: null };
  return { ...stored, maxLength: Math.min(stored.maxLength, maxLength) };
}

/** `config.json` with the form, or without one if it is `null`. */
export function withTrainedInput(
  configJson: Readonly<Record<string, unknown>>,
  input: TrainedInput | null,
): Record<string, unknown> {
  if (input !== null) return { ...configJson, [TRAINED_INPUT]: input };
  return Object.fromEntries(Object.entries(configJson).filter(([key]) => key !== TRAINED_INPUT));
}
