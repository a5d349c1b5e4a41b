import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { placeSaliences, type PlacedText } from '../../core/audit/placeSaliences.js';
import { documentFormatOf } from '../../core/data/documentRows.js';
import { USUAL_DIALECT } from '../../core/data/fileDialect.js';
import type { RunSpec } from '../../core/runs/schema.js';
import { readRunSaliences } from '../../node/runs/runAudit.js';
import { notify } from '../platform/notify.js';
import { isGivenToExtensions } from '../platform/showFile.js';
import { isTrustedForAudits } from '../platform/trust.js';
import { withoutMarkup } from '../platform/withoutMarkup.js';
import type { RunStore } from '../runs/runStore.js';
import { changedText } from './auditMarkdown.js';
import type { AuditShadingController } from './auditShadingController.js';
import { lastAuditOf } from './lastAudit.js';
import type { AuditedRow } from './shownAudit.js';

/** Rows and words that are shaded at most. */
const MOST_ROWS = 5000;
const MOST_WORDS = 50_000;

export interface ShowAuditOptions {
  readonly controller: Pick<AuditShadingController, 'show'>;
  readonly runStore: Pick<RunStore, 'get'>;
}

/** Opens a file of the last audit of a run, and shades the words of the audited rows. */
export async function showAudit(
  directory: string,
  { controller, runStore }: ShowAuditOptions,
): Promise<void> {
  if (!(await isTrustedForAudits())) return;
  const last = await lastAuditOf(directory, runStore);
  if (last === null) return;
  const { name, report, spec, workspaceFolder } = last;
  const file = await pickFile(report.data.files);
  if (file === null) return;
  const absolute = path.resolve(workspaceFolder, file);
  if (!existsSync(absolute)) {
    void notify('warning', vscode.l10n.t('{0} was moved or deleted since the audit.', file));
    return;
  }
  const uri = vscode.Uri.file(absolute);
  if (!(await isGivenToExtensions(uri))) {
    void notify('warning', vscode.l10n.t('{0} is too large to show an audit in it.', file));
    return;
  }
  const saliences = await readRunSaliences(directory, { file, most: MOST_ROWS + 1 });
  const document = await vscode.workspace.openTextDocument(uri);
  const shownSaliences = saliences.slice(0, MOST_ROWS);
  const { texts, changed } = placeSaliences(document.getText(), shownSaliences, {
    ...{ file, format: documentFormatOf(file)! },
    ...readingOf(spec),
  });
  const kept = withinLimit(texts);
  const rows = kept.map((text) => rowOf(text, document));
  const isLimited = saliences.length > MOST_ROWS || kept.length < texts.length;
  const editor = await vscode.window.showTextDocument(document);
  const { maskedExamples } = report.model;
  controller.show({
    ...{ document, modelName: name, unit: report.unit, maskedExamples, rows, changed, isLimited },
  });
  const [first] = rows.toSorted((a, b) => a.range.start.compareTo(b.range.start));
  if (first === undefined) {
    void notify('warning', vscode.l10n.t('No audited row of {0} is as it was in the audit.', file));
  } else {
    editor.revealRange(first.range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    if (changed > 0) void notify('info', changedText(changed));
  }
}

/** The audited file that an editor shows as rows, or the one that the person picks. */
async function pickFile(files: readonly string[]): Promise<string | null> {
  const offered = files.filter((file) => documentFormatOf(file) !== null);
  const [first] = offered;
  if (first === undefined) {
    const text = vscode.l10n.t(
      'Words are shaded in .csv, .tsv and .jsonl files. The audit has none of them.',
    );
    void notify('info', text);
    return null;
  }
  if (offered.length === 1) return first;
  const items = offered.map((file) => ({ label: withoutMarkup(file), file }));
  const placeHolder = vscode.l10n.t('Select an audited file to shade the words of');
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.file ?? null;
}

/** Dialect and columns with which an audit of a run’s model reads files. */
function readingOf(spec: RunSpec | null) {
  return {
    dialect: spec?.data.reading.dialect ?? USUAL_DIALECT,
    columns: spec?.data.labelled?.columns ?? null,
  };
}

function withinLimit(texts: readonly PlacedText[]): PlacedText[] {
  let left = MOST_WORDS;
  return texts.filter(({ words }) => (left -= words.length) >= 0);
}

function rowOf(
  { line, end, label, predicted, words }: PlacedText,
  document: vscode.TextDocument,
): AuditedRow {
  const range = (from: number, to: number): vscode.Range =>
    new vscode.Range(document.positionAt(from), document.positionAt(to));
  return {
    ...{ label, predicted },
    range: new vscode.Range(new vscode.Position(line - 1, 0), document.positionAt(end)),
    words: words.map(({ text, effect, start, end: to }) => ({
      ...{ text, effect, range: range(start, to) },
    })),
  };
}
