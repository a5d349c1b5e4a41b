import * as z from 'zod';

/** Facts about the model that a run starts from. */
export const inspectedModelSchema = z.object({
  /** Absolute path of the model folder. */
  path: z.string(),
  name: z.string(),
  /** Hash of the folder's files. */
  sha256: z.string().length(64),
  hiddenSize: z.int().positive(),
  /** Maximum sequence length, including special tokens. */
  maxLength: z.int().positive(),
});
export type InspectedModel = z.infer<typeof inspectedModelSchema>;
