import { createHash } from 'node:crypto';
import * as z from 'zod';
import {
  SELECTOR_NAMES,
  maskingPolicySchema,
  type MaskingPolicy,
} from '../../../core/masking/policy/policy.js';
import { CLEANING_STEPS } from '../../../core/cleaning/steps.js';
import { messageSchema } from '../../../core/messages/message.js';
import { DATASET_FORMATS } from './createWriter.js';

/** A policy without its words, for one-way redaction. */
const redactedPolicySchema = z.strictObject({
  rules: z.array(
    z.strictObject({ name: z.string(), finds: z.string(), replaceWith: z.string().nullable() }),
  ),
});

const countSchema = z.int().min(0);

/** Manifest of a masked dataset: its contents and how it was made. Stored next to the dataset. */
export const datasetManifestSchema = z.strictObject({
  version: z.literal(1),
  format: z.enum(DATASET_FORMATS),
  /** Whether originals are absent from the dataset and the manifest. */
  oneWay: z.boolean(),
  policy: z.union([maskingPolicySchema, redactedPolicySchema]),
  /**
   * SHA-256 of the policy as JSON, including everything that it refers to. `null` after one-way
   * redaction: whoever guesses a word list or a short file can check the guess by its hash.
   */
  policyHash: z.string().nullable(),
  seed: z.int(),
  tokenizer: z.strictObject({ model: z.string(), vocabularySize: countSchema }),
  counts: z.strictObject({
    records: countSchema,
    words: countSchema,
    tokens: countSchema,
    masks: countSchema,
    /** Records that are longer than the maximum length of the model; 0 without `inputs`. */
    truncated: countSchema,
  }),
  /** Units that each rule matches, and how many of them are masked. */
  rules: z.array(
    z.strictObject({
      name: z.string(),
      found: countSchema,
      masked: countSchema,
      rate: z.number().min(0).max(1).nullable(),
    }),
  ),
  data: z.array(
    z.strictObject({
      file: z.string(),
      bytes: countSchema,
      /** `null` after one-way redaction. */
      sha256: z.string().nullable(),
    }),
  ),
  cleaning: z.array(z.enum(CLEANING_STEPS)),
  columns: z.strictObject({ carried: z.array(z.string()), left: z.array(z.string()) }),
  skipped: z.strictObject({
    count: countSchema,
    /** Reasons for the first of them. */
    reasons: z.array(messageSchema),
  }),
  /** Cells of a CSV file that begin like formulas, and whether they got an apostrophe. */
  formulas: z.strictObject({ cells: countSchema, areEscaped: z.boolean() }).optional(),
  versions: z.record(z.string(), z.string()),
});
export type DatasetManifest = z.infer<typeof datasetManifestSchema>;

/** A policy without anything that can originate from the data. */
export function redactedPolicy(
  policy: MaskingPolicy,
  ruleNames: readonly string[],
): DatasetManifest['policy'] {
  return {
    rules: policy.rules.map((rule, index) => ({
      name: ruleNames[index]!,
      finds: SELECTOR_NAMES.find((name) => rule[name] !== undefined) ?? 'nothing',
      replaceWith: rule.replaceWith ?? null,
    })),
  };
}

/** SHA-256 in hexadecimal. Keys are sorted by schema, so that their order in the file does not matter. */
export function policyHashOf(policy: MaskingPolicy): string {
  return createHash('sha256')
    .update(JSON.stringify(maskingPolicySchema.parse(policy)))
    .digest('hex');
}

/** Path of the manifest of a dataset. */
export function manifestFileOf(dataset: string): string {
  return `${dataset}.manifest.json`;
}
