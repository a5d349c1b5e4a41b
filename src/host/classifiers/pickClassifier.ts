import * as vscode from 'vscode';
import { message } from '../../core/messages/message.js';
import { fillsMasks, objectiveOfRun } from '../../core/objectives/objectives.js';
import { headline } from '../../core/runs/metrics.js';
import { isUsable } from '../../core/runs/status.js';
import type { RunSummary } from '../../node/runs/runReader.js';
import { COMMANDS } from '../platform/contributions.js';
import { notify } from '../platform/notify.js';
import { say } from '../platform/editorWords.js';
import { isTrustedForModels } from '../platform/trust.js';
import type { RunStore } from '../runs/runStore.js';
import { withoutMarkup } from '../platform/withoutMarkup.js';

/** Whether a run has a model that predicts labels, numbers or tags. */
export function isClassifier(run: RunSummary): boolean {
  return run.facts !== null && isUsable(run) && !fillsMasks(run.facts);
}

/**
 * Run whose model classifies: the only one, or the one that the person picks. `null` if there is none,
 * which is said, or if the person dismisses the question.
 */
export async function pickClassifier(
  runStore: Pick<RunStore, 'ready' | 'list'>,
): Promise<RunSummary | null> {
  if (!(await isTrustedForModels())) return null;
  await runStore.ready();
  const runs = runStore.list().filter(isClassifier);
  const [first] = runs;
  if (first === undefined) {
    const train = vscode.l10n.t('Fine-Tune on Workspace Data');
    const pressed = await notify(
      'info',
      vscode.l10n.t(
        'There is no trained classifier yet. Fine-tune a model on a table with labels.',
      ),
      train,
    );
    if (pressed === train) await vscode.commands.executeCommand(COMMANDS.fineTune);
    return null;
  }
  if (runs.length === 1) return first;
  const picked = await vscode.window.showQuickPick(
    runs.map((run) => ({ label: withoutMarkup(run.name), description: describe(run), run })),
    { placeHolder: vscode.l10n.t('Select a trained classifier'), matchOnDescription: true },
  );
  return picked?.run ?? null;
}

function describe({ state, facts }: RunSummary): string {
  const latest = state === null ? null : headline(objectiveOfRun(facts).metrics, state);
  return [
    ...(facts === null ? [] : [say(facts.learns)]),
    ...(latest === null ? [] : [say(latest)]),
    ...(facts === null ? [] : [say(message('models.startedFrom', { model: facts.modelName }))]),
  ].join(' · ');
}
