import * as z from 'zod';

/** What a run needs to know of the model that it starts from. */
export const inspectedModelSchema = z.object({
  /** Absolute path of the model folder. */
  path: z.string(),
  name: z.string(),
  /** Of the folder's files. */
  sha256: z.string().length(64),
  hiddenSize: z.int().positive(),
  /** Tokens of a sequence, special tokens included. */
  maxLength: z.int().positive(),
});
export type InspectedModel = z.infer<typeof inspectedModelSchema>;
