import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { auditDocument } from '../../core/audit/auditDocument.js';
import { AUDIT_STEPS, type AuditProgress, type AuditStep } from '../../core/audit/auditProgress.js';
import { AUDIT_FILES, type AuditReport } from '../../core/audit/auditReport.js';
import { selectedWords } from '../../core/audit/auditSummary.js';
import { reportMarkdown } from '../../core/experiments/report/report.js';
import { joinSentences } from '../../core/format.js';
import { objectiveOf } from '../../core/objectives/objectives.js';
import type { RunSpec } from '../../core/runs/schema.js';
import type { CommandLineOptions } from '../../node/runs/commandLineProcess.js';
import { auditFolderOf, auditRunModel, readRunAudit } from '../../node/runs/runAudit.js';
import { readRunWorkspace } from '../../node/runs/runWorkspace.js';
import { lastAuditOf } from '../audits/lastAudit.js';
import { COMMANDS } from '../platform/contributions.js';
import type { DataClient } from '../platform/dataClient.js';
import { EDITOR_WORDS, plural } from '../platform/editorWords.js';
import { fileLink } from '../platform/fileLink.js';
import { followInNotification, type Advance } from '../platform/followInNotification.js';
import { pickData } from '../platform/pickData.js';
import type { ReadOnlyDocuments } from '../platform/readOnlyDocuments.js';
import type { MessageAction, Reporter } from '../platform/reporter.js';
import { isTrustedForAudits } from '../platform/trust.js';
import { chooseWorkspaceFolder } from '../platform/workspace.js';
import type { RunStore } from './runStore.js';
import { formatTime, whole } from './tree/runTooltip.js';

export interface AuditRunOptions {
  readonly runStore: Pick<RunStore, 'get'>;
  readonly commandLine: CommandLineOptions;
  readonly reporter: Pick<Reporter, 'ask'>;
  readonly reports: Pick<ReadOnlyDocuments, 'put'>;
  /** Lists the data of the workspace. */
  readonly dataClient: DataClient;
  /** Called with the run once its audit is stored. */
  readonly onAudited: (directory: string) => void;
}

/**
 * Asks for labeled data, a shifted sample and words to exchange, audits the model of a run in a process
 * of the command line, and opens the report. A run that was audited offers the report of its last audit, too.
 */
export async function auditRun(options: AuditRunOptions, directory: string): Promise<void> {
  if (!(await isTrustedForAudits())) return;
  const { commandLine, reporter, reports } = options;
  const name = options.runStore.get(directory)?.name ?? path.basename(directory);
  const title = vscode.l10n.t('Audit “{0}”', name);
  const { spec, workspaceFolder } = await readRunWorkspace(directory);
  const last = await readRunAudit(directory);
  const show = (report: AuditReport): Promise<void> =>
    showReport(directory, { report, name, workspaceFolder, reporter, reports });
  // The data of the run is offered as such.
  const trained = spec === null ? [] : filesOf(spec);
  const pick: PickFiles = async (placeHolder, except) =>
    pickData(await chooseWorkspaceFolder(vscode.Uri.file(directory)), {
      ...{ title, placeHolder, dataClient: options.dataClient },
      except: [...trained, ...except],
      all: (folder) => vscode.l10n.t('All texts and tables in {0}', folder),
      openLabel: vscode.l10n.t('Use for Audit'),
    });
  const data = await askForData(title, { spec, last, pick });
  if (data === null) return;
  if ('report' in data) {
    await show(data.report);
    return;
  }
  const { files } = data;
  const shifted = await askForShifted(title, (placeHolder) => pick(placeHolder, files));
  if (shifted === null) return;
  const swaps = hasLabels(spec) ? await askForSwaps(title, workspaceFolder) : [];
  if (swaps === null) return;
  const audited = await followInNotification(
    vscode.l10n.t('Auditing “{0}”', name),
    (report, signal) =>
      auditRunModel(directory, {
        ...commandLine,
        workspaceFolder,
        data: files,
        shifted,
        swaps: swaps[0] ?? null,
        spec,
        signal,
        onProgress: (progress) => {
          report(advanceOf(progress));
        },
      }),
  );
  options.onAudited(directory);
  await show(audited);
}

/** Opens the report of the last audit of a run; without one, offers an audit. */
export async function openLastAudit(
  { runStore, ...options }: Pick<AuditRunOptions, 'runStore' | 'reporter' | 'reports'>,
  directory: string,
): Promise<void> {
  const last = await lastAuditOf(directory, runStore);
  if (last !== null) await showReport(directory, { ...options, ...last });
}

/** Share of the time of an audit that a step takes, in the order of the steps. */
const SHARES: Readonly<Record<AuditStep, number>> = {
  occlusion: 0.5,
  maskedAccuracy: 0.1,
  faithfulness: 0.25,
  gradients: 0.15,
};

function advanceOf({ step, done, total }: AuditProgress): Advance {
  const before = AUDIT_STEPS.slice(0, AUDIT_STEPS.indexOf(step)).reduce(
    (sum, earlier) => sum + SHARES[earlier],
    0,
  );
  const texts = [whole(done), whole(total)] as const;
  const message = {
    occlusion: vscode.l10n.t('masking words, {0} of {1} texts', ...texts),
    maskedAccuracy: vscode.l10n.t('masking more words, {0} of {1} texts', ...texts),
    faithfulness: vscode.l10n.t('checking the effects, {0} of {1} texts', ...texts),
    gradients: vscode.l10n.t('checking by gradients, {0} of {1} texts', ...texts),
  }[step];
  return { message, percent: 100 * (before + (SHARES[step] * done) / Math.max(1, total)) };
}

/** Asks for files with a placeholder, other than some; `null` for no answer. */
type PickFiles = (
  placeHolder: string,
  except: readonly string[],
) => Promise<readonly string[] | null>;

/** Labeled files, or the report of the last audit to open instead. */
type DataAnswer = { readonly files: readonly string[] } | { readonly report: AuditReport };

type AnswerItem<T> = vscode.QuickPickItem & { readonly answer: () => Promise<T | null> };

/** Asks for the data of an audit; `null` for no answer. */
async function askForData(
  title: string,
  {
    spec,
    last,
    pick,
  }: { readonly spec: RunSpec | null; readonly last: AuditReport | null; readonly pick: PickFiles },
): Promise<DataAnswer | null> {
  const placeHolder = vscode.l10n.t('Select labeled texts to audit the model on');
  const items: AnswerItem<DataAnswer>[] = [
    {
      label: `$(table) ${vscode.l10n.t('Other labeled texts…')}`,
      detail: vscode.l10n.t('Best those that the model was not trained on'),
      answer: async () => {
        const files = await pick(placeHolder, []);
        return files === null ? null : { files };
      },
    },
  ];
  if (spec !== null) {
    items.push({
      label: `$(database) ${vscode.l10n.t('Data of the run')}`,
      detail: vscode.l10n.t(
        'The model was trained on part of it, so it does better there than on new texts.',
      ),
      answer: () => Promise.resolve({ files: filesOf(spec) }),
    });
  }
  if (last !== null) {
    items.push({
      label: `$(open-preview) ${vscode.l10n.t('Open the last report')}`,
      description: formatTime(last.createdAt),
      answer: () => Promise.resolve({ report: last }),
    });
  }
  return ask(items, { title, placeHolder });
}

function filesOf({ workspaceFolder, data }: RunSpec): string[] {
  return data.files.map((file) => path.resolve(workspaceFolder, file.path));
}

/** Asks for the files of a shifted sample; empty without one, `null` for no answer. */
function askForShifted(
  title: string,
  pick: (placeHolder: string) => Promise<readonly string[] | null>,
): Promise<readonly string[] | null> {
  const items: AnswerItem<readonly string[]>[] = [
    {
      label: `$(circle-slash) ${vscode.l10n.t('No shifted sample')}`,
      detail: vscode.l10n.t('Findings are loud words, not known to be wrong.'),
      answer: () => Promise.resolve([]),
    },
    {
      label: `$(table) ${vscode.l10n.t('Labeled texts from elsewhere…')}`,
      detail: vscode.l10n.t('100 to 300 texts show which associations are not reproduced there.'),
      answer: () => pick(vscode.l10n.t('Select a labeled file of other texts, such as newer ones')),
    },
  ];
  return ask(items, { title, placeHolder: vscode.l10n.t('Compare with a shifted sample?') });
}

/** Whether the model predicts labels, which words that are exchanged can change; true if it is not known. */
function hasLabels(spec: RunSpec | null): boolean {
  if (spec === null) return true;
  const objective = objectiveOf(spec.task);
  return objective.data === 'labelled' && objective.labelOutputs(spec.task) !== null;
}

/** Asks for a list of words to exchange; empty without one, `null` for no answer. */
function askForSwaps(title: string, folder: string): Promise<readonly string[] | null> {
  const items: AnswerItem<readonly string[]>[] = [
    {
      label: `$(circle-slash) ${vscode.l10n.t('No words to exchange')}`,
      answer: () => Promise.resolve([]),
    },
    {
      label: `$(arrow-swap) ${vscode.l10n.t('List of word pairs…')}`,
      detail: vscode.l10n.t(
        'A text file with a pair on each line, such as “he, she”. The report counts the texts whose label changes.',
      ),
      answer: () => chooseSwaps(title, folder),
    },
  ];
  return ask(items, {
    title,
    placeHolder: vscode.l10n.t('Exchange words that should not matter?'),
  });
}

async function chooseSwaps(title: string, folder: string): Promise<readonly string[] | null> {
  const chosen = await vscode.window.showOpenDialog({
    ...{ title, canSelectMany: false, defaultUri: vscode.Uri.file(folder) },
    filters: { [vscode.l10n.t('Word Pairs')]: ['txt', 'csv', 'tsv'] },
    openLabel: vscode.l10n.t('Use List'),
  });
  return chosen === undefined || chosen.length === 0 ? null : chosen.map(({ fsPath }) => fsPath);
}

/** The answer of the picked item; `null` if the person dismisses the question. */
async function ask<T>(
  items: readonly AnswerItem<T>[],
  question: Required<Pick<vscode.QuickPickOptions, 'title' | 'placeHolder'>>,
): Promise<T | null> {
  // The panel takes the focus back as the question before closes, which must not close this one.
  const picked = await vscode.window.showQuickPick(items, { ...question, ignoreFocusOut: true });
  return picked === undefined ? null : picked.answer();
}

/**
 * Shows the report of an audit as Markdown, in the words of the editor, and offers next steps: the stored
 * report is in English and names flags.
 */
async function showReport(
  directory: string,
  {
    report,
    name,
    reporter,
    reports,
    workspaceFolder,
  }: Pick<AuditRunOptions, 'reporter' | 'reports'> & {
    readonly report: AuditReport;
    readonly name: string;
    /** Folder that the files of the report are relative to. */
    readonly workspaceFolder: string;
  },
): Promise<void> {
  const file = vscode.Uri.file(path.join(auditFolderOf(directory), AUDIT_FILES.document));
  const first = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  // The audit knows the model by its folder.
  const named = { ...report, model: { ...report.model, name } };
  const text = reportMarkdown(auditDocument(named, EDITOR_WORDS), {
    ofPlace: (place) =>
      first === undefined
        ? null
        : fileLink(path.resolve(workspaceFolder, place.file), { folder: first, line: place.line }),
  });
  const shown = reports.put(file, AUDIT_FILES.document, text);
  await vscode.commands.executeCommand('markdown.showPreview', shown);
  void reporter.ask('info', outcomeOf(name, report), nextSteps(directory));
}

function outcomeOf(name: string, report: AuditReport): string {
  const { length } = report.findings;
  const selected = selectedWords(report);
  if (length === 0) {
    return vscode.l10n.t('The audit of “{0}” found no word that the model leans on.', name);
  }
  const found = plural(
    length,
    vscode.l10n.t('The audit of “{0}” has {1} finding.', name, whole(length)),
    vscode.l10n.t('The audit of “{0}” has {1} findings.', name, whole(length)),
  );
  if (selected === 0) return found;
  return joinSentences(
    found,
    plural(
      selected,
      vscode.l10n.t('{0} word is selected for a masking policy.', whole(selected)),
      vscode.l10n.t('{0} words are selected for a masking policy.', whole(selected)),
    ),
  );
}

/** Next steps: the words in the file, and the policy, which is written if words were selected, and a study. */
function nextSteps(directory: string): MessageAction[] {
  const [words, file] = [AUDIT_FILES.words, AUDIT_FILES.policy].map((name) =>
    path.join(auditFolderOf(directory), name),
  ) as [string, string];
  const show = {
    title: vscode.l10n.t('Show Audit in File'),
    run: () => vscode.commands.executeCommand(COMMANDS.showAudit, directory),
  };
  const shown = existsSync(words) ? [show] : [];
  if (!existsSync(file)) return shown;
  return [
    ...shown,
    {
      title: vscode.l10n.t('Create Study…'),
      run: () => vscode.commands.executeCommand(COMMANDS.draftStudy, directory),
    },
    {
      title: vscode.l10n.t('Open Masking Policy'),
      run: () => vscode.window.showTextDocument(vscode.Uri.file(file)),
    },
  ];
}
