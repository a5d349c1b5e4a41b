import path from 'node:path';
import * as vscode from 'vscode';
import { AppError } from '../../core/errors.js';
import type { AnnotationChanges } from '../../core/runs/annotations.js';
import { isLive } from '../../core/runs/status.js';
import { RUN_FILES } from '../../core/runs/schema.js';
import type { Launcher } from '../../node/runs/launcher.js';
import { deleteRun, runModelFolder } from '../../node/runs/runDirectory.js';
import type { RunSummary } from '../../node/runs/runReader.js';
import { writeAnnotations } from '../../node/runs/writeAnnotations.js';
import { askRunName } from './askRunName.js';
import { ensureInputs } from './ensureInputs.js';
import type { RunStore } from './runStore.js';
import { isTrustedForModels, isTrustedForTraining } from '../platform/trust.js';
import { trainerGone } from './processEnd.js';
import { runEnded } from './runEnded.js';
import type { RunFollowUp } from './runFollowUp.js';

/** The model that hovers use, as the commands see it. */
export interface HoverModel {
  readonly modelFolder: string;
  select(modelFolder: string): Promise<void>;
}

export interface RunActionsOptions {
  readonly runStore: RunStore;
  readonly modelSelection: HoverModel;
  readonly launcher: Launcher;
  readonly followUp: RunFollowUp;
}

const STOP_MILLISECONDS = 60_000;
/** From the word that it has stopped to the end of the process. */
const EXIT_MILLISECONDS = 10_000;

/** What a person can do with a run, wherever the button is: tree, panel, palette or message. */
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
    await this.launch(directory, run.name);
  }

  /** Starts the trainer and follows it with a notification until it ends. */
  async launch(directory: string, name: string): Promise<void> {
    const { launcher, runStore, followUp } = this.options;
    await launcher.start(directory, { takeOver: runStore.get(directory)?.status === 'crashed' });
    await runStore.update(directory);
    followUp.follow(directory, name);
  }

  /** Deletes a run once the person agrees; one that runs is stopped first. */
  async delete(directory: string): Promise<void> {
    const run = await this.find(directory);
    const name = run.name;
    const live = isLive(run.status);
    const confirm = live ? 'Stop and delete' : 'Delete';
    const answer = await vscode.window.showWarningMessage(
      live ? `“${name}” is still training. Stop it and delete it?` : `Delete the run “${name}”?`,
      {
        modal: true,
        detail: 'Its metrics, checkpoints and model are removed from the disk for good.',
      },
      confirm,
    );
    if (answer !== confirm) return;
    const { runStore, modelSelection } = this.options;
    if (live) await this.stopAndWait(run, name);
    if (modelSelection.modelFolder === runModelFolder(directory)) await modelSelection.select('');
    await deleteRun(directory);
    await runStore.update(directory);
  }

  /** Asks for another name and shows the run under it. */
  async rename(directory: string): Promise<void> {
    const name = await askRunName(await this.find(directory));
    if (name !== undefined) await this.annotate(directory, { name });
  }

  /** Changes the person's annotations of a run, which show at once wherever it is shown. */
  async annotate(directory: string, changes: AnnotationChanges): Promise<void> {
    await this.find(directory);
    await writeAnnotations(directory, changes);
    await this.options.runStore.update(directory);
  }

  /** Shows the run's folder: in the file manager on a desktop, else in the explorer view. */
  async reveal(directory: string): Promise<void> {
    const isLocalDesktop =
      vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined;
    const command = isLocalDesktop ? 'revealFileInOS' : 'revealInExplorer';
    await vscode.commands.executeCommand(command, vscode.Uri.file(directory));
  }

  async useForHovers(directory: string): Promise<void> {
    const run = await this.find(directory);
    if (!run.hasModel) {
      throw new AppError({
        code: 'UserInput',
        details: {
          problem: `“${run.name}” has no model yet.`,
          remedy: 'A run leaves one when it finishes; resume it to get there.',
        },
      });
    }
    if (!(await isTrustedForModels())) return;
    await this.options.modelSelection.select(runModelFolder(directory));
  }

  /** What the trainer process itself printed: the place to look after a crash. */
  async showLog(directory: string): Promise<void> {
    const file = vscode.Uri.file(path.join(directory, RUN_FILES.stderr));
    await vscode.window.showTextDocument(file, { preview: true });
  }

  private async find(directory: string): Promise<RunSummary> {
    const run = await this.options.runStore.update(directory);
    if (run !== null) return run;
    throw new AppError({
      code: 'UserInput',
      details: {
        problem: `The run in ${directory} is gone.`,
        remedy: 'It was deleted outside of Masklab; start a new one.',
      },
    });
  }

  /** Resolves once the trainer's process is gone, which lets go of the run's files. */
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
      { location: vscode.ProgressLocation.Notification, title: `Stopping “${name}”` },
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
    throw new AppError({
      code: 'UserInput',
      details: {
        problem: `“${name}” has not stopped within a minute, so it was not deleted.`,
        remedy: 'Try again when it has ended.',
      },
    });
  }
}
