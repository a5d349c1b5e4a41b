import * as z from 'zod';
import { modelError } from '../errors.js';
import { problem } from '../messages/message.js';
import type { HeadKind } from './model.js';

/** Meaning of a classifier's outputs, as in the hub's `config.json`. */
export interface HeadLabels {
  /** In the order of the logits. */
  readonly labels: readonly string[];
  /** Loss that a `sequence` head was trained with. */
  readonly problemType?: ProblemType;
}

export type ProblemType =
  'regression' | 'single_label_classification' | 'multi_label_classification';

const FURTHER_HEADS = 'masklab_heads';

const furtherHeadSchema = z.object({
  name: z.string(),
  kind: z.enum(['masked-lm', 'sequence', 'token']),
  /** In the order of the logits; empty for a `masked-lm` head. */
  labels: z.array(z.string()).readonly(),
  problemType: z
    .enum(['regression', 'single_label_classification', 'multi_label_classification'])
    .optional(),
});

/** A head other than the first one, as Masklab stores it in `config.json`. */
export type FurtherHead = Readonly<z.infer<typeof furtherHeadSchema>>;

/**
 * Heads in a `config.json` written by Masklab, other than the first one.
 *
 * @throws AppError `Model` if the list is malformed.
 */
export function furtherHeadsOf(
  configJson: Readonly<Record<string, unknown>>,
  path: string,
): FurtherHead[] {
  const parsed = z.array(furtherHeadSchema).safeParse(configJson[FURTHER_HEADS] ?? []);
  if (parsed.success) return parsed.data;
  throw modelError(path, problem('models.malformedHeads', { field: FURTHER_HEADS }));
}

/** Returns `config.json` with these heads added to the first one. */
export function withFurtherHeads(
  configJson: Readonly<Record<string, unknown>>,
  heads: readonly FurtherHead[],
): Record<string, unknown> {
  const rest = Object.fromEntries(
    Object.entries(configJson).filter(([field]) => field !== FURTHER_HEADS),
  );
  return heads.length === 0 ? rest : { ...rest, [FURTHER_HEADS]: heads };
}

const labelFields = z.object({
  architectures: z.array(z.string()).nullish().catch(null),
  id2label: z.record(z.string(), z.string()).nullish().catch(null),
  num_labels: z.int().positive().nullish().catch(null),
});

/** Ends of the hub's class names. */
export const CLASS_ENDS: Readonly<Record<HeadKind, string>> = {
  'masked-lm': 'ForMaskedLM',
  sequence: 'ForSequenceClassification',
  token: 'ForTokenClassification',
};

/** Head named by a `config.json`, or `null` if it names no supported one. */
export function headOf(configJson: unknown): HeadKind | null {
  const name = labelFields.parse(configJson).architectures?.[0] ?? '';
  if (name.endsWith('ForSequenceClassification')) return 'sequence';
  if (name.endsWith('ForTokenClassification')) return 'token';
  return /(?:For(?:MaskedLM|PreTraining)|WithLMHeadModel)$/.test(name) ? 'masked-lm' : null;
}

/** Whether a `config.json` names the class of an encoder without a head. */
export function isBareEncoder(configJson: unknown): boolean {
  const [name = ''] = labelFields.parse(configJson).architectures ?? [];
  return name.endsWith('Model') && headOf(configJson) === null;
}

/**
 * The field `architectures` of a model that got a head of this kind: the stored class with another
 * ending. Empty for a configuration that names no class.
 */
export function architecturesWith(
  kind: HeadKind,
  configJson: unknown,
): { readonly architectures?: readonly string[] } {
  const [name = ''] = labelFields.parse(configJson).architectures ?? [];
  const family = /^(\w+?)(?:For[A-Z]\w*|WithLMHeadModel|Model)$/.exec(name)?.[1];
  return family === undefined ? {} : { architectures: [family + CLASS_ENDS[kind]] };
}

/** Labels of a `config.json` in the order of the logits. Default: LABEL_0, LABEL_1, …. */
export function labelsOf(configJson: unknown): string[] {
  const { id2label, num_labels: count } = labelFields.parse(configJson);
  const ids = Object.keys(id2label ?? {}).sort((a, b) => Number(a) - Number(b));
  if (id2label && ids.length > 0) return ids.map((id) => id2label[id]!);
  return Array.from({ length: count ?? 2 }, (_, i) => `LABEL_${i}`);
}

const problemTypeSchema = z.object({
  problem_type: furtherHeadSchema.shape.problemType.catch(undefined),
});

/** Loss that a `config.json` says its classifier was trained with; `null` if it does not say. */
export function problemTypeOf(configJson: unknown): ProblemType | null {
  return problemTypeSchema.parse(configJson).problem_type ?? null;
}

/** Whether the labels are the default names of the hub's library. */
export function areUnnamed(labels: readonly string[]): boolean {
  return labels.every((label, i) => label === `LABEL_${i}`);
}

/** Fields of `config.json` that describe a classifier's outputs. */
export function labelConfig({ labels, problemType }: HeadLabels): Record<string, unknown> {
  return {
    id2label: Object.fromEntries(labels.map((label, i) => [i, label])),
    label2id: Object.fromEntries(labels.map((label, i) => [label, i])),
    num_labels: labels.length,
    ...(problemType === undefined ? {} : { problem_type: problemType }),
  };
}
