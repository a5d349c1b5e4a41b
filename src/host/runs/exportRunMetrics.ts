import path from 'node:path';
import * as vscode from 'vscode';
import { runCommandLine } from '../../node/runs/commandLineProcess.js';
import type { RunSummary } from '../../node/runs/runReader.js';
import { freePath } from '../../node/files/freePath.js';
import { followInNotification } from '../platform/followInNotification.js';
import { plural } from '../platform/editorWords.js';
import { revealFolder } from './revealFolder.js';
import { sendRunMetrics, type SendRunMetricsOptions } from './sendRunMetrics.js';
import { writesSafeCsv } from '../platform/settings.js';
import { whole } from './tree/runTooltip.js';

const SERVER = 'mlflow-server';

/** Exports metrics and parameters of runs for other tools into a folder that the person chooses. */
export async function exportRunMetrics(
  options: SendRunMetricsOptions,
  runs: readonly RunSummary[],
): Promise<void> {
  const { commandLine, reporter } = options;
  const title = vscode.l10n.t('Export Metrics');
  const format = await vscode.window.showQuickPick(
    [
      {
        label: 'CSV',
        detail: vscode.l10n.t('Tables of metrics and runs, for spreadsheets and notebooks'),
        name: 'csv',
      },
      {
        label: 'Parquet',
        detail: vscode.l10n.t('The same metrics, for notebooks'),
        name: 'parquet',
      },
      { label: 'TensorBoard', detail: vscode.l10n.t('An event file per run'), name: 'tensorboard' },
      { label: 'MLflow', detail: vscode.l10n.t('A file store in mlruns'), name: 'mlflow' },
      {
        label: vscode.l10n.t('MLflow Server…'),
        detail: vscode.l10n.t('Create the runs on a tracking server over its REST API'),
        name: SERVER,
      },
      { label: 'DVCLive', detail: vscode.l10n.t('A folder per run'), name: 'dvclive' },
    ],
    { title, placeHolder: vscode.l10n.t('Select a format'), matchOnDetail: true },
  );
  if (format === undefined) return;
  if (format.name === SERVER) {
    await sendRunMetrics(options, runs);
    return;
  }
  const workspaceFolder = path.resolve(runs[0]!.directory, '../../..');
  const [parent] =
    (await vscode.window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      defaultUri: vscode.Uri.file(workspaceFolder),
      title,
      openLabel: vscode.l10n.t('Export Here'),
    })) ?? [];
  if (parent === undefined) return;
  const to = freePath(path.join(parent.fsPath, `metrics-${format.name}`), '');
  const safeCsv = writesSafeCsv(parent) ? ['--safe-csv'] : [];
  const directories = runs.map(({ directory }) => directory);
  await followInNotification(title, (_report, signal) =>
    runCommandLine('metrics', [...directories, '--format', format.name, '--to', to, ...safeCsv], {
      ...commandLine,
      cwd: workspaceFolder,
      signal,
    }),
  );
  const text = plural(
    runs.length,
    vscode.l10n.t('Metrics of {0} run were exported to {1}.', whole(runs.length), to),
    vscode.l10n.t('Metrics of {0} runs were exported to {1}.', whole(runs.length), to),
  );
  void reporter.ask('info', text, [
    { title: vscode.l10n.t('Reveal'), run: () => revealFolder(vscode.Uri.file(to)) },
  ]);
}
