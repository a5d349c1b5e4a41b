import path from 'node:path';
import * as vscode from 'vscode';
import { svgFileOf } from '../../core/charts/svg.js';
import {
  reportMarkdown,
  reportPage,
  type ImageBlock,
} from '../../core/experiments/report/report.js';
import { readText } from '../../node/files/regularFile.js';
import { STUDY_FILES } from '../../node/studies/studyFolder.js';
import type { ReadOnlyDocuments } from '../platform/readOnlyDocuments.js';
import { reportInEditor } from './reportInEditor.js';
import type { StudySummary } from './studyStore.js';

const MAX_PAGE_BYTES = 1 << 25;

/** Shows the report of a study or sweep as Markdown. */
export async function openReport(study: StudySummary, reports: ReadOnlyDocuments): Promise<void> {
  if (study.report === null) return;
  const file = vscode.Uri.file(study.report);
  const report = await reportInEditor(study);
  const shown =
    report === null
      ? file
      : reports.put(
          file,
          path.basename(study.report),
          reportMarkdown(report, { ofImage: imageAddress }),
        );
  await vscode.commands.executeCommand('markdown.showPreview', shown);
}

/** Images in the document itself, since those beside the stored report are in English. */
function imageAddress({ scene }: ImageBlock): string {
  return `data:image/svg+xml;base64,${Buffer.from(svgFileOf(scene)).toString('base64')}`;
}

/**
 * Shows the report of a study or sweep as a page, in the colors of the editor. The page runs no
 * script and loads nothing.
 */
export async function openReportPage(study: StudySummary): Promise<void> {
  const { folder, name } = study;
  const report = await reportInEditor(study);
  const page =
    report === null
      ? await readText(path.join(folder, STUDY_FILES.page), MAX_PAGE_BYTES)
      : reportPage(report);
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
