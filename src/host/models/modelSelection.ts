import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { BUNDLED_MODEL_FOLDER } from '../../core/models/bundled.js';
import { readRun, runModelFolder } from '../../node/runs/runDirectory.js';
import { modelName } from '../../node/models/modelName.js';
import type { Disposable } from '../platform/disposables.js';

const STATE_KEY = 'masklab.hoverModel';
const SETTING = 'masklab.model';

/**
 * Which model hovers and decorations use: the one that was chosen last in this workspace, else the
 * setting `masklab.model`, else the bundled one. In Restricted Mode always the bundled one. A
 * chosen folder that is gone counts as not chosen.
 */
export class ModelSelection implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<string>();
  /** Fires with the folder of the model that is now in use. */
  readonly onDidChange = this.changed.event;
  private readonly subscriptions: readonly Disposable[];
  private announced: string;

  constructor(private readonly context: vscode.ExtensionContext) {
    this.announced = this.modelFolder;
    this.subscriptions = [
      this.changed,
      vscode.workspace.onDidChangeConfiguration((event) => {
        // What the person did last counts: a changed setting ends an earlier choice.
        if (event.affectsConfiguration(SETTING)) void this.select('');
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        this.refresh();
      }),
    ];
  }

  /** Absolute path of the model folder in use. */
  get modelFolder(): string {
    if (vscode.workspace.isTrusted) {
      const chosen = this.context.workspaceState.get<string>(STATE_KEY, '');
      if (chosen !== '' && isModelFolder(chosen)) return chosen;
      const configured = this.configuredFolder();
      if (configured !== null) return configured;
    }
    return this.bundledFolder;
  }

  get bundledFolder(): string {
    return vscode.Uri.joinPath(this.context.extensionUri, BUNDLED_MODEL_FOLDER).fsPath;
  }

  /** Uses a model folder from now on; an empty string goes back to the default. */
  async select(modelFolder: string): Promise<void> {
    await this.context.workspaceState.update(STATE_KEY, modelFolder || undefined);
    this.refresh();
  }

  /** Looks again at which folders are there, and fires where another model is in use now. */
  refresh(): void {
    const folder = this.modelFolder;
    if (folder === this.announced) return;
    this.announced = folder;
    this.changed.fire(folder);
  }

  /** What a person calls the model: the name of the run that made it, or of its folder. */
  async displayName(): Promise<string> {
    const folder = this.modelFolder;
    const run = path.dirname(folder);
    if (folder === runModelFolder(run)) {
      const { spec } = await readRun(run);
      if (spec !== null) return spec.name;
    }
    return modelName(folder);
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
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
