import * as vscode from 'vscode';
import { statusTextOf } from '../../core/runs/statusText.js';
import type { RunSummary } from '../../node/runs/runReader.js';
import { say } from '../platform/editorWords.js';
import { notify } from '../platform/notify.js';
import type { RunStore } from './runStore.js';
import { withoutMarkup } from '../platform/withoutMarkup.js';

export interface RunQuestion {
  readonly placeHolder: string;
  readonly isOffered: (run: RunSummary) => boolean;
}

interface RunItem extends vscode.QuickPickItem {
  readonly run: RunSummary;
}

/** Asks for one of the offered runs; `null` if the person dismisses the question or there is none. */
export async function pickRun(
  runStore: Pick<RunStore, 'ready' | 'list'>,
  question: RunQuestion,
): Promise<RunSummary | null> {
  const items = await itemsOf(runStore, question);
  if (items === null) return null;
  const { placeHolder } = question;
  const picked = await vscode.window.showQuickPick(items, { placeHolder, matchOnDetail: true });
  return picked?.run ?? null;
}

/** The same for several runs; empty if the person dismisses the question or there is none. */
export async function pickRuns(
  runStore: Pick<RunStore, 'ready' | 'list'>,
  question: RunQuestion,
): Promise<RunSummary[]> {
  const items = await itemsOf(runStore, question);
  if (items === null) return [];
  const { placeHolder } = question;
  const options = { placeHolder, matchOnDetail: true, canPickMany: true } as const;
  const picked = await vscode.window.showQuickPick(items, options);
  return (picked ?? []).map(({ run }) => run);
}

async function itemsOf(
  runStore: Pick<RunStore, 'ready' | 'list'>,
  { isOffered }: RunQuestion,
): Promise<RunItem[] | null> {
  await runStore.ready();
  const runs = runStore.list().filter(isOffered);
  if (runs.length === 0) {
    void notify('info', vscode.l10n.t('This workspace has no run that this command applies to.'));
    return null;
  }
  return runs.map((run) => ({
    label: withoutMarkup(run.name),
    description: say(statusTextOf(run).word),
    detail: run.id,
    run,
  }));
}
