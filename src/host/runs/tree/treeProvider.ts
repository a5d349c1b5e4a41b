import * as vscode from 'vscode';
import type { StatusText } from '../../../core/runs/statusText.js';
import { COMMANDS } from '../../platform/contributions.js';
import { DisposableStore } from '../../platform/disposables.js';
import { markdownString } from '../../platform/markdownString.js';
import { changedRows, type TreeRow } from './treeRow.js';
import { GROUP_COLORS } from './themeColors.js';
import { treeContent, type TreeContent, type TreeInput } from './treeRows.js';

/** Handle of a row; the tree needs the same object while the row changes. */
export class TreeNode {
  constructor(public row: TreeRow) {}
}

const TONE_COLORS: Record<StatusText['tone'], vscode.ThemeColor | undefined> = {
  live: new vscode.ThemeColor('charts.blue'),
  good: new vscode.ThemeColor('testing.iconPassed'),
  warning: new vscode.ThemeColor('list.warningForeground'),
  bad: new vscode.ThemeColor('testing.iconFailed'),
  quiet: undefined,
};
/** Argument of the command that opens a run: keys still act on the tree afterwards. */
export const KEEP_FOCUS = 'keepFocus';

const THROTTLE_MILLISECONDS = 100;
/** Time between two changes of a row of progress: a row that is drawn more often loses clicks. */
const ROW_MILLISECONDS = 1000;

/** Shows the rows of `treeContent`; progress redraws only the row of its run. */
export class ExperimentsTreeProvider
  implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable
{
  private readonly disposables = new DisposableStore();
  private readonly changed = this.disposables.add(new vscode.EventEmitter<TreeNode | undefined>());
  private readonly nodes = new Map<string, TreeNode>();
  private readonly parents = new Map<string, TreeRow>();
  private roots: readonly TreeRow[] = [];
  private timer: NodeJS.Timeout | null = null;
  /** Rows whose texts have changed since they were drawn. */
  private readonly stale = new Set<string>();
  private rowTimer: NodeJS.Timeout | null = null;

  private readonly collected = this.disposables.add(new vscode.EventEmitter<TreeContent>());

  readonly onDidChangeTreeData = this.changed.event;
  /** Fires with each collection of the rows. */
  readonly onDidCollect = this.collected.event;

  /** `ready` resolves once the first listing is in: the welcome text must not flash before. */
  constructor(
    private readonly input: () => TreeInput,
    private readonly ready: () => Promise<void>,
  ) {}

  /** Collects the rows again soon; many changes at once cause one redraw. */
  scheduleUpdate(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.update();
    }, THROTTLE_MILLISECONDS);
  }

  /** Redraws everything, since the tree drops changes while it is hidden or loading. */
  redraw(): void {
    this.changed.fire(undefined);
  }

  getTreeItem({ row }: TreeNode): vscode.TreeItem {
    const { None, Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(
      row.label,
      row.children.length === 0 ? None : row.isExpanded ? Expanded : Collapsed,
    );
    item.id = row.key;
    item.description = row.description;
    item.iconPath = new vscode.ThemeIcon(
      row.icon,
      row.color === null ? TONE_COLORS[row.tone] : GROUP_COLORS[row.color],
    );
    item.contextValue = row.contextValue;
    item.accessibilityInformation = { label: row.accessibleLabel };
    if (row.directory !== null) {
      item.command = {
        command: COMMANDS.openRun,
        title: vscode.l10n.t('Open Run Panel'),
        arguments: [row.directory, KEEP_FOCUS],
      };
    }
    return item;
  }

  /** Makes the tooltip of a row when the pointer rests on it. */
  resolveTreeItem(item: vscode.TreeItem, { row }: TreeNode): vscode.TreeItem {
    item.tooltip = markdownString(row.tooltip());
    return item;
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    if (node === undefined && this.roots.length === 0) {
      await this.ready();
      this.update();
    }
    return (node?.row.children ?? this.roots).map((row) => this.nodeOf(row));
  }

  /** Lets the view reveal a run. */
  getParent({ row }: TreeNode): TreeNode | undefined {
    const parent = this.parents.get(row.key);
    return parent === undefined ? undefined : this.nodeOf(parent);
  }

  dispose(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    if (this.rowTimer !== null) clearTimeout(this.rowTimer);
    this.disposables.dispose();
  }

  private update(): void {
    const before = this.roots;
    const content = treeContent(this.input());
    this.roots = content.rows;
    this.collected.fire(content);
    const keys = changedRows(before, this.roots);
    const known = new Set<string>();
    this.parents.clear();
    const visit = (row: TreeRow): void => {
      known.add(row.key);
      this.nodeOf(row);
      for (const child of row.children) {
        this.parents.set(child.key, row);
        visit(child);
      }
    };
    this.roots.forEach(visit);
    for (const key of [...this.nodes.keys()]) if (!known.has(key)) this.nodes.delete(key);
    if (keys === 'all') {
      this.stale.clear();
      this.redraw();
    } else {
      for (const key of keys) this.stale.add(key);
      this.drawStaleRows();
    }
  }

  private drawStaleRows(): void {
    if (this.rowTimer !== null || this.stale.size === 0) return;
    for (const key of this.stale) {
      const node = this.nodes.get(key);
      if (node !== undefined) this.changed.fire(node);
    }
    this.stale.clear();
    this.rowTimer = setTimeout(() => {
      this.rowTimer = null;
      this.drawStaleRows();
    }, ROW_MILLISECONDS);
  }

  private nodeOf(row: TreeRow): TreeNode {
    const node = this.nodes.get(row.key) ?? new TreeNode(row);
    node.row = row;
    this.nodes.set(row.key, node);
    return node;
  }
}
