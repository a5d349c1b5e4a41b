import * as z from 'zod';
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
