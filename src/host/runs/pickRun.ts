import * as vscode from 'vscode';
import { statusTextOf } from '../../core/runs/statusText.js';
import type { RunSummary } from '../../node/runs/runReader.js';
import { say } from '../platform/editorWords.js';
import { notify } from '../platform/notify.js';
import type { RunStore } from './runStore.js';

/** Asks for one of the offered runs; `null` if the person dismisses the question or there is none. */
export async function pickRun(
  runStore: Pick<RunStore, 'ready' | 'list'>,
  {
    placeHolder,
    isOffered,
  }: { readonly placeHolder: string; readonly isOffered: (run: RunSummary) => boolean },
): Promise<RunSummary | null> {
  await runStore.ready();
  const runs = runStore.list().filter(isOffered);
  if (runs.length === 0) {
    void notify('info', vscode.l10n.t('This workspace has no run that this command applies to.'));
    return null;
  }
  const picked = await vscode.window.showQuickPick(
    runs.map((run) => ({
      label: run.name,
      description: say(statusTextOf(run).word),
      detail: run.id,
      run,
    })),
    { placeHolder, matchOnDetail: true },
  );
  return picked?.run ?? null;
}
