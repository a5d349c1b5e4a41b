import * as z from 'zod';

/** Place of a model on the hub, and the hashes of its files. */
export const hubPinSchema = z.object({
  /** `organization/name`. */
  repository: z.string(),
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  /**
   * Hash of each file by its name: SHA-256 of large files (64 digits), SHA-1 as git computes it of
   * others (40 digits). Empty in a cache without links.
   */
  files: z.record(z.string(), z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)),
});
export type HubPin = z.infer<typeof hubPinSchema>;

/** Facts about the model that a run starts from. */
export const inspectedModelSchema = z.object({
  /** Absolute path of the model folder. */
  path: z.string(),
  name: z.string(),
  /** Hash of the folder's files. */
  sha256: z.string().length(64),
  /** For a model of the shared cache. */
  hub: hubPinSchema.exactOptional(),
  /** Run of the same study that has yet to train it; `sha256` is then of its id. */
  ofRun: z.string().min(1).exactOptional(),
  hiddenSize: z.int().positive(),
  /** Maximum sequence length, including special tokens. */
  maxLength: z.int().positive(),
});
export type InspectedModel = z.infer<typeof inspectedModelSchema>;
