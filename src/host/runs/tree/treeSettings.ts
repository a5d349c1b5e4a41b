import * as vscode from 'vscode';
import * as z from 'zod';
import { DisposableStore } from '../../platform/disposables.js';

const KEY = 'masklab.experimentsView';
const IS_FILTERED = 'masklab.isFiltered';

/** Longest filter, order or parameter that is kept, in characters. */
const MAX_LENGTH = 1000;
const text = z.string().max(MAX_LENGTH);

const treeSettingsSchema = z.object({
  /** Query of `runFilter`; empty to show all runs. */
  filter: text.default(''),
  /** Order as `parseOrder` reads it. */
  sort: text.default('date'),
  /** Path of the parameter by which rows are grouped. */
  groupBy: text.nullable().default(null),
});
export type TreeSettings = z.infer<typeof treeSettingsSchema>;

export const DEFAULT_TREE_SETTINGS: TreeSettings = treeSettingsSchema.parse({});

/** Filter, order and grouping of the Experiments view, kept for the workspace. */
export class TreeSettingsStore implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly changed = this.disposables.add(new vscode.EventEmitter<TreeSettings>());
  private settings: TreeSettings;

  readonly onDidChange = this.changed.event;

  constructor(private readonly memory: Pick<vscode.Memento, 'get' | 'update'>) {
    const stored = treeSettingsSchema.safeParse(memory.get<unknown>(KEY));
    this.settings = stored.data ?? DEFAULT_TREE_SETTINGS;
    this.tellMenus();
  }

  get(): TreeSettings {
    return this.settings;
  }

  /** Changes settings and keeps them for the next session. */
  async set(changes: Partial<TreeSettings>): Promise<void> {
    this.show(changes);
    await this.memory.update(KEY, this.settings);
  }

  /** Changes settings for now, as while a filter is typed. */
  show(changes: Partial<TreeSettings>): void {
    this.settings = { ...this.settings, ...changes };
    this.tellMenus();
    this.changed.fire(this.settings);
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private tellMenus(): void {
    const isFiltered = this.settings.filter !== '';
    void vscode.commands.executeCommand('setContext', IS_FILTERED, isFiltered);
  }
}
