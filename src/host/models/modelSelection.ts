import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { BUNDLED_MODEL_FOLDER } from '../../core/models/bundled.js';
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

/**
 * Model for hovers and decorations: the one selected last in this workspace, otherwise the setting
 * `masklab.model`, otherwise the bundled one. Restricted Mode always uses the bundled one. A selected
 * folder that no longer exists is ignored. The disk is read only when something may have changed.
 */
export class ModelSelection implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<string>();
  /** Fires with the folder of the new model in use. */
  readonly onDidChange = this.changed.event;
  private readonly subscriptions: readonly Disposable[];
  private folder: string;
  private named: Promise<NamedModel>;

  constructor(private readonly context: vscode.ExtensionContext) {
    this.folder = this.resolve();
    this.named = named(this.folder);
    this.subscriptions = [
      this.changed,
      vscode.workspace.onDidChangeConfiguration((event) => {
        // A changed setting overrides an earlier selection.
        if (event.affectsConfiguration(SETTING)) void this.select('');
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        this.refresh();
      }),
      // The setting may be relative to the first workspace folder.
      vscode.workspace.onDidChangeWorkspaceFolders(() => {
        this.refresh();
      }),
    ];
  }

  /** Absolute path of the model folder in use. */
  get modelFolder(): string {
    return this.folder;
  }

  /** The model in use with its name. */
  current(): Promise<NamedModel> {
    return this.named;
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
    const folder = this.resolve();
    if (folder === this.folder) return false;
    this.folder = folder;
    this.named = named(folder);
    this.changed.fire(folder);
    return true;
  }

  /** Updates the name after a run was renamed. Returns true if the model in use is from that run. */
  takeName({ directory, name }: Pick<RunSummary, 'directory' | 'name'>): boolean {
    if (this.folder !== runModelFolder(directory)) return false;
    this.named = Promise.resolve({ folder: this.folder, name });
    return true;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private resolve(): string {
    if (vscode.workspace.isTrusted) {
      const chosen = this.context.workspaceState.get<string>(STATE_KEY, '');
      if (chosen !== '' && isModelFolder(chosen)) return chosen;
      const configured = this.configuredFolder();
      if (configured !== null) return configured;
    }
    return this.bundledFolder;
  }

  private configuredFolder(): string | null {
    const setting = vscode.workspace.getConfiguration().get<string>(SETTING, '').trim();
    if (setting === '') return null;
    const base = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
    return path.resolve(base, setting);
  }
}

function isModelFolder(folder: string): boolean {
  return fs.existsSync(path.join(folder, 'config.json'));
}

async function named(folder: string): Promise<NamedModel> {
  const run = path.dirname(folder);
  const isOfRun = folder === runModelFolder(run);
  return { folder, name: isOfRun ? (await readRun(run)).name : modelName(folder) };
}
