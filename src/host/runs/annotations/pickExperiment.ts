import * as vscode from 'vscode';
import { experimentSlug } from '../../../core/runs/runId.js';
import type { RunSummary } from '../../../node/runs/runReader.js';
import { plural } from '../../platform/editorWords.js';
import { experimentName } from '../tree/experimentRow.js';
import { whole } from '../tree/runTooltip.js';
import { withoutMarkup } from '../../platform/withoutMarkup.js';

/** Asks for the experiment to move runs to; `null` if the person dismisses the question. */
export async function pickExperiment(
  moved: readonly RunSummary[],
  all: readonly RunSummary[],
): Promise<string | null> {
  const counts = new Map<string, number>();
  for (const { facts } of all) {
    if (facts !== null) counts.set(facts.experiment, (counts.get(facts.experiment) ?? 0) + 1);
  }
  const current = new Set(moved.map(({ facts }) => facts?.experiment));
  // An experiment that already has all of the runs is nowhere to move to.
  const others = [...counts].filter(([slug]) => current.size > 1 || !current.has(slug));
  const picked = await vscode.window.showQuickPick(
    [
      { label: vscode.l10n.t('$(add) New experiment…'), slug: null },
      ...others.map(([slug, count]) => ({
        label: withoutMarkup(experimentName(slug)),
        description: plural(
          count,
          vscode.l10n.t('{0} run', whole(count)),
          vscode.l10n.t('{0} runs', whole(count)),
        ),
        slug,
      })),
    ],
    {
      title: vscode.l10n.t('Move to Experiment'),
      placeHolder: vscode.l10n.t('Select an experiment'),
    },
  );
  if (picked === undefined) return null;
  return picked.slug ?? askNewExperiment();
}

/** Asks for the name of a new experiment; `null` if the person dismisses the question. */
export async function askNewExperiment(): Promise<string | null> {
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t('New Experiment'),
    prompt: vscode.l10n.t('Name of the experiment'),
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === '' ? vscode.l10n.t('Enter a name.') : null),
  });
  return name === undefined ? null : experimentSlug(name);
}
