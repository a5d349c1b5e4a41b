import * as z from 'zod';
import { messageSchema } from '../messages/message.js';

/** Effect of a policy on a sample of data. */
export const sampledMaskingSchema = z.object({
  /** Name of the policy as it was asked for; `null` for the policy of the run. */
  policy: z.string().nullable(),
  /** Share of the tokens that are masked. */
  share: z.number(),
  /** The share, and that of each rule. */
  masked: messageSchema,
  /** The share in the texts of each label; `null` for text without labels. */
  byLabel: messageSchema.nullable(),
});
export type SampledMasking = z.infer<typeof sampledMaskingSchema>;
