import * as vscode from 'vscode';
import { changedTags } from '../../core/runs/annotations.js';
import { isLive } from '../../core/runs/status.js';
import type { CommandLineOptions } from '../../node/runs/commandLineProcess.js';
import { runsFolderOf } from '../../node/runs/runDirectory.js';
import type { RunSummary } from '../../node/runs/runReader.js';
import type { RegisterCommand } from '../platform/commands.js';
import { COMMANDS, type CommandId } from '../platform/contributions.js';
import { DisposableStore, type Disposable } from '../platform/disposables.js';
import type { Reporter } from '../platform/reporter.js';
import { workspaceFoldersOnDisk } from '../platform/workspace.js';
import { askText } from './annotations/askText.js';
import { askTags } from './annotations/editTags.js';
import type { MoveToExperiment } from './annotations/moveToExperiment.js';
import { pickColor } from './annotations/pickColor.js';
import { askRunName } from './askRunName.js';
import { exportRunMetrics } from './exportRunMetrics.js';
import { pickRun, pickRuns } from './pickRun.js';
import { repeatRuns, repeatWithLowerRate, repeatWithOtherSeed } from './repeatRuns.js';
import type { HoverModel, RunActions } from './runActions.js';
import { RunDeletion } from './runDeletion.js';
import type { RunStore } from './runStore.js';
import { targetsOf, type RunSources } from './runTargets.js';

export interface SelectionCommandsOptions {
  readonly runStore: Pick<RunStore, 'ready' | 'list' | 'get' | 'live' | 'update'>;
  readonly actions: RunActions;
  readonly modelSelection: HoverModel;
  readonly moveToExperiment: MoveToExperiment;
  readonly reporter: Reporter;
  readonly commandLine: CommandLineOptions;
  readonly registerCommand: RegisterCommand;
  readonly sources: RunSources;
  readonly memory: vscode.Memento;
  readonly openPanel: (directory: string) => void;
}

interface SelectionCommand {
  readonly id: CommandId;
  readonly placeHolder: string;
  /** True for runs that the command palette offers. Default: all. */
  readonly isOffered?: (run: RunSummary) => boolean;
  /** Whether the command palette lets a person check several runs. Default: false. */
  readonly picksSeveral?: boolean;
  readonly run: (runs: readonly RunSummary[]) => unknown;
}

/**
 * Registers the commands on one run or several: the selected rows of the tree, all seeds of a group,
 * or an experiment. From the palette, they ask for runs.
 */
export function registerSelectionCommands(options: SelectionCommandsOptions): Disposable {
  const { runStore, registerCommand, sources } = options;
  const deletion = new RunDeletion({
    ...options,
    runsFolders: () => workspaceFoldersOnDisk().map(({ uri }) => runsFolderOf(uri.fsPath)),
  });
  // Once the runs are listed, so that it delays nothing.
  void runStore.ready().then(() => deletion.sweep());
  const disposables = new DisposableStore();
  for (const command of [
    ...annotationCommands(options),
    ...trainingCommands(options),
    deletionCommand(deletion),
  ]) {
    disposables.add(
      registerCommand(command.id, async (...args) => {
        const runs = await runsFor(command, args);
        if (runs.length > 0) await command.run(runs);
      }),
    );
  }
  disposables.add(registerCommand(COMMANDS.restoreRuns, () => deletion.restore()));
  disposables.add(registerCommand(COMMANDS.emptyTrash, () => deletion.emptyTrash()));
  return disposables;

  async function runsFor(
    { placeHolder, isOffered = () => true, picksSeveral = false }: SelectionCommand,
    args: readonly unknown[],
  ): Promise<readonly RunSummary[]> {
    const directories = targetsOf(args, sources);
    if (directories !== null) {
      const runs = await Promise.all(
        directories.map(async (directory) => runStore.get(directory) ?? runStore.update(directory)),
      );
      return runs.filter((run) => run !== null);
    }
    if (picksSeveral) return pickRuns(runStore, { placeHolder, isOffered });
    const run = await pickRun(runStore, { placeHolder, isOffered });
    return run === null ? [] : [run];
  }
}

function annotationCommands({
  runStore,
  actions,
  moveToExperiment,
}: SelectionCommandsOptions): SelectionCommand[] {
  return [
    {
      id: COMMANDS.renameRun,
      placeHolder: vscode.l10n.t('Select a run to rename'),
      run: async (runs) => {
        const name = await askRunName(runs);
        if (name !== undefined) await actions.annotate(runs, { name });
      },
    },
    {
      id: COMMANDS.starRun,
      placeHolder: vscode.l10n.t('Select a run to star'),
      isOffered: ({ annotations }) => annotations.star !== true,
      run: (runs) => actions.annotate(runs, { star: true }),
    },
    {
      id: COMMANDS.removeStar,
      placeHolder: vscode.l10n.t('Select a run to remove its star'),
      isOffered: ({ annotations }) => annotations.star === true,
      run: (runs) => actions.annotate(runs, { star: null }),
    },
    {
      id: COMMANDS.editTags,
      placeHolder: vscode.l10n.t('Select a run to edit its tags'),
      run: async (runs) => {
        const changes = await askTags(runs, runStore.list());
        if (changes === null || changes.add.length + changes.remove.length === 0) return;
        await actions.annotate(runs, ({ annotations }) => ({
          tags: changedTags(annotations.tags ?? [], changes),
        }));
      },
    },
    {
      id: COMMANDS.editNote,
      placeHolder: vscode.l10n.t('Select a run to edit its note'),
      run: async (runs) => {
        const current = runs.map(({ annotations }) => annotations.notes);
        const notes = await askText(vscode.l10n.t('Edit Note'), current);
        if (notes !== undefined) await actions.annotate(runs, { notes });
      },
    },
    {
      id: COMMANDS.editHypothesis,
      placeHolder: vscode.l10n.t('Select a run to edit its hypothesis'),
      run: async (runs) => {
        const current = runs.map(({ annotations }) => annotations.hypothesis);
        const hypothesis = await askText(vscode.l10n.t('Edit Hypothesis'), current);
        if (hypothesis !== undefined) await actions.annotate(runs, { hypothesis });
      },
    },
    {
      id: COMMANDS.setColor,
      placeHolder: vscode.l10n.t('Select a run to set its color'),
      run: async (runs) => {
        const color = await pickColor(runs[0]!.annotations.color ?? null);
        if (color === undefined) return;
        // Seeds of a setting share their color, those that are not selected as well.
        const groups = new Set(runs.map(({ facts }) => facts?.group));
        const members = runStore.list().filter(({ facts }) => facts && groups.has(facts.group));
        await actions.annotate(members, { color });
      },
    },
    {
      id: COMMANDS.moveToExperiment,
      placeHolder: vscode.l10n.t('Select a run to move'),
      isOffered: ({ facts }) => facts !== null,
      run: (runs) => moveToExperiment.ask(runs),
    },
  ];
}

function trainingCommands(options: SelectionCommandsOptions): SelectionCommand[] {
  const { actions } = options;
  return [
    {
      id: COMMANDS.stopRun,
      placeHolder: vscode.l10n.t('Select a run to stop'),
      isOffered: (run) => isLive(run.status),
      run: async (runs) => {
        for (const { directory } of runs) await actions.stop(directory);
      },
    },
    {
      id: COMMANDS.runAgain,
      placeHolder: vscode.l10n.t('Select a run to run again'),
      isOffered: ({ facts }) => facts !== null,
      run: (runs) => repeatRuns(options, runs),
    },
    {
      id: COMMANDS.runAgainWithSeed,
      placeHolder: vscode.l10n.t('Select a run to run again with another seed'),
      isOffered: ({ facts }) => facts !== null,
      run: (runs) => repeatWithOtherSeed(options, runs),
    },
    {
      id: COMMANDS.runAgainWithLowerRate,
      placeHolder: vscode.l10n.t('Select a run to run again with half the learning rate'),
      isOffered: ({ facts }) => facts !== null,
      run: async (runs) => {
        const [first] = await repeatWithLowerRate(options, runs);
        if (first !== undefined) options.openPanel(first);
      },
    },
    {
      id: COMMANDS.exportMetrics,
      placeHolder: vscode.l10n.t('Check the runs whose metrics to export'),
      isOffered: ({ facts }) => facts !== null,
      picksSeveral: true,
      run: (runs) => exportRunMetrics(options, runs),
    },
  ];
}

function deletionCommand(deletion: RunDeletion): SelectionCommand {
  return {
    id: COMMANDS.deleteRun,
    placeHolder: vscode.l10n.t('Check the runs to delete'),
    picksSeveral: true,
    run: (runs) => deletion.delete(runs.map(({ directory }) => directory)),
  };
}
