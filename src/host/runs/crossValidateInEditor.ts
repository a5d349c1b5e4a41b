import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { CrossValidation, FoldProgress } from '../../core/evaluation/crossValidation.js';
import { crossValidationReport } from '../../core/experiments/report/crossValidationReport.js';
import { reportMarkdown } from '../../core/experiments/report/report.js';
import { joinSentences } from '../../core/format.js';
import type { RunSpec } from '../../core/runs/schema.js';
import { dataReadingOfRun, selectionOfRun } from '../../core/specs/runData.js';
import { optionsOfSpec } from '../../core/specs/optionsOfSpec.js';
import type { CommandLineOptions } from '../../node/runs/commandLineProcess.js';
import { CROSS_VALIDATION_FILES } from '../../node/runs/crossValidate.js';
import {
  crossValidateRun,
  crossValidationFolderOf,
  readRunCrossValidation,
  type RowsTogether,
} from '../../node/runs/runCrossValidation.js';
import { readRunSpec } from '../../node/runs/runSpecFile.js';
import type { DataClient } from '../platform/dataClient.js';
import { EDITOR_WORDS, plural } from '../platform/editorWords.js';
import { fileLink } from '../platform/fileLink.js';
import { followInNotification, type Advance } from '../platform/followInNotification.js';
import type { ReadOnlyDocuments } from '../platform/readOnlyDocuments.js';
import type { Reporter } from '../platform/reporter.js';
import { isTrustedForTraining } from '../platform/trust.js';
import { withoutMarkup } from '../platform/withoutMarkup.js';
import { DataInspection } from '../training/dataInspection.js';
import type { RunStore } from './runStore.js';
import { whole } from './tree/runTooltip.js';

export interface CrossValidateOptions {
  readonly runStore: Pick<RunStore, 'get'>;
  readonly commandLine: CommandLineOptions;
  readonly reporter: Pick<Reporter, 'ask'>;
  readonly reports: Pick<ReadOnlyDocuments, 'put'>;
  /** Reads the columns of the data. */
  readonly dataClient: DataClient;
}

const PARTS = [5, 3, 10];
/** Columns that are offered at most. */
const MOST_COLUMNS = 50;

/**
 * Asks for the number of parts and for the rows that stay together, trains a run for each part in a
 * process of the command line, and opens the labels that may be wrong. A run with results offers those
 * of the last time, too.
 */
export async function crossValidateInEditor(
  { runStore, commandLine, reporter, reports, dataClient }: CrossValidateOptions,
  directory: string,
): Promise<void> {
  if (!(await isTrustedForTraining())) return;
  const spec = await readRunSpec(directory);
  const name = runStore.get(directory)?.name ?? spec.name;
  const title = vscode.l10n.t('Cross-validate “{0}”', name);
  const show = async (found: CrossValidation): Promise<void> => {
    await openReport(directory, { found, name, spec, reports });
    const table = path.join(crossValidationFolderOf(directory), CROSS_VALIDATION_FILES.suspects);
    const openTable = {
      title: vscode.l10n.t('Open as Table'),
      run: () => vscode.window.showTextDocument(vscode.Uri.file(table)),
    };
    const isListed = (found.labelErrors?.suspects.length ?? 0) > 0 && existsSync(table);
    void reporter.ask('info', outcomeOf(name, found), isListed ? [openTable] : []);
  };
  const parts = await askForParts(title, await readRunCrossValidation(directory));
  if (parts === null) return;
  if (typeof parts !== 'number') {
    await show(parts);
    return;
  }
  const together = await askForGroups(title, { spec, dataClient });
  if (together === null) return;
  const found = await followInNotification(
    vscode.l10n.t('Cross-validating “{0}”', name),
    (report, signal) =>
      crossValidateRun(directory, {
        ...commandLine,
        ...{ spec, name, parts, together, signal },
        onProgress: (progress) => {
          report(advanceOf(progress));
        },
      }),
  );
  await show(found);
}

function advanceOf({ number, count }: FoldProgress): Advance {
  const message = vscode.l10n.t('run {0} of {1}', whole(number), whole(count));
  return { message, percent: (100 * (number - 1)) / count };
}

type AnswerItem<T> = vscode.QuickPickItem & { readonly answer: T };

/** Asks for the number of parts, or for the last results instead; `null` for no answer. */
function askForParts(
  title: string,
  last: CrossValidation | null,
): Promise<number | CrossValidation | null> {
  const items: AnswerItem<number | CrossValidation>[] = PARTS.map((parts) => ({
    label: vscode.l10n.t('{0} parts', parts),
    detail: vscode.l10n.t(
      'Trains {0} runs like this one. Each holds out another part of the data.',
      parts,
    ),
    answer: parts,
  }));
  if (last !== null) {
    items.push({
      label: `$(open-preview) ${vscode.l10n.t('Open the last results')}`,
      answer: last,
    });
  }
  const placeHolder = vscode.l10n.t('Select the number of parts of the data');
  return ask(items, { title, placeHolder });
}

/** Asks which rows stay in one part; `null` for no answer. */
async function askForGroups(
  title: string,
  { spec, dataClient }: { readonly spec: RunSpec; readonly dataClient: DataClient },
): Promise<RowsTogether | null> {
  const { groupColumn } = optionsOfSpec(spec);
  const names = await otherColumns(spec, dataClient);
  const columns = [
    ...(groupColumn === undefined ? [] : [groupColumn]),
    ...names.filter((name) => name !== groupColumn),
  ];
  const single: AnswerItem<RowsTogether>[] = [
    {
      label: `$(circle-slash) ${vscode.l10n.t('No groups')}`,
      detail: vscode.l10n.t('Rows with the same text are in one part anyway.'),
      answer: { groupColumn: null },
    },
    {
      label: `$(copy) ${vscode.l10n.t('Near-duplicates')}`,
      detail: vscode.l10n.t('Rows with nearly the same text are in one part, too.'),
      answer: { groupColumn: null, nearDuplicates: 'together' },
    },
  ];
  const ofColumns = columns.map((column): AnswerItem<RowsTogether> => ({
    label: `$(group-by-ref-type) ${withoutMarkup(column)}`,
    detail: vscode.l10n.t('Rows with the same value in this column are in one part.'),
    answer: { groupColumn: column },
  }));
  // Groups of the run are the default.
  const items = groupColumn === undefined ? [...single, ...ofColumns] : [...ofColumns, ...single];
  const placeHolder = vscode.l10n.t('Select which rows stay together, such as those of one author');
  return ask(items, { title, placeHolder });
}

/** Columns of the data without those of texts and labels. */
async function otherColumns(spec: RunSpec, dataClient: DataClient): Promise<readonly string[]> {
  const inspection = new DataInspection(dataClient, {
    selection: selectionOfRun(spec),
    reading: dataReadingOfRun(spec),
    modelFolder: spec.model.path,
  });
  try {
    const { table } = await inspection.snapshot(vscode.l10n.t('Reading the columns'));
    if (table === null) return [];
    const { text, pair, labels } = table.columns;
    const used = new Set([text, pair, ...labels]);
    return table.names.filter((name) => !used.has(name)).slice(0, MOST_COLUMNS);
  } finally {
    inspection.dispose();
  }
}

/** The answer of the picked item; `null` if the person dismisses the question. */
async function ask<T>(
  items: readonly AnswerItem<T>[],
  question: Required<Pick<vscode.QuickPickOptions, 'title' | 'placeHolder'>>,
): Promise<T | null> {
  const picked = await vscode.window.showQuickPick(items, { ...question, ignoreFocusOut: true });
  return picked === undefined ? null : picked.answer;
}

const DOCUMENT = 'cross-validation.md';

/** Shows the results as Markdown, with links to the rows in the first folder of the workspace. */
async function openReport(
  directory: string,
  {
    found,
    name,
    spec: { workspaceFolder },
    reports,
  }: Pick<CrossValidateOptions, 'reports'> & {
    readonly found: CrossValidation;
    readonly name: string;
    readonly spec: Pick<RunSpec, 'workspaceFolder'>;
  },
): Promise<void> {
  const file = vscode.Uri.file(path.join(crossValidationFolderOf(directory), DOCUMENT));
  const table = CROSS_VALIDATION_FILES.suspects;
  const report = crossValidationReport(found, { name, table, words: EDITOR_WORDS });
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const text = reportMarkdown(report, {
    ofPlace: (place) =>
      folder === undefined
        ? null
        : fileLink(path.resolve(workspaceFolder, place.file), { folder, line: place.line }),
  });
  await vscode.commands.executeCommand('markdown.showPreview', reports.put(file, DOCUMENT, text));
}

function outcomeOf(name: string, { rows, labelErrors }: CrossValidation): string {
  const predicted = plural(
    rows.predicted,
    vscode.l10n.t('“{0}” was cross-validated on {1} row.', name, whole(rows.predicted)),
    vscode.l10n.t('“{0}” was cross-validated on {1} rows.', name, whole(rows.predicted)),
  );
  if (labelErrors === null) return predicted;
  const { length } = labelErrors.suspects;
  return joinSentences(
    predicted,
    length === 0
      ? vscode.l10n.t('No label seems to be wrong.')
      : plural(
          length,
          vscode.l10n.t('{0} label may be wrong.', whole(length)),
          vscode.l10n.t('{0} labels may be wrong.', whole(length)),
        ),
  );
}
