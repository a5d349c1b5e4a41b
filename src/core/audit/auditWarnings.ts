import { problem, type Problem } from '../messages/message.js';
import type { AuditReport } from './auditReport.js';

/** Properties of the data of an audit that limit what it can show. */
export function auditWarnings({ data, model }: Pick<AuditReport, 'data' | 'model'>): Problem[] {
  const { shifted, trained } = data;
  const shiftedTrained = shifted?.trained;
  const isRunKnown = model.maskedExamples !== null;
  return [
    ...(trained === null && isRunKnown ? [problem('models.trainingNotRead')] : []),
    ...(isCounted(trained)
      ? [problem('models.auditedTrained', { count: trained, total: data.texts })]
      : []),
    ...(isCounted(shiftedTrained)
      ? [problem('models.shiftedTrained', { count: shiftedTrained })]
      : []),
    ...(shifted === null ? [] : [...labelWarnings(shifted), ...splitWarnings(shifted)]),
  ];
}

type Shifted = NonNullable<AuditReport['data']['shifted']>;

function isCounted(count: number | null | undefined): count is number {
  return count !== null && count !== undefined && count > 0;
}

/** Labels whose associations cannot be compared. */
function labelWarnings({ labels = [] }: Shifted): Problem[] {
  const present = labels.filter(({ texts }) => texts > 0);
  const [only] = present;
  if (only !== undefined && present.length === 1) {
    return [problem('profile.shiftedOneLabel', { label: only.label })];
  }
  const list = labels.filter(({ texts }) => texts === 0).map(({ label }) => `"${label}"`);
  if (list.length === 0) return [];
  return [problem('profile.shiftedAbsentLabels', { labels: { list, join: 'and' } })];
}

/** Numbers that are all in one half. */
function splitWarnings({ splits = [], texts, overlapping }: Shifted): Problem[] {
  const compared = texts - overlapping;
  return splits.flatMap(({ label, value, above }) => {
    if (value === null) return [problem('models.auditedOneNumber', { label })];
    const args = { label, value };
    if (above === compared) return [problem('models.shiftedAbove', args)];
    return above === 0 ? [problem('models.shiftedBelow', args)] : [];
  });
}
