import * as vscode from 'vscode';
import type { RunSummary } from '../../../node/runs/runReader.js';
import { plural } from '../../platform/editorWords.js';
import type { Reporter } from '../../platform/reporter.js';
import type { RunActions } from '../runActions.js';
import type { RunStore } from '../runStore.js';
import { experimentName } from '../tree/experimentRow.js';
import { whole } from '../tree/runTooltip.js';
import { askNewExperiment, pickExperiment } from './pickExperiment.js';

export interface MoveDependencies {
  readonly runStore: Pick<RunStore, 'list' | 'get'>;
  readonly actions: Pick<RunActions, 'annotate'>;
  readonly reporter: Pick<Reporter, 'ask'>;
}

/** Moves runs to other experiments, by an annotation: their specs stay as they are. */
export class MoveToExperiment {
  constructor(private readonly dependencies: MoveDependencies) {}

  /** Asks for the experiment. */
  async ask(runs: readonly RunSummary[]): Promise<void> {
    if (this.refuseParts(runs)) return;
    const experiment = await pickExperiment(runs, this.dependencies.runStore.list());
    if (experiment !== null) await this.move(runs, experiment);
  }

  /** Moves runs to an experiment, or to a new one whose name is asked for. */
  async drop(directories: readonly string[], experiment: string | null): Promise<void> {
    const { runStore } = this.dependencies;
    const runs = directories
      .map((directory) => runStore.get(directory))
      .filter((run) => run !== undefined);
    if (this.refuseParts(runs)) return;
    const wanted = experiment ?? (await askNewExperiment());
    if (wanted !== null) await this.move(runs, wanted);
  }

  private async move(runs: readonly RunSummary[], experiment: string): Promise<void> {
    const moved = runs.filter(({ facts }) => facts !== null && facts.experiment !== experiment);
    if (moved.length === 0) return;
    const { actions, reporter } = this.dependencies;
    await actions.annotate(moved, { experiment });
    const name = experimentName(experiment);
    const text = plural(
      moved.length,
      vscode.l10n.t('“{0}” was moved to the experiment “{1}”.', moved[0]!.name, name),
      vscode.l10n.t('{0} runs were moved to the experiment “{1}”.', whole(moved.length), name),
    );
    // Not awaited: the message may be open long after the command is done.
    void reporter.ask('info', text, [
      {
        title: vscode.l10n.t('Undo'),
        run: () =>
          actions.annotate(moved, ({ annotations }) => ({
            experiment: annotations.experiment ?? null,
          })),
      },
    ]);
  }

  /** Runs of a study move with their study, since they are compared within it. */
  private refuseParts(runs: readonly RunSummary[]): boolean {
    const moved = new Set(runs.map(({ directory }) => directory));
    const studies = new Set(runs.flatMap(({ facts }) => facts?.study?.id ?? []));
    const isPart = this.dependencies.runStore
      .list()
      .some(
        ({ facts, directory }) =>
          facts?.study != null && studies.has(facts.study.id) && !moved.has(directory),
      );
    if (isPart) {
      void this.dependencies.reporter.ask(
        'warning',
        vscode.l10n.t('The runs of a study stay together. Move the row of the study instead.'),
        [],
      );
    }
    return isPart;
  }
}
