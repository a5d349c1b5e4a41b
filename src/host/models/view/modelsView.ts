import * as vscode from 'vscode';
import { VIEWS } from '../../platform/contributions.js';
import { DisposableStore, type Disposable } from '../../platform/disposables.js';
import { markdownString } from '../../platform/markdownString.js';
import { workspaceFoldersOnDisk } from '../../platform/workspace.js';
import type { ModelForms } from '../modelForms.js';
import type { Download, ModelDownloads } from '../hub/modelDownloads.js';
import type { ModelSelection } from '../modelSelection.js';
import type { LocalModelStore } from '../localModelStore.js';
import type { ServedModels } from '../serving/servedModels.js';
import { downloadRow, modelRows, type ModelsRow } from './modelRows.js';

/** Handle of a row; the tree needs the same object while the row changes. */
export class ModelNode {
  constructor(public row: ModelsRow) {}
}

export interface ModelsViewOptions {
  readonly modelStore: LocalModelStore;
  readonly downloads: ModelDownloads;
  readonly modelSelection: Pick<ModelSelection, 'modelFolders' | 'onDidChange'>;
  readonly servedModels: Pick<ServedModels, 'all' | 'onDidChange'>;
  readonly modelForms: Pick<ModelForms, 'textOf' | 'onDidChange'>;
  readonly onError: (thrown: unknown) => void;
}

/** Shows the models on this machine and unfinished downloads. Nothing is read while it is hidden. */
export class ModelsView implements Disposable {
  private readonly disposables = new DisposableStore();
  private readonly provider: ModelsTreeProvider;

  constructor(options: ModelsViewOptions) {
    const { modelStore, downloads, modelSelection, servedModels, modelForms } = options;
    this.provider = this.disposables.add(new ModelsTreeProvider(options));
    const view = this.disposables.add(
      vscode.window.createTreeView(VIEWS.models, {
        treeDataProvider: this.provider,
        showCollapseAll: false,
      }),
    );
    const update = (): void => {
      this.provider.update();
    };
    for (const subscription of [
      modelStore.onDidChange(update),
      downloads.onDidChange(update),
      downloads.onDidProgress((download) => {
        this.provider.advance(download);
      }),
      modelSelection.onDidChange(update),
      servedModels.onDidChange(update),
      modelForms.onDidChange(update),
      // Watchers may have missed files that other programs have written to the cache.
      view.onDidChangeVisibility(({ visible }) => {
        if (visible) modelStore.refresh().catch(options.onError);
      }),
    ]) {
      this.disposables.add(subscription);
    }
  }

  dispose(): void {
    this.disposables.dispose();
  }
}

class ModelsTreeProvider implements vscode.TreeDataProvider<ModelNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<ModelNode | undefined>();
  private readonly nodes = new Map<string, ModelNode>();

  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly options: ModelsViewOptions) {}

  update(): void {
    this.changed.fire(undefined);
  }

  /** Redraws only the row of a download, so that no other loses a click. */
  advance(download: Download): void {
    const row = downloadRow(download);
    const node = this.nodes.get(row.key);
    if (node === undefined) return;
    node.row = row;
    this.changed.fire(node);
  }

  getTreeItem({ row }: ModelNode): vscode.TreeItem {
    const { None, Expanded } = vscode.TreeItemCollapsibleState;
    // An empty heading is expanded as well: it could not be when its first row comes.
    const item = new vscode.TreeItem(row.label, row.target === null ? Expanded : None);
    item.id = row.key;
    item.description = row.description;
    if (row.icon !== '') item.iconPath = new vscode.ThemeIcon(row.icon);
    item.contextValue = row.contextValue;
    item.accessibilityInformation = { label: row.accessibleLabel };
    if (row.tooltip === null) item.tooltip = row.accessibleLabel;
    return item;
  }

  /** Makes the tooltip of a row when the pointer rests on it. */
  resolveTreeItem(item: vscode.TreeItem, { row }: ModelNode): vscode.TreeItem {
    if (row.tooltip !== null) item.tooltip = markdownString(row.tooltip());
    return item;
  }

  async getChildren(node?: ModelNode): Promise<ModelNode[]> {
    if (node !== undefined) return node.row.children.map((row) => this.nodeOf(row));
    const { modelStore, downloads, modelSelection, servedModels, modelForms, onError } =
      this.options;
    try {
      const rows = modelRows({
        models: await modelStore.list(),
        downloads: await downloads.list(),
        usedForHovers: modelSelection.modelFolders(),
        serving: servedModels.all(),
        formOf: (folder) => modelForms.textOf(folder),
        workspaceFolders: workspaceFoldersOnDisk().map(({ uri }) => uri.fsPath),
      });
      return rows.map((row) => this.nodeOf(row));
    } catch (thrown) {
      onError(thrown);
      return [];
    }
  }

  dispose(): void {
    this.changed.dispose();
  }

  private nodeOf(row: ModelsRow): ModelNode {
    const node = this.nodes.get(row.key) ?? new ModelNode(row);
    node.row = row;
    this.nodes.set(row.key, node);
    return node;
  }
}
