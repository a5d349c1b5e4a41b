import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { BUNDLED_MODEL_FOLDER } from '../../core/models/bundled.js';
import { namedModelFolder } from '../../node/runs/namedModel.js';
import { runModelFolder } from '../../node/runs/runDirectory.js';
import { readRun, type RunSummary } from '../../node/runs/runReader.js';
import { modelName } from '../../core/models/modelName.js';
import type { Disposable } from '../platform/disposables.js';

const STATE_KEY = 'masklab.hoverModel';
const SETTING = 'masklab.model';

/** A model with its display name: that of its run, or of its folder. */
export interface NamedModel {
  readonly folder: string;
  readonly name: string;
}

/** Something in the workspace that a model is used for; undefined for the workspace as a whole. */
export type ModelScope = vscode.Uri | undefined;

/** Key of the model outside of all workspace folders. */
const NO_FOLDER = '';

/**
 * Model for hovers and decorations in each workspace folder: the one selected last in this workspace,
 * otherwise the setting `masklab.model` of the folder, otherwise the bundled one. Restricted Mode
 * always uses the bundled one. A selected folder that no longer exists is ignored. The disk is read
 * only when something may have changed.
 */
export class ModelSelection implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  /** Fires if another model is in use in at least one workspace folder. */
  readonly onDidChange = this.changed.event;
  private readonly subscriptions: readonly Disposable[];
  /** Models in use by workspace folder, with their names. */
  private inUse: ReadonlyMap<string, { folder: string; named: Promise<NamedModel> }>;

  constructor(private readonly context: vscode.ExtensionContext) {
    this.inUse = this.resolve();
    this.subscriptions = [
      this.changed,
      vscode.workspace.onDidChangeConfiguration((event) => {
        // A changed setting overrides an earlier selection.
        if (event.affectsConfiguration(SETTING)) void this.select('');
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        this.refresh();
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(() => {
        this.refresh();
      }),
    ];
  }

  /** Absolute path of the model folder in use for a document or folder. */
  modelFolder(scope: ModelScope): string {
    return this.entryOf(scope).folder;
  }

  /** The model in use for a document or folder, with its name. */
  current(scope: ModelScope): Promise<NamedModel> {
    return this.entryOf(scope).named;
  }

  /** Model folders in use in at least one workspace folder. */
  modelFolders(): string[] {
    return [...new Set([...this.inUse.values()].map(({ folder }) => folder))];
  }

  get bundledFolder(): string {
    return vscode.Uri.joinPath(this.context.extensionUri, BUNDLED_MODEL_FOLDER).fsPath;
  }

  /** Selects a model folder; an empty string restores the default. */
  async select(modelFolder: string): Promise<void> {
    await this.context.workspaceState.update(STATE_KEY, modelFolder || undefined);
    this.refresh();
  }

  /** Checks which folders exist. Fires and returns true if another model is in use now. */
  refresh(): boolean {
    const before = this.inUse;
    this.inUse = this.resolve();
    const keys = new Set([...before.keys(), ...this.inUse.keys()]);
    const isSame = [...keys].every(
      (key) => before.get(key)?.folder === this.inUse.get(key)?.folder,
    );
    if (!isSame) this.changed.fire(undefined);
    return !isSame;
  }

  /** Updates the name after a run was renamed. Returns true if the model in use is from that run. */
  takeName({ directory, name }: Pick<RunSummary, 'directory' | 'name'>): boolean {
    const folder = runModelFolder(directory);
    const entries = [...this.inUse.values()].filter((entry) => entry.folder === folder);
    for (const entry of entries) entry.named = Promise.resolve({ folder, name });
    return entries.length > 0;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private entryOf(scope: ModelScope): { readonly folder: string; named: Promise<NamedModel> } {
    const around = scope === undefined ? undefined : vscode.workspace.getWorkspaceFolder(scope);
    const key = around?.uri.toString() ?? NO_FOLDER;
    return this.inUse.get(key) ?? this.inUse.get(NO_FOLDER)!;
  }

  private resolve(): typeof this.inUse {
    const folders = vscode.workspace.workspaceFolders ?? [];
    return new Map(
      [undefined, ...folders].map((around) => {
        const folder = this.folderIn(around);
        return [around?.uri.toString() ?? NO_FOLDER, { folder, named: named(folder) }];
      }),
    );
  }

  private folderIn(around: vscode.WorkspaceFolder | undefined): string {
    if (!vscode.workspace.isTrusted) return this.bundledFolder;
    const chosen = this.context.workspaceState.get<string>(STATE_KEY, '');
    if (chosen !== '' && isModelFolder(chosen)) return chosen;
    return configuredFolder(around) ?? this.bundledFolder;
  }
}

/** The setting of a folder; outside of all folders, relative to the first one. */
function configuredFolder(around: vscode.WorkspaceFolder | undefined): string | null {
  const setting = vscode.workspace.getConfiguration(undefined, around?.uri).get(SETTING, '').trim();
  if (setting === '') return null;
  const base = around ?? vscode.workspace.workspaceFolders?.[0];
  const folder = base?.uri.fsPath ?? '';
  try {
    return namedModelFolder(setting, folder);
  } catch {
    // A model that is not in the cache: loading it says so.
    return path.resolve(folder, setting);
  }
}

function isModelFolder(folder: string): boolean {
  return fs.existsSync(path.join(folder, 'config.json'));
}

async function named(folder: string): Promise<NamedModel> {
  return { folder, name: await nameOfModel(folder) };
}

/** Name of a model: that of its run, or of its folder. */
export async function nameOfModel(folder: string): Promise<string> {
  const run = path.dirname(folder);
  return folder === runModelFolder(run) ? (await readRun(run)).name : modelName(folder);
}
