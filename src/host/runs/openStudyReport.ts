import path from 'node:path';
import * as vscode from 'vscode';
import { readText } from '../../node/files/regularFile.js';
import { STUDY_FILES } from '../../node/studies/studyFolder.js';
import type { StudySummary } from './studyStore.js';

const MAX_PAGE_BYTES = 1 << 25;

/** Shows the report of a study or sweep as Markdown. */
export async function openReport({ report }: StudySummary): Promise<void> {
  if (report === null) return;
  await vscode.commands.executeCommand('markdown.showPreview', vscode.Uri.file(report));
}

/**
 * Shows the report of a study or sweep as the page that is beside the Markdown, in the colors of the
 * editor. The page runs no script and loads nothing.
 */
export async function openReportPage({ folder, name }: StudySummary): Promise<void> {
  const page = await readText(path.join(folder, STUDY_FILES.page), MAX_PAGE_BYTES);
  const panel = vscode.window.createWebviewPanel(
    'masklab.report',
    vscode.l10n.t('Report: {0}', name),
    vscode.ViewColumn.Active,
    { enableScripts: false, enableFindWidget: true, localResourceRoots: [] },
  );
  panel.webview.html = `${POLICY}${page}<style>${EDITOR_COLORS}</style>`;
}

const POLICY = `<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`;

/** Colors of the page, by its own names. */
const EDITOR_COLORS = `:root {
  --text: var(--vscode-editor-foreground);
  --muted: var(--vscode-descriptionForeground);
  --mark: var(--vscode-charts-blue);
  --good: var(--vscode-charts-green);
  --bad: var(--vscode-charts-red);
  --grid: var(--vscode-widget-border, var(--vscode-editorWidget-border));
  --page: var(--vscode-editor-background);
}`;
