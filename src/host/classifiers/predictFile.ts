import path from 'node:path';
import * as vscode from 'vscode';
import { joinSentences } from '../../core/format.js';
import { runModelFolder } from '../../node/runs/runDirectory.js';
import { readRunSpec } from '../../node/runs/runSpecFile.js';
import { plural, say } from '../platform/editorWords.js';
import { followInNotification } from '../platform/followInNotification.js';
import { formulaNotes } from '../platform/formulaNote.js';
import { writesSafeCsv } from '../platform/settings.js';
import { showFile } from '../platform/showFile.js';
import { isTrustedForWriting } from '../platform/trust.js';
import { pickClassifier } from './pickClassifier.js';
import type { ClassifierDependencies } from './classifySelection.js';

const ENDINGS = [
  ...['txt', 'text', 'md', 'markdown', 'csv', 'tsv', 'tab'],
  ...['jsonl', 'ndjson', 'json', 'parquet'],
];

/** Writes the predictions for each line or row of a file to a new table, and opens it. */
export async function classifyFile(
  dependencies: ClassifierDependencies,
  resource: vscode.Uri | undefined,
): Promise<void> {
  if (!(await isTrustedForWriting())) return;
  const { modelClient, runStore, reporter } = dependencies;
  const run = await pickClassifier(runStore);
  if (run === null) return;
  const file = resource ?? (await askFile());
  const out = file === null ? null : await askOut(file);
  if (file === null || out === null) return;
  const spec = await readRunSpec(run.directory).catch(() => null);
  const columns = spec?.data.labelled?.columns ?? null;
  const safeCsv = writesSafeCsv(file);
  const title = vscode.l10n.t('Classifying {0}', path.basename(file.fsPath));
  const { rows, formulas, warnings } = await followInNotification(title, (report, signal) =>
    modelClient.follow(
      'classifyFile',
      {
        modelFolder: runModelFolder(run.directory),
        file: file.fsPath,
        shownAs: vscode.workspace.asRelativePath(file),
        columns: columns && { text: columns.text, pair: columns.pair },
        out: out.fsPath,
        safeCsv,
        lane: 'background',
      },
      {
        signal,
        onProgress: ({ done }) => {
          report({ message: rowsText(done), percent: 0 });
        },
      },
    ),
  );
  await showFile(out);
  const name = path.basename(out.fsPath);
  const told = vscode.l10n.t('{0}: {1} classified.', name, rowsText(rows));
  const notes = formulaNotes(formulas, { areEscaped: safeCsv });
  const text = joinSentences(told, ...warnings.map(say), ...notes);
  void reporter.ask(warnings.length === 0 ? 'info' : 'warning', text, []);
}

function rowsText(count: number): string {
  return plural(count, vscode.l10n.t('{0} row', count), vscode.l10n.t('{0} rows', count));
}

async function askFile(): Promise<vscode.Uri | null> {
  const [chosen] =
    (await vscode.window.showOpenDialog({
      canSelectMany: false,
      filters: { [vscode.l10n.t('Texts and Tables')]: ENDINGS },
      title: vscode.l10n.t('Classify File'),
      openLabel: vscode.l10n.t('Classify'),
    })) ?? [];
  return chosen ?? null;
}

async function askOut(file: vscode.Uri): Promise<vscode.Uri | null> {
  const { name } = path.parse(file.fsPath);
  const chosen = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(file, '..', `${name}-predictions.csv`),
    filters: { CSV: ['csv'] },
    title: vscode.l10n.t('Save Predictions'),
    saveLabel: vscode.l10n.t('Classify'),
  });
  return chosen ?? null;
}
