import path from 'node:path';
import * as vscode from 'vscode';
import { inputError } from '../../core/errors.js';
import { problem } from '../../core/messages/message.js';
import { fillsMasks } from '../../core/objectives/objectives.js';
import { isLive, isResumable, isUsable, servesHovers } from '../../core/runs/status.js';
import type { RunSummary } from '../../node/runs/runReader.js';
import type { RunStore } from './runStore.js';
import { TreeNode } from './tree/treeProvider.js';
import type { RegisterCommand } from '../platform/commands.js';
import { COMMANDS, type CommandId } from '../platform/contributions.js';
import { DisposableStore, type Disposable } from '../platform/disposables.js';
import type { RunQueue } from './runQueue.js';
import type { RunActions } from './runActions.js';
import { pickRun } from './pickRun.js';
import { workspaceFoldersOnDisk } from '../platform/workspace.js';
import { runsFolderOf } from '../../node/runs/runDirectory.js';
import { readRunSpec } from '../../node/runs/runSpecFile.js';
import { copyAsCommand, runAgainWithChanges, saveAsRunFile, type NamedSpec } from './asRunFile.js';

export interface RunCommandsOptions {
  readonly runStore: Pick<RunStore, 'ready' | 'list' | 'get' | 'refresh'>;
  readonly actions: RunActions;
  readonly registerCommand: RegisterCommand;
  readonly openPanel: (directory: string) => void;
  readonly queue: Pick<RunQueue, 'moveToFront'>;
  /** Opens the page of a new run that starts from this one. */
  readonly newRunLike: (directory: string) => Promise<void>;
  /** The run of the active panel. */
  readonly activeRun: () => string | null;
}

interface RunCommand {
  readonly id: CommandId;
  readonly placeHolder: string;
  /** True for runs that the command palette offers. */
  readonly isOffered: (run: RunSummary) => boolean;
  readonly run: (directory: string) => unknown;
}

/**
 * Registers the commands on one run. They take a tree item or a run's directory; without either,
 * as from the palette, they ask for the run.
 */
export function registerRunCommands(options: RunCommandsOptions): Disposable {
  const { runStore, actions, registerCommand, openPanel, activeRun, queue, newRunLike } = options;
  const commands: RunCommand[] = [
    {
      id: COMMANDS.openRun,
      placeHolder: vscode.l10n.t('Select a run to open'),
      isOffered: () => true,
      run: openPanel,
    },
    {
      id: COMMANDS.stopRun,
      placeHolder: vscode.l10n.t('Select a run to stop'),
      isOffered: (run) => isLive(run.status),
      run: (directory) => actions.stop(directory),
    },
    {
      id: COMMANDS.resumeRun,
      placeHolder: vscode.l10n.t('Select a run to resume'),
      isOffered: ({ status }) => isResumable(status) && status !== 'waiting',
      run: (directory) => actions.resume(directory),
    },
    {
      id: COMMANDS.startRun,
      placeHolder: vscode.l10n.t('Select a run to start'),
      isOffered: ({ status }) => status === 'waiting',
      run: (directory) => actions.resume(directory),
    },
    {
      id: COMMANDS.deleteRun,
      placeHolder: vscode.l10n.t('Select a run to delete'),
      isOffered: () => true,
      run: (directory) => actions.delete(directory),
    },
    {
      id: COMMANDS.revealRun,
      placeHolder: vscode.l10n.t('Select a run to show its folder'),
      isOffered: () => true,
      run: (directory) => actions.reveal(directory),
    },
    {
      id: COMMANDS.renameRun,
      placeHolder: vscode.l10n.t('Select a run to rename'),
      isOffered: () => true,
      run: (directory) => actions.rename(directory),
    },
    {
      id: COMMANDS.starRun,
      placeHolder: vscode.l10n.t('Select a run to star'),
      isOffered: ({ annotations }) => annotations.star !== true,
      run: (directory) => actions.annotate(directory, { star: true }),
    },
    {
      id: COMMANDS.removeStar,
      placeHolder: vscode.l10n.t('Select a run to remove its star'),
      isOffered: ({ annotations }) => annotations.star === true,
      run: (directory) => actions.annotate(directory, { star: null }),
    },
    {
      id: COMMANDS.useForHovers,
      placeHolder: vscode.l10n.t('Select a run whose model hovers use'),
      isOffered: (run) => servesHovers({ ...run, fillsMasks: fillsMasks(run.facts) }),
      run: (directory) => actions.useForHovers(directory),
    },
    {
      id: COMMANDS.exportRun,
      placeHolder: vscode.l10n.t('Select a run whose model to export'),
      isOffered: isUsable,
      run: (directory) => actions.export(directory),
    },
    {
      id: COMMANDS.moveToFront,
      placeHolder: vscode.l10n.t('Select a waiting run to start next'),
      isOffered: ({ status, facts }) => status === 'waiting' && facts?.study === null,
      run: (directory) => queue.moveToFront(directory),
    },
    {
      id: COMMANDS.saveAsRunFile,
      placeHolder: vscode.l10n.t('Select a run to save as a run file'),
      isOffered: isReadable,
      run: async (directory) => saveAsRunFile(await named(directory)),
    },
    {
      id: COMMANDS.copyAsCommand,
      placeHolder: vscode.l10n.t('Select a run to copy as a command'),
      isOffered: isReadable,
      run: async (directory) => copyAsCommand(await named(directory)),
    },
    {
      id: COMMANDS.newRunLike,
      placeHolder: vscode.l10n.t('Select a run to start from'),
      isOffered: isReadable,
      run: newRunLike,
    },
    {
      id: COMMANDS.runAgainWithChanges,
      placeHolder: vscode.l10n.t('Select a run to run again with changes'),
      isOffered: isReadable,
      run: async (directory) => runAgainWithChanges(await named(directory)),
    },
  ];
  async function named(directory: string): Promise<NamedSpec> {
    const spec = await readRunSpec(directory);
    return { spec, name: runStore.get(directory)?.name ?? spec.name };
  }
  const disposables = new DisposableStore();
  for (const command of commands) {
    disposables.add(
      registerCommand(command.id, async (target) => {
        const directory =
          directoryOf(target, activeRun) ?? (await pickRun(runStore, command))?.directory;
        if (directory !== undefined) await command.run(directory);
      }),
    );
  }
  disposables.add(registerCommand(COMMANDS.refresh, () => runStore.refresh()));
  return disposables;
}

function isReadable({ facts }: RunSummary): boolean {
  return facts !== null;
}

/**
 * The run's directory of a link or another extension. Only runs of open folders are stopped, resumed or
 * deleted. Throws `UserInput` for any other folder.
 */
function runOfWorkspace(target: string): string {
  const directory = path.resolve(target);
  const isOpen = workspaceFoldersOnDisk().some(
    ({ uri }) => path.dirname(directory) === runsFolderOf(uri.fsPath),
  );
  if (isOpen) return directory;
  throw inputError(problem('runs.notOfWorkspace', { directory }));
}

function directoryOf(target: unknown, activeRun: () => string | null): string | null {
  if (typeof target === 'string') return runOfWorkspace(target);
  // The title of a panel passes the panel's own address.
  if (target instanceof vscode.Uri) return activeRun();
  return target instanceof TreeNode ? target.row.directory : null;
}
