import * as z from 'zod';

/** Steps of an audit, for its progress. */
export const AUDIT_STEPS = ['occlusion', 'maskedAccuracy', 'faithfulness', 'gradients'] as const;
export type AuditStep = (typeof AUDIT_STEPS)[number];

/** Texts that a step of an audit has finished. */
export const auditProgressSchema = z.object({
  step: z.enum(AUDIT_STEPS),
  done: z.int(),
  total: z.int(),
});
export type AuditProgress = z.infer<typeof auditProgressSchema>;
