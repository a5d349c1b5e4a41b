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
