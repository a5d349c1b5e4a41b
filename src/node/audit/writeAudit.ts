import fs from 'node:fs';
import path from 'node:path';
import { auditDocument } from '../../core/audit/auditDocument.js';
import { AUDIT_FILES, type AuditReport, type TextSaliences } from '../../core/audit/auditReport.js';
import { reportMarkdown, reportPage } from '../../core/experiments/report/report.js';
import { ENGLISH } from '../../core/messages/render.js';
import { CsvRows } from '../../core/text/csvRows.js';
import { storing, writeFileAtomicallySync, writeJsonAtomically } from '../files/storage.js';

/** Rate at which a policy masks the words of an audit: the model sees texts with and without them. */
const POLICY_RATE = 0.5;

/**
 * Writes an audit: the report, its findings as a table and as JSON lines, the effects of all words of each text, and a
 * policy that masks the selected words. Files of an earlier audit are replaced. Throws `Storage`.
 *
 * @param options.isSafe puts an apostrophe before cells that spreadsheets would run as formulas
 * @returns number of cells that spreadsheets would run as formulas
 */
export async function writeAudit(
  folder: string,
  { report, saliences }: { report: AuditReport; saliences: readonly TextSaliences[] },
  { isSafe }: { readonly isSafe: boolean },
): Promise<number> {
  storing(folder, () => fs.mkdirSync(folder, { recursive: true }));
  const write = (name: string, content: string): void => {
    writeFileAtomicallySync(path.join(folder, name), content);
  };
  const { csv, formulas } = findingsTable(report, isSafe);
  write(AUDIT_FILES.findings, csv);
  write(AUDIT_FILES.findingLines, findingLines(report));
  write(AUDIT_FILES.words, saliences.map((text) => `${JSON.stringify(text)}\n`).join(''));
  const document = auditDocument(report, ENGLISH);
  write(AUDIT_FILES.document, reportMarkdown(document));
  write(AUDIT_FILES.page, reportPage(document));
  const policy = path.join(folder, AUDIT_FILES.policy);
  if (report.findings.some(({ isSelected }) => isSelected)) {
    await writeJsonAtomically(policy, policyOf(report));
  } else {
    storing(policy, () => {
      fs.rmSync(policy, { force: true });
    });
  }
  // Last, since it says that the audit is complete.
  await writeJsonAtomically(path.join(folder, AUDIT_FILES.report), report);
  return formulas;
}

function findingsTable(
  { findings, model }: AuditReport,
  isSafe: boolean,
): { readonly csv: string; readonly formulas: number } {
  const rows = new CsvRows({ isSafe });
  const head = [
    ...['word', 'label', 'texts', 'share', 'effect', 'low', 'high', 'p', 'q'],
    ...['flip_rate', 'alone_rate', 'selected', 'file', 'line'],
    ...['stability', 'data_texts', 'data_share', 'sample_texts', 'sample_share'],
    ...['expected_share', 'sample_q', 'untested', 'masked_examples'],
  ];
  const lines = findings.map((finding) => {
    const { text, label, texts, share, effect, interval, pValue, qValue } = finding;
    const { places, shifted, untested } = finding;
    const [place] = places;
    return rows.row([
      ...[text, label, texts, share, effect, interval.low, interval.high, pValue, qValue],
      ...[finding.flipRate, finding.aloneRate, finding.isSelected, place?.file, place?.line],
      ...[shifted?.stability, shifted?.dataTexts, shifted?.dataShare],
      ...[shifted?.texts, shifted?.share, shifted?.expectedShare, shifted?.adjustedP],
      ...[untested, model.maskedExamples],
    ]);
  });
  return { csv: rows.row(head) + lines.join(''), formulas: rows.formulas };
}

/** Each finding with the unit of its effect and whether the model was trained with masked texts. */
function findingLines({ findings, model: { maskedExamples }, unit }: AuditReport): string {
  return findings
    .map((finding) => `${JSON.stringify({ ...finding, unit, maskedExamples })}\n`)
    .join('');
}

function policyOf({ model }: AuditReport): unknown {
  return {
    version: 1,
    name: `Words that ${model.name} leans on`,
    rate: 0,
    replace: { mask: 1, random: 0, keep: 0 },
    rules: [{ name: 'findings', fromAudit: AUDIT_FILES.report, rate: POLICY_RATE }],
  };
}
