import * as z from 'zod';
import { STABILITIES } from '../interference/unstableLeaks.js';
import { auditReportSchema, findingSchema, type AuditReport } from './auditReport.js';

/** Findings and places of a finding that a summary has at most. */
const MOST_FINDINGS = 10;
const MOST_PLACES = 3;

/** The last audit of a run in the size of a panel: its findings, those with the largest effect first. */
export const auditSummarySchema = z.object({
  ...auditReportSchema.pick({ createdAt: true, unit: true }).shape,
  audited: z.int(),
  /** Whether it compared a shifted sample. */
  hasSample: z.boolean(),
  /** Number of all findings, and of the words that a policy masks. */
  count: z.int(),
  selected: z.int(),
  findings: z.array(
    findingSchema
      .pick({
        ...{ text: true, label: true, effect: true, interval: true, texts: true },
        ...{ flipRate: true, isSelected: true, places: true },
      })
      .extend({
        /** Whether the shifted sample has the association, too; null if that was not tested. */
        stability: z.enum(STABILITIES).nullable(),
      }),
  ),
});
export type AuditSummary = z.infer<typeof auditSummarySchema>;

export function summaryOfAudit({ createdAt, unit, data, findings }: AuditReport): AuditSummary {
  return {
    ...{ createdAt, unit, audited: data.audited, hasSample: data.shifted !== null },
    count: findings.length,
    selected: selectedWords({ findings }),
    findings: findings.slice(0, MOST_FINDINGS).map(({ shifted, places, ...finding }) => {
      const { text, label, effect, interval, texts, flipRate, isSelected } = finding;
      return {
        ...{ text, label, effect, interval, texts, flipRate, isSelected },
        stability: shifted?.stability ?? null,
        places: places.slice(0, MOST_PLACES),
      };
    }),
  };
}

/** Number of words that the findings select for a masking policy. */
export function selectedWords({ findings }: Pick<AuditReport, 'findings'>): number {
  return new Set(findings.filter(({ isSelected }) => isSelected).map(({ text }) => text)).size;
}
