import * as vscode from 'vscode';
import { isLive } from '../../core/runs/status.js';
import { runModelFolder } from '../../node/runs/runDirectory.js';
import { readRun, type RunSummary } from '../../node/runs/runReader.js';
import {
  emptyTrash,
  listTrash,
  moveToTrash,
  restoreFromTrash,
  sweepTrash,
  TRASH_DAYS,
  type DeletedRun,
} from '../../node/runs/trash.js';
import { plural } from '../platform/editorWords.js';
import { confirm, notify } from '../platform/notify.js';
import type { Reporter } from '../platform/reporter.js';
import type { HoverModel, RunActions } from './runActions.js';
import type { RunStore } from './runStore.js';
import { formatTime, whole } from './tree/runTooltip.js';
import { withoutMarkup } from '../platform/withoutMarkup.js';

export interface RunDeletionOptions {
  readonly runStore: Pick<RunStore, 'update'>;
  readonly actions: Pick<RunActions, 'stop'>;
  readonly modelSelection: HoverModel;
  readonly reporter: Pick<Reporter, 'ask'>;
  /** Runs folders of the workspace. */
  readonly runsFolders: () => readonly string[];
}

/** Deletes runs into the trash, from which they can be restored for some days. */
export class RunDeletion {
  constructor(private readonly options: RunDeletionOptions) {}

  /** Deletes runs and offers to undo that. Refuses if one of them is live. */
  async delete(directories: readonly string[]): Promise<void> {
    const runs = await this.read(directories);
    if (runs.length === 0) return;
    const live = runs.filter(({ status }) => isLive(status));
    if (live.length > 0) {
      await this.refuse(live);
      return;
    }
    const { modelSelection, runStore } = this.options;
    const used = runs.filter((run) => this.isUsed(run));
    if (used.length > 0 && !(await confirmUsed(used[0]!))) return;
    const wasFollowed = used[0]?.directory === modelSelection.followedRun;
    if (used.length > 0) await modelSelection.select('');
    const deleted: DeletedRun[] = [];
    const now = new Date();
    try {
      for (const { directory } of runs) deleted.push(await moveToTrash(directory, now));
    } finally {
      // Some may be gone even if one could not be moved.
      for (const { directory } of runs) await runStore.update(directory);
    }
    // Not awaited: the message may be open long after the command is done.
    void this.offerUndo(runs, deleted, async () => {
      const [run] = used;
      if (run === undefined) return;
      if (wasFollowed) await modelSelection.follow(run.directory);
      else await modelSelection.select(runModelFolder(run.directory));
    });
  }

  /** Lets a person choose deleted runs to restore. */
  async restore(): Promise<void> {
    const deleted = await this.listTrash();
    if (deleted.length === 0) {
      void notify('info', vscode.l10n.t('There are no deleted runs to restore.'));
      return;
    }
    const names = await Promise.all(deleted.map(({ directory }) => readRun(directory)));
    const picked = await vscode.window.showQuickPick(
      deleted.map((run, i) => ({
        label: withoutMarkup(names[i]!.name),
        description: vscode.l10n.t('deleted {0}', formatTime(run.deletedAt.toISOString())),
        detail: run.id,
        // The last deletion, so that Enter undoes it.
        picked: run.deletedAt.getTime() === deleted[0]!.deletedAt.getTime(),
        run,
      })),
      {
        title: vscode.l10n.t('Restore Deleted Runs'),
        placeHolder: vscode.l10n.t('Check the runs to restore'),
        canPickMany: true,
        matchOnDetail: true,
      },
    );
    if (picked !== undefined) await this.putBack(picked.map(({ run }) => run));
  }

  /** Removes all deleted runs for good, after a question. */
  async emptyTrash(): Promise<void> {
    const deleted = await this.listTrash();
    if (deleted.length === 0) {
      void notify('info', vscode.l10n.t('The trash is empty.'));
      return;
    }
    const remove = vscode.l10n.t('Delete Permanently');
    const answer = await confirm(
      plural(
        deleted.length,
        vscode.l10n.t('Delete {0} run permanently?', whole(deleted.length)),
        vscode.l10n.t('Delete {0} runs permanently?', whole(deleted.length)),
      ),
      vscode.l10n.t('Their metrics, checkpoints and models are removed from the disk.'),
      remove,
    );
    if (answer !== remove) return;
    for (const runsFolder of this.options.runsFolders()) await emptyTrash(runsFolder);
  }

  /** Removes runs for good that were deleted long ago. */
  async sweep(): Promise<void> {
    for (const runsFolder of this.options.runsFolders()) await sweepTrash(runsFolder);
  }

  private async read(directories: readonly string[]): Promise<RunSummary[]> {
    const runs: RunSummary[] = [];
    for (const directory of directories) {
      const run = await this.options.runStore.update(directory);
      if (run !== null) runs.push(run);
    }
    return runs;
  }

  private async listTrash(): Promise<DeletedRun[]> {
    const lists = await Promise.all(this.options.runsFolders().map(listTrash));
    return lists.flat();
  }

  private isUsed({ directory }: RunSummary): boolean {
    return this.options.modelSelection.runDirectories().includes(directory);
  }

  private async refuse(live: readonly RunSummary[]): Promise<void> {
    const { reporter, actions } = this.options;
    const text = plural(
      live.length,
      vscode.l10n.t('“{0}” is training. Nothing was deleted.', live[0]!.name),
      vscode.l10n.t('{0} of the runs are training. Nothing was deleted.', whole(live.length)),
    );
    const stop = vscode.l10n.t('Stop Training');
    await reporter.ask('warning', text, [
      {
        title: stop,
        run: async () => {
          for (const { directory } of live) await actions.stop(directory);
        },
      },
    ]);
  }

  private async offerUndo(
    runs: readonly RunSummary[],
    deleted: readonly DeletedRun[],
    useAgain: () => Promise<void>,
  ): Promise<void> {
    const text = plural(
      runs.length,
      vscode.l10n.t(
        '“{0}” was deleted. It can be restored for {1} days.',
        runs[0]!.name,
        TRASH_DAYS,
      ),
      vscode.l10n.t(
        '{0} runs were deleted. They can be restored for {1} days.',
        whole(runs.length),
        TRASH_DAYS,
      ),
    );
    await this.options.reporter.ask('info', text, [
      {
        title: vscode.l10n.t('Undo'),
        run: async () => {
          await this.putBack(deleted);
          await useAgain();
        },
      },
    ]);
  }

  private async putBack(deleted: readonly DeletedRun[]): Promise<void> {
    for (const run of deleted) await this.options.runStore.update(await restoreFromTrash(run));
  }
}

async function confirmUsed({ name }: RunSummary): Promise<boolean> {
  const proceed = vscode.l10n.t('Delete');
  const answer = await confirm(
    vscode.l10n.t('Hovers use the model of “{0}”. Delete it?', name),
    vscode.l10n.t('Hovers then use the model in your settings, or else the bundled model.'),
    proceed,
  );
  return answer === proceed;
}
