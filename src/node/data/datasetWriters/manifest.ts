import { createHash } from 'node:crypto';
import * as z from 'zod';
import {
  SELECTOR_NAMES,
  maskingPolicySchema,
  type MaskingPolicy,
} from '../../../core/masking/policy/policy.js';
import { CLEANING_STEPS } from '../../../core/cleaning/steps.js';
import { DATASET_FORMATS } from './createWriter.js';

/** What is known of a policy whose words must not be told. */
const redactedPolicySchema = z.strictObject({
  rules: z.array(
    z.strictObject({ name: z.string(), finds: z.string(), replaceWith: z.string().nullable() }),
  ),
});

const countSchema = z.int().min(0);

/** What a masked dataset is and how it came to be: lies beside it. */
export const datasetManifestSchema = z.strictObject({
  version: z.literal(1),
  format: z.enum(DATASET_FORMATS),
  /** Originals are in neither the dataset nor here. */
  oneWay: z.boolean(),
  policy: z.union([maskingPolicySchema, redactedPolicySchema]),
  /** SHA-256 of the policy as JSON with everything in it that it refers to. */
  policyHash: z.string(),
  seed: z.int(),
  tokenizer: z.strictObject({ model: z.string(), vocabularySize: countSchema }),
  counts: z.strictObject({
    records: countSchema,
    words: countSchema,
    tokens: countSchema,
    masks: countSchema,
    /** Records of which the model takes the beginning alone; 0 without `inputs`. */
    truncated: countSchema,
  }),
  /** Units that a rule covers, and those of them that are masked. */
  rules: z.array(
    z.strictObject({
      name: z.string(),
      found: countSchema,
      masked: countSchema,
      rate: z.number().min(0).max(1).nullable(),
    }),
  ),
  data: z.array(z.strictObject({ file: z.string(), bytes: countSchema, sha256: z.string() })),
  cleaning: z.array(z.enum(CLEANING_STEPS)),
  columns: z.strictObject({ carried: z.array(z.string()), left: z.array(z.string()) }),
  skipped: z.strictObject({
    count: countSchema,
    /** The first of them. */
    reasons: z.array(z.string()),
  }),
  versions: z.record(z.string(), z.string()),
});
export type DatasetManifest = z.infer<typeof datasetManifestSchema>;

/** A policy without anything that may have come out of the data: what it does and nothing else. */
export function redactedPolicy(policy: MaskingPolicy): DatasetManifest['policy'] {
  return {
    rules: policy.rules.map((rule) => ({
      name: rule.name,
      finds: SELECTOR_NAMES.find((name) => rule[name] !== undefined) ?? 'nothing',
      replaceWith: rule.replaceWith ?? null,
    })),
  };
}

/** SHA-256, hexadecimal; keys in the order of the schema, whatever order they were written in. */
export function policyHashOf(policy: MaskingPolicy): string {
  return createHash('sha256')
    .update(JSON.stringify(maskingPolicySchema.parse(policy)))
    .digest('hex');
}

/** Where the manifest of a dataset lies. */
export function manifestFileOf(dataset: string): string {
  return `${dataset}.manifest.json`;
}
