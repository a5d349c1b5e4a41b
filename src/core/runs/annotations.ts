import * as z from 'zod';
import { HUES } from '../charts/scene.js';

/** Named colors of a run in tree and charts. */
export const RUN_COLORS = HUES;
export type RunColor = (typeof RUN_COLORS)[number];

/**
 * `annotations.json`: the person's notes on a run, beside its immutable spec. Every field is
 * optional; fields that this version does not know are kept when the file is rewritten.
 */
export const runAnnotationsSchema = z.looseObject({
  version: z.literal(1),
  /** Shown instead of the spec's name. */
  name: z.string().min(1).optional(),
  /** Slug of the experiment that the run was moved to. */
  experiment: z.string().min(1).max(200).optional(),
  tags: z.array(z.string().min(1)).optional(),
  notes: z.string().optional(),
  hypothesis: z.string().optional(),
  star: z.boolean().optional(),
  color: z.enum(RUN_COLORS).optional(),
});
export type RunAnnotations = z.infer<typeof runAnnotationsSchema>;

/** Fields to set. `null` removes a field. */
export interface AnnotationChanges {
  readonly name?: string | null;
  readonly experiment?: string | null;
  readonly tags?: readonly string[] | null;
  readonly notes?: string | null;
  readonly hypothesis?: string | null;
  readonly star?: boolean | null;
  readonly color?: RunColor | null;
}

/** Applies changes and keeps everything else, unknown fields included. */
export function withChanges(before: RunAnnotations, changes: AnnotationChanges): RunAnnotations {
  const merged = Object.entries({ ...before, ...changes });
  return runAnnotationsSchema.parse(
    Object.fromEntries(merged.filter(([name, value]) => value !== null || !(name in changes))),
  );
}

export const NO_ANNOTATIONS: RunAnnotations = { version: 1 };

/** Longest tag, in characters. */
export const MAX_TAG_LENGTH = 40;

/** Tags in a text, separated by commas or spaces and with or without `#`; each once. */
export function tagsIn(text: string): string[] {
  const tags = text.split(/[\s,，、]+/u).map((tag) => tag.replace(/^#+/, ''));
  return [...new Set(tags.filter((tag) => tag !== ''))];
}

/** Tags of a run after some were added and removed; `null` for none. */
export function changedTags(
  before: readonly string[],
  { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
): readonly string[] | null {
  const kept = before.filter((tag) => !remove.includes(tag));
  const tags = [...new Set([...kept, ...add])];
  return tags.length === 0 ? null : tags;
}
