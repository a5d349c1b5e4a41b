import * as vscode from 'vscode';
import { describeError } from '../../../core/errors.js';
import type { RegisterCommand } from '../../platform/commands.js';
import { COMMANDS, VIEWS } from '../../platform/contributions.js';
import type { ReadOnlyDocuments } from '../../platform/readOnlyDocuments.js';
import { DisposableStore, type Disposable } from '../../platform/disposables.js';
import { EDITOR_WORDS, plural } from '../../platform/editorWords.js';
import type { RunStore } from '../runStore.js';
import type { RunQueue } from '../runQueue.js';
import { openReport, openReportPage } from '../openStudyReport.js';
import type { StudySummary } from '../studyStore.js';
import type { StudyStore } from '../studyStore.js';
import { RunDragAndDrop, type MoveRuns } from './dragRuns.js';
import { registerTreeSettings } from './registerTreeSettings.js';
import { whole } from './runTooltip.js';
import { orderTitle } from './treeOrders.js';
import { ExperimentsTreeProvider, TreeNode } from './treeProvider.js';
import type { TreeContent } from './treeRows.js';
import { TreeSettingsStore, type TreeSettings } from './treeSettings.js';

export interface ExperimentsOptions {
  readonly runStore: RunStore;
  readonly studyStore: Pick<StudyStore, 'list' | 'onDidChange' | 'refreshSoon'>;
  readonly queue: Pick<RunQueue, 'waitReasons' | 'onDidExplain'>;
  readonly registerCommand: RegisterCommand;
  readonly modelSelection: {
    runDirectories(): readonly string[];
    readonly followedRun: string | null;
    readonly onDidChange: vscode.Event<unknown>;
  };
  readonly memory: vscode.Memento;
  readonly moveRuns: MoveRuns;
  readonly reports: ReadOnlyDocuments;
}

/** Shows the runs in the Experiments view, with a badge for those that are active. */
export class ExperimentsView implements Disposable {
  private readonly disposables = new DisposableStore();
  private readonly settings: TreeSettingsStore;
  private readonly provider: ExperimentsTreeProvider;
  private readonly view: vscode.TreeView<TreeNode>;

  constructor(private readonly options: ExperimentsOptions) {
    const { runStore, studyStore, queue, modelSelection, registerCommand, memory } = options;
    const { moveRuns, reports } = options;
    const settings = this.disposables.add(new TreeSettingsStore(memory));
    this.settings = settings;
    this.provider = this.disposables.add(
      new ExperimentsTreeProvider(
        () => ({
          runs: runStore.list(),
          studies: studyStore.list(),
          usedForHovers: modelSelection.runDirectories(),
          followedByHovers: modelSelection.followedRun,
          waits: queue.waitReasons(),
          settings: settings.get(),
        }),
        () => runStore.ready(),
      ),
    );
    this.view = this.disposables.add(
      vscode.window.createTreeView(VIEWS.experiments, {
        treeDataProvider: this.provider,
        canSelectMany: true,
        showCollapseAll: true,
        dragAndDropController: new RunDragAndDrop(moveRuns),
      }),
    );
    this.disposables.add(registerTreeSettings({ settings, runStore, registerCommand }));
    for (const [command, open] of [
      [COMMANDS.openStudyReport, (study: StudySummary) => openReport(study, reports)],
      [COMMANDS.openStudyReportPage, openReportPage],
    ] as const) {
      this.disposables.add(
        registerCommand(command, async (target: unknown) => {
          const study = target instanceof TreeNode ? target.row.study : null;
          if (study !== null) await open(study);
        }),
      );
    }
    this.follow();
  }

  /** Rows that are selected. */
  selectedRows(): readonly TreeNode[] {
    return this.view.selection;
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private follow(): void {
    const { runStore, studyStore, queue, modelSelection } = this.options;
    const update = (): void => {
      this.provider.scheduleUpdate();
      this.view.badge = badgeOf(runStore.live().length);
    };
    const subscriptions = [
      this.provider.onDidCollect((content) => {
        this.view.message = messageOf(content, this.settings.get());
      }),
      this.view.onDidChangeVisibility(({ visible }) => {
        if (visible) this.provider.redraw();
      }),
      this.settings.onDidChange(update),
      studyStore.onDidChange(update),
      runStore.onDidChange(({ run }) => {
        // Watchers miss files of a folder that was just created.
        if (run?.facts?.study != null) studyStore.refreshSoon();
        update();
      }),
      modelSelection.onDidChange(update),
      queue.onDidExplain(update),
    ];
    for (const subscription of subscriptions) this.disposables.add(subscription);
  }
}

function badgeOf(active: number): vscode.ViewBadge | undefined {
  if (active === 0) return undefined;
  const tooltip = plural(
    active,
    vscode.l10n.t('1 active run'),
    vscode.l10n.t('{0} active runs', active),
  );
  return { value: active, tooltip };
}

/** Line above the rows while a filter is on or the order is not the usual one; empty otherwise. */
function messageOf({ shown, total, problem }: TreeContent, { filter, sort }: TreeSettings): string {
  if (problem !== null) return describeError(problem, EDITOR_WORDS).message;
  // Without a match, the view says so in place of the rows.
  if (shown === 0) return '';
  const matches =
    filter === ''
      ? []
      : [vscode.l10n.t('{0} of {1} runs match: {2}', whole(shown), whole(total), filter)];
  return [...matches, ...orderTitle(sort)].join(' · ');
}
