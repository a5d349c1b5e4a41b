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

/** A model with what a person calls it: the name of the run that made it, or of its folder. */
export interface NamedModel {
  readonly folder: string;
  readonly name: string;
}

/**
 * Which model hovers and decorations use: the one that was chosen last in this workspace, else the
 * setting `masklab.model`, else the bundled one. In Restricted Mode always the bundled one. A
 * chosen folder that is gone counts as not chosen. The disk is read when something may have changed
 * and never by who asks for the model.
 */
export class ModelSelection implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<string>();
  /** Fires with the folder of the model that is now in use. */
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
        // What the person did last counts: a changed setting ends an earlier choice.
        if (event.affectsConfiguration(SETTING)) void this.select('');
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        this.refresh();
      }),
      // The setting may be relative to the first of them.
      vscode.workspace.onDidChangeWorkspaceFolders(() => {
        this.refresh();
      }),
    ];
  }

  /** Absolute path of the model folder in use. */
  get modelFolder(): string {
    return this.folder;
  }

  /** The model in use and its name, which belong together. */
  current(): Promise<NamedModel> {
    return this.named;
  }

  get bundledFolder(): string {
    return vscode.Uri.joinPath(this.context.extensionUri, BUNDLED_MODEL_FOLDER).fsPath;
  }

  /** Uses a model folder from now on; an empty string goes back to the default. */
  async select(modelFolder: string): Promise<void> {
    await this.context.workspaceState.update(STATE_KEY, modelFolder || undefined);
    this.refresh();
  }

  /** Looks again at which folders are there. True where another model is in use now; that fires. */
  refresh(): boolean {
    const folder = this.resolve();
    if (folder === this.folder) return false;
    this.folder = folder;
    this.named = named(folder);
    this.changed.fire(folder);
    return true;
  }

  /** Takes over the name of a run, as after a rename. True if the model in use is that run's. */
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
