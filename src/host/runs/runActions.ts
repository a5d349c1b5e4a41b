import path from 'node:path';
import * as vscode from 'vscode';
import { inputError } from '../../core/errors.js';
import { problem } from '../../core/messages/message.js';
import type { AnnotationChanges } from '../../core/runs/annotations.js';
import { isLive } from '../../core/runs/status.js';
import { RUN_FILES } from '../../core/runs/schema.js';
import type { Launcher } from '../../node/runs/launcher.js';
import { deleteRun, runModelFolder } from '../../node/runs/runDirectory.js';
import type { RunSummary } from '../../node/runs/runReader.js';
import { writeAnnotations } from '../../node/runs/writeAnnotations.js';
import { askRunName } from './askRunName.js';
import { ensureInputs } from './ensureInputs.js';
import { exportRun } from './exportRun.js';
import type { ModelClient } from '../models/modelClient.js';
import type { Reporter } from '../platform/reporter.js';
import type { RunStore } from './runStore.js';
import { isTrustedForModels, isTrustedForTraining } from '../platform/trust.js';
import { trainerGone } from './processEnd.js';
import { runEnded } from './runEnded.js';
import type { RunFollowUp } from './runFollowUp.js';
import { confirm, withoutLinks } from '../platform/notify.js';

/** Model that hovers use. */
export interface HoverModel {
  /** Model folders in use in at least one workspace folder. */
  modelFolders(): readonly string[];
  select(modelFolder: string): Promise<void>;
}

export interface RunActionsOptions {
  readonly runStore: RunStore;
  readonly modelSelection: HoverModel;
  readonly launcher: Launcher;
  readonly followUp: RunFollowUp;
  readonly modelClient: ModelClient;
  readonly reporter: Reporter;
}

async function revealFolder(folder: vscode.Uri): Promise<void> {
  const isLocalDesktop =
    vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined;
  const command = isLocalDesktop ? 'revealFileInOS' : 'revealInExplorer';
  await vscode.commands.executeCommand(command, folder);
}

const STOP_MILLISECONDS = 60_000;
/** Time from the stopped state to the end of the process. */
const EXIT_MILLISECONDS = 10_000;

/** Actions on a run, shared by the tree, the panel, the command palette and notifications. */
export class RunActions {
  constructor(private readonly options: RunActionsOptions) {}

  /** Asks the trainer to stop; it writes a checkpoint first. */
  async stop(directory: string): Promise<void> {
    const run = await this.find(directory);
    if (isLive(run.status)) await this.options.launcher.stop(directory);
  }

  async resume(directory: string): Promise<void> {
    if (!(await isTrustedForTraining())) return;
    const run = await this.find(directory);
    if (isLive(run.status)) return;
    if (!(await ensureInputs(directory))) return;
    await this.launch(directory);
  }

  /** Starts the trainer and follows it until it ends. */
  async launch(directory: string): Promise<void> {
    const { launcher, runStore, followUp } = this.options;
    await launcher.start(directory, { takeOver: runStore.get(directory)?.status === 'crashed' });
    await runStore.update(directory);
    followUp.follow(directory);
  }

  /** Deletes a run after a confirmation; an active run is stopped first. */
  async delete(directory: string): Promise<void> {
    const run = await this.find(directory);
    const name = run.name;
    const live = isLive(run.status);
    const proceed = live ? vscode.l10n.t('Stop and Delete') : vscode.l10n.t('Delete');
    const answer = await confirm(
      live
        ? vscode.l10n.t('“{0}” is still training. Stop and delete it?', name)
        : vscode.l10n.t('Delete the run “{0}”?', name),
      vscode.l10n.t('Its metrics, checkpoints and model are permanently removed from the disk.'),
      proceed,
    );
    if (answer !== proceed) return;
    const { runStore, modelSelection } = this.options;
    if (live) await this.stopAndWait(run, name);
    if (modelSelection.modelFolders().includes(runModelFolder(directory))) {
      await modelSelection.select('');
    }
    await deleteRun(directory);
    await runStore.update(directory);
  }

  /** Asks for a new name and renames the run. */
  async rename(directory: string): Promise<void> {
    const name = await askRunName(await this.find(directory));
    if (name !== undefined) await this.annotate(directory, { name });
  }

  /** Changes the annotations of a run and updates every view of it. */
  async annotate(directory: string, changes: AnnotationChanges): Promise<void> {
    await this.find(directory);
    await writeAnnotations(directory, changes);
    await this.options.runStore.update(directory);
  }

  /** Shows the run's folder: in the file manager on a desktop, else in the explorer view. */
  async reveal(directory: string): Promise<void> {
    await revealFolder(vscode.Uri.file(directory));
  }

  async useForHovers(directory: string): Promise<void> {
    const run = await this.find(directory);
    if (!run.hasModel) {
      throw inputError(problem('run.hasNoModel', { name: run.name }));
    }
    if (!(await isTrustedForModels())) return;
    await this.options.modelSelection.select(runModelFolder(directory));
  }

  /** Exports the model for other tools, and offers to show it. */
  async export(directory: string): Promise<void> {
    const run = await this.find(directory);
    if (!run.hasModel) throw inputError(problem('run.hasNoModel', { name: run.name }));
    if (!(await isTrustedForModels())) return;
    const { modelClient, reporter } = this.options;
    const folder = await exportRun(modelClient, run);
    if (folder === null) return;
    void reporter.ask(
      'info',
      vscode.l10n.t('“{0}” was exported to {1}.', run.name, folder.fsPath),
      [{ title: vscode.l10n.t('Reveal'), run: () => revealFolder(folder) }],
    );
  }

  /** Opens the output of the trainer process, which explains a crash. */
  async showLog(directory: string): Promise<void> {
    const file = vscode.Uri.file(path.join(directory, RUN_FILES.stderr));
    await vscode.window.showTextDocument(file, { preview: true });
  }

  private async find(directory: string): Promise<RunSummary> {
    const run = await this.options.runStore.update(directory);
    if (run !== null) return run;
    throw inputError(problem('run.deleted', { directory }));
  }

  /** Stops a run and resolves once its trainer process has released the run's files. */
  private async stopAndWait({ directory, state }: RunSummary, name: string): Promise<void> {
    const { runStore, launcher } = this.options;
    await launcher.stop(directory);
    // The trainer takes its token back when it stops; one that was only starting had none before.
    let trainer = state?.process ?? null;
    const subscription = runStore.onDidChange((change) => {
      const now = change.directory === directory ? change.run?.state?.process : null;
      if (now != null) trainer = now;
    });
    const hasEnded = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: withoutLinks(vscode.l10n.t('Stopping “{0}”', name)),
      },
      async () => {
        const signal = AbortSignal.timeout(STOP_MILLISECONDS);
        if ((await runEnded(runStore, directory, { signal })) === 'aborted') return false;
        return trainerGone(trainer, {
          timeout: EXIT_MILLISECONDS,
          isAlive: (token) => launcher.isAlive(token, directory),
        });
      },
    );
    subscription.dispose();
    if (hasEnded) return;
    throw inputError(problem('run.notDeleted', { name }));
  }
}
