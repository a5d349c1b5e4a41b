import * as vscode from 'vscode';
import { fillsMasks, predictsTexts } from '../../core/objectives/objectives.js';
import {
  hasCheckpointsForHovers,
  isResumable,
  isUsable,
  servesHovers,
} from '../../core/runs/status.js';
import type { RunSummary } from '../../node/runs/runReader.js';
import { readRunSpec } from '../../node/runs/runSpecFile.js';
import type { RegisterCommand } from '../platform/commands.js';
import { COMMANDS, type CommandId } from '../platform/contributions.js';
import { DisposableStore, type Disposable } from '../platform/disposables.js';
import { copyAsCommand, runAgainWithChanges, saveAsRunFile, type NamedSpec } from './asRunFile.js';
import { pickRun } from './pickRun.js';
import type { PanelFocus } from './panel/runPanel.js';
import { KEEP_FOCUS } from './tree/treeProvider.js';
import type { RunActions } from './runActions.js';
import type { RunQueue } from './runQueue.js';
import type { RunStore } from './runStore.js';
import { targetsOf, type RunSources } from './runTargets.js';

export interface RunCommandsOptions {
  readonly runStore: Pick<RunStore, 'ready' | 'list' | 'get' | 'refresh'>;
  readonly actions: RunActions;
  readonly registerCommand: RegisterCommand;
  readonly openPanel: (directory: string, focus: PanelFocus) => void;
  readonly queue: Pick<RunQueue, 'moveToFront'>;
  readonly sources: RunSources;
  /** Opens the page of a new run that starts from this one. */
  readonly newRunLike: (directory: string) => Promise<void>;
  /** Audits the model of a run, or opens the report of its last audit. */
  readonly audit: (directory: string) => Promise<void>;
  /** Opens the report of the last audit of a run. */
  readonly openAuditReport: (directory: string) => Promise<void>;
  /** Opens a file of the last audit of a run with the words of its rows shaded. */
  readonly showAudit: (directory: string) => Promise<void>;
  /** Cross-validates a run and lists labels that may be wrong. */
  readonly crossValidate: (directory: string) => Promise<void>;
  /** Writes a study file that compares ways of training against the words of an audit. */
  readonly draftStudy: (directory: string) => Promise<void>;
}

interface RunCommand {
  readonly id: CommandId;
  readonly placeHolder: string;
  /** True for runs that the command palette offers. */
  readonly isOffered: (run: RunSummary) => boolean;
  readonly run: (directory: string, args: readonly unknown[]) => unknown;
}

/**
 * Registers the commands on one run. They take a tree item or a run's directory; without either,
 * as from the palette, they ask for the run.
 */
export function registerRunCommands(options: RunCommandsOptions): Disposable {
  const { runStore, actions, registerCommand, openPanel, sources, queue, newRunLike } = options;
  const commands: RunCommand[] = [
    {
      id: COMMANDS.openRun,
      placeHolder: vscode.l10n.t('Select a run to open'),
      isOffered: () => true,
      run: (directory, args) => {
        openPanel(directory, { preserveFocus: args[1] === KEEP_FOCUS });
      },
    },
    {
      id: COMMANDS.resumeRun,
      placeHolder: vscode.l10n.t('Select a run to resume'),
      isOffered: ({ status }) =>
        status === 'paused' || (isResumable(status) && status !== 'waiting'),
      run: (directory) => actions.resume(directory),
    },
    {
      id: COMMANDS.pauseRun,
      placeHolder: vscode.l10n.t('Select a run to pause'),
      isOffered: ({ status }) => status === 'running',
      run: (directory) => actions.pause(directory),
    },
    {
      id: COMMANDS.startRun,
      placeHolder: vscode.l10n.t('Select a run to start'),
      isOffered: ({ status }) => status === 'waiting',
      run: (directory) => actions.resume(directory),
    },
    {
      id: COMMANDS.revealRun,
      placeHolder: vscode.l10n.t('Select a run to show its folder'),
      isOffered: () => true,
      run: (directory) => actions.reveal(directory),
    },
    {
      id: COMMANDS.useForHovers,
      placeHolder: vscode.l10n.t('Select a run whose model hovers use'),
      isOffered: (run) => servesHovers({ ...run, fillsMasks: fillsMasks(run.facts) }),
      run: (directory) => actions.useForHovers(directory),
    },
    {
      id: COMMANDS.followCheckpoints,
      placeHolder: vscode.l10n.t('Select a run whose checkpoints hovers follow'),
      isOffered: (run) => hasCheckpointsForHovers({ ...run, fillsMasks: fillsMasks(run.facts) }),
      run: (directory) => actions.followCheckpoints(directory),
    },
    {
      id: COMMANDS.exportRun,
      placeHolder: vscode.l10n.t('Select a run whose model to export'),
      isOffered: isUsable,
      run: (directory) => actions.export(directory),
    },
    {
      id: COMMANDS.auditRun,
      placeHolder: vscode.l10n.t('Select a run whose model to audit'),
      isOffered: (run) => isUsable(run) && predictsTexts(run.facts),
      run: options.audit,
    },
    {
      id: COMMANDS.openAuditReport,
      placeHolder: vscode.l10n.t('Select a run that was audited'),
      isOffered: (run) => isUsable(run) && predictsTexts(run.facts),
      run: options.openAuditReport,
    },
    {
      id: COMMANDS.showAudit,
      placeHolder: vscode.l10n.t('Select a run that was audited'),
      isOffered: (run) => isUsable(run) && predictsTexts(run.facts),
      run: options.showAudit,
    },
    {
      id: COMMANDS.draftStudy,
      placeHolder: vscode.l10n.t('Select a run that was audited'),
      isOffered: (run) => isUsable(run) && predictsTexts(run.facts),
      run: options.draftStudy,
    },
    {
      id: COMMANDS.crossValidate,
      placeHolder: vscode.l10n.t('Select a run to cross-validate'),
      isOffered: (run) => isUsable(run) && predictsTexts(run.facts),
      run: options.crossValidate,
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
      isOffered: hasFacts,
      run: async (directory) => saveAsRunFile(await named(directory)),
    },
    {
      id: COMMANDS.copyAsCommand,
      placeHolder: vscode.l10n.t('Select a run to copy as a command'),
      isOffered: hasFacts,
      run: async (directory) => copyAsCommand(await named(directory)),
    },
    {
      id: COMMANDS.newRunLike,
      placeHolder: vscode.l10n.t('Select a run to start from'),
      isOffered: hasFacts,
      run: newRunLike,
    },
    {
      id: COMMANDS.runAgainWithChanges,
      placeHolder: vscode.l10n.t('Select a run to run again with changes'),
      isOffered: hasFacts,
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
      registerCommand(command.id, async (...args) => {
        // The newest run of a row that stands for several.
        const [directory = (await pickRun(runStore, command))?.directory] =
          targetsOf(args, sources) ?? [];
        if (directory !== undefined) await command.run(directory, args);
      }),
    );
  }
  disposables.add(registerCommand(COMMANDS.refresh, () => runStore.refresh()));
  return disposables;
}

function hasFacts({ facts }: RunSummary): boolean {
  return facts !== null;
}
