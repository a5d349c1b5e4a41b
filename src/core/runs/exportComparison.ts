import * as z from 'zod';
import { WEIGHT_PRECISIONS } from '../models/exportFormats.js';
import { HELD_OUT_METRIC_NAMES } from './metrics.js';
import type { RunState } from './schema.js';

/** One row of the table in which exports are compared. */
const checkedFormSchema = z.object({
  precision: z.enum(WEIGHT_PRECISIONS),
  /** Whether 7 of the 8 bits of weights are used. */
  portable: z.boolean(),
  /** Size of the ONNX file. */
  bytes: z.int().min(0),
  metric: z.enum(HELD_OUT_METRIC_NAMES),
  value: z.number(),
  /** Milliseconds per batch, on one thread: median. */
  milliseconds: z.number().min(0),
  /** The largest difference from float32; `null` for float32 itself. */
  largestDisagreement: z
    .object({
      /** Largest difference of a probability, 0 to 1; of an output, for a regressor. */
      difference: z.number().min(0),
      /** The text as the model reads it, with its mask tokens. */
      text: z.string(),
    })
    .nullable(),
  /** Matrices that remain in float32 so that the metric stays within one point. */
  exact: z.array(z.string()).readonly(),
});
export type CheckedForm = z.infer<typeof checkedFormSchema>;
export type Disagreement = NonNullable<CheckedForm['largestDisagreement']>;

/** Exports of a model, each compared with float32 on the same data. */
export const exportCheckSchema = z.object({
  reference: checkedFormSchema,
  forms: z.array(checkedFormSchema).readonly(),
  /** Processor on which times were measured. */
  processor: z.string(),
});

/** `exports.json` of a run: its ONNX exports, compared on its held-out data. */
export const exportComparisonSchema = exportCheckSchema.extend({
  version: z.literal(1),
  /** Step of the model. */
  step: z.int().min(0),
});
export type ExportComparison = z.infer<typeof exportComparisonSchema>;

/** Step of the model that a run has, for a comparison of the same model. */
export function stepOfModel({ step, modelStep }: Pick<RunState, 'step' | 'modelStep'>): number {
  return modelStep ?? step;
}
