import { problem, type Problem } from '../messages/message.js';
import { comparedTexts, type AuditReport } from './auditReport.js';

/** Properties of the data of an audit that limit what it can show. */
export function auditWarnings({ data, model }: Pick<AuditReport, 'data' | 'model'>): Problem[] {
  const { shifted, trained } = data;
  const audited = overlapIn(data);
  const compared = overlapIn(shifted ?? {});
  const near = shifted?.near ?? 0;
  const isRunKnown = model.maskedExamples !== null;
  return [
    ...(trained === null && isRunKnown ? [problem('models.trainingNotRead')] : []),
    ...(audited.count > 0
      ? [problem('models.auditedTrained', { ...audited, total: data.texts })]
      : []),
    ...(compared.count > 0 ? [problem('models.shiftedTrained', compared)] : []),
    ...(near > 0 ? [problem('models.shiftedNear', { count: near })] : []),
    ...(shifted === null ? [] : [...labelWarnings(shifted), ...splitWarnings(shifted)]),
  ];
}

type Shifted = NonNullable<AuditReport['data']['shifted']>;

interface Trained {
  readonly trained?: number | null;
  readonly trainedNear?: number | null;
}

/** Texts that are in the training data; 0 if that is not known. */
function overlapIn({ trained, trainedNear }: Trained) {
  const [exact, near] = [trained ?? 0, trainedNear ?? 0];
  return { count: exact + near, exact, near };
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
function splitWarnings(shifted: Shifted): Problem[] {
  const { splits = [] } = shifted;
  const compared = comparedTexts(shifted);
  return splits.flatMap(({ label, value, above }) => {
    if (value === null) return [problem('models.auditedOneNumber', { label })];
    const args = { label, value };
    if (above === compared) return [problem('models.shiftedAbove', args)];
    return above === 0 ? [problem('models.shiftedBelow', args)] : [];
  });
}
