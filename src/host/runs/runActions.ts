import path from 'node:path';
import * as vscode from 'vscode';
import { inputError } from '../../core/errors.js';
import { problem } from '../../core/messages/message.js';
import type { AnnotationChanges } from '../../core/runs/annotations.js';
import { fillsMasks } from '../../core/objectives/objectives.js';
import { hasCheckpointsForHovers, isLive, isUsable } from '../../core/runs/status.js';
import { RUN_FILES } from '../../core/runs/schema.js';
import { canTrainBeside } from '../../core/runs/queueRoom.js';
import type { MemoryWait } from '../../core/runs/queueWaits.js';
import { readQueueWaits } from '../../node/runs/queueFile.js';
import type { Launcher } from '../../node/runs/launcher.js';
import { machineCapacity } from '../../node/runs/machineCapacity.js';
import { runModelFolder } from '../../node/runs/runDirectory.js';
import type { RunSummary } from '../../node/runs/runReader.js';
import { writeAnnotations } from '../../node/runs/writeAnnotations.js';
import { confirmMemory, confirmSharing } from './shareMachine.js';
import { ensureInputs } from './ensureInputs.js';
import { exportRun } from './exportRun.js';
import type { ModelClient } from '../models/modelClient.js';
import type { Reporter } from '../platform/reporter.js';
import type { RunStore } from './runStore.js';
import { isTrustedForModels, isTrustedForTraining } from '../platform/trust.js';
import { revealFolder } from './revealFolder.js';
import type { RunFollowUp } from './runFollowUp.js';

/** Model that hovers use. */
export interface HoverModel {
  /** Directories of runs whose models or checkpoints are in use in at least one workspace folder. */
  runDirectories(): readonly string[];
  /** Run whose checkpoints hovers follow; `null` without one. */
  readonly followedRun: string | null;
  /** Follows a run from now on. */
  follow(run: string): Promise<void>;
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

/** Actions on a run, shared by the tree, the panel, the command palette and notifications. */
export class RunActions {
  private readonly compared = new vscode.EventEmitter<string>();
  /** Fires with the directory of a run whose exports were compared. */
  readonly onDidCompareExports = this.compared.event;

  constructor(private readonly options: RunActionsOptions) {}

  /** Asks the trainer to stop; it writes a checkpoint first. */
  async stop(directory: string): Promise<void> {
    const run = await this.find(directory);
    if (isLive(run.status)) await this.options.launcher.stop(directory);
  }

  /** Asks the trainer to wait; it writes a checkpoint first. */
  async pause(directory: string): Promise<void> {
    const run = await this.find(directory);
    if (run.status === 'running') await this.options.launcher.pause(directory);
  }

  /** Starts or resumes a run, after a question if cores or memory are short. */
  async resume(directory: string): Promise<void> {
    if (!(await isTrustedForTraining())) return;
    const run = await this.find(directory);
    if (isLive(run.status) && run.status !== 'paused') return;
    // A paused run takes no cores.
    const others = this.options.runStore.live().filter(({ status }) => status !== 'paused');
    const { cores } = machineCapacity();
    if (!canTrainBeside(run, others, cores) && !(await confirmSharing(run, others))) return;
    if (run.status === 'paused') {
      await this.options.launcher.unpause(directory);
      return;
    }
    const wait = await memoryWait(run);
    if (wait !== null && !(await confirmMemory(run, wait))) return;
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

  /** Changes the annotations of runs and updates every view of them. */
  async annotate(
    runs: readonly RunSummary[],
    changes: AnnotationChanges | ((run: RunSummary) => AnnotationChanges),
  ): Promise<void> {
    for (const run of runs) {
      await this.find(run.directory);
      await writeAnnotations(run.directory, typeof changes === 'function' ? changes(run) : changes);
      await this.options.runStore.update(run.directory);
    }
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

  /** Lets hovers use the newest checkpoint of a run while it trains, and its model afterwards. */
  async followCheckpoints(directory: string): Promise<void> {
    const run = await this.find(directory);
    if (isUsable(run)) {
      await this.useForHovers(directory);
      return;
    }
    if (!hasCheckpointsForHovers({ ...run, fillsMasks: fillsMasks(run.facts) })) {
      throw inputError(problem('run.hasNoModel', { name: run.name }));
    }
    if (!(await isTrustedForModels())) return;
    this.options.modelClient.forgetCrashes();
    await this.options.modelSelection.follow(directory);
  }

  /** Exports the model for other tools, and offers to show it. */
  async export(directory: string): Promise<void> {
    const run = await this.find(directory);
    if (!run.hasModel) throw inputError(problem('run.hasNoModel', { name: run.name }));
    if (!(await isTrustedForModels())) return;
    const { modelClient, reporter } = this.options;
    const onDidCompare = (): void => {
      this.compared.fire(directory);
    };
    const folder = await exportRun({ modelClient, onDidCompare }, run);
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
}

/** Memory that a run of the queue waits for. */
async function memoryWait({ id, directory, status }: RunSummary): Promise<MemoryWait | null> {
  if (status !== 'waiting') return null;
  const { memory } = await readQueueWaits(path.dirname(directory));
  return memory[id] ?? null;
}
