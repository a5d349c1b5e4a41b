import * as z from 'zod';
import { AppError } from '../errors.js';
import type { HeadKind } from './model.js';

/** What a classifier's outputs mean, as the hub's `config.json` says it. */
export interface HeadLabels {
  /** In the order of the logits. */
  readonly labels: readonly string[];
  /** Of a `sequence` head: which loss it was trained with. */
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

/** A head beside the first one, as Masklab notes it in `config.json`. */
export type FurtherHead = Readonly<z.infer<typeof furtherHeadSchema>>;

/**
 * The heads that a `config.json` of ours has beside that of its class.
 *
 * @throws AppError `Model` for a list that cannot be read.
 */
export function furtherHeadsOf(
  configJson: Readonly<Record<string, unknown>>,
  path: string,
): FurtherHead[] {
  const parsed = z.array(furtherHeadSchema).safeParse(configJson[FURTHER_HEADS] ?? []);
  if (parsed.success) return parsed.data;
  throw new AppError({
    code: 'Model',
    details: {
      path,
      problem: `${FURTHER_HEADS} is not a list of heads with name, kind and labels`,
      remedy: 'Copy config.json again, or remove this field to read the first head alone.',
    },
  });
}

/** A `config.json` with these heads beside that of its class. */
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

/** The head that a `config.json` names; null where it names none that can be built. */
export function headOf(configJson: unknown): HeadKind | null {
  const name = labelFields.parse(configJson).architectures?.[0] ?? '';
  if (name.endsWith('ForSequenceClassification')) return 'sequence';
  if (name.endsWith('ForTokenClassification')) return 'token';
  return /For(MaskedLM|PreTraining)$/.test(name) ? 'masked-lm' : null;
}

/** Labels of a `config.json` in the order of the logits; LABEL_0, LABEL_1 where it names none. */
export function labelsOf(configJson: unknown): string[] {
  const { id2label, num_labels: count } = labelFields.parse(configJson);
  const ids = Object.keys(id2label ?? {}).sort((a, b) => Number(a) - Number(b));
  if (id2label && ids.length > 0) return ids.map((id) => id2label[id]!);
  return Array.from({ length: count ?? 2 }, (_, i) => `LABEL_${i}`);
}

/** True for the names that the hub's library gives labels without any. */
export function areUnnamed(labels: readonly string[]): boolean {
  return labels.every((label, i) => label === `LABEL_${i}`);
}

/** The fields of `config.json` that say what a classifier's outputs mean. */
export function labelConfig({ labels, problemType }: HeadLabels): Record<string, unknown> {
  return {
    id2label: Object.fromEntries(labels.map((label, i) => [i, label])),
    label2id: Object.fromEntries(labels.map((label, i) => [label, i])),
    num_labels: labels.length,
    ...(problemType === undefined ? {} : { problem_type: problemType }),
  };
}
