import * as z from 'zod';

/** A masking policy, version 1: what to mask and what to put there. Unknown keys are refused. */
export const maskingPolicySchema = z
  .strictObject({
    version: z.literal(1),
    seed: z.int().min(0).default(0),
    /** Share of maskable tokens that are selected, 0 to 1. */
    rate: z.number().gt(0).lt(1).default(0.15),
    unit: z.enum(['token', 'word']).default('token'),
    /** What becomes of a selected token; the three sum to 1 (Devlin et al. 2019: 80/10/10). */
    replace: z
      .strictObject({
        mask: z.number().min(0).max(1),
        random: z.number().min(0).max(1),
        keep: z.number().min(0).max(1),
      })
      .refine((r) => Math.abs(r.mask + r.random + r.keep - 1) < 1e-9, {
        message: 'mask, random and keep must sum to 1',
      })
      .default({ mask: 0.8, random: 0.1, keep: 0.1 }),
  })
  .meta({ title: 'Masklab masking policy' });
export type MaskingPolicy = z.infer<typeof maskingPolicySchema>;

export const BERT_MASKING: MaskingPolicy = maskingPolicySchema.parse({ version: 1 });
