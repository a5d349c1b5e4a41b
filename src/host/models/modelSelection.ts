import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { BUNDLED_MODEL_FOLDER } from '../../core/models/bundled.js';
import { namedModelFolder } from '../../node/runs/namedModel.js';
import { runModelFolder } from '../../node/runs/runDirectory.js';
import { readRun, type RunSummary } from '../../node/runs/runReader.js';
import { groupThousands } from '../../core/format.js';
import { modelName } from '../../core/models/modelName.js';
import type { Disposable } from '../platform/disposables.js';
import { EDITOR_WORDS } from '../platform/editorWords.js';

const STATE_KEY = 'masklab.hoverModel';
const FOLLOWED_KEY = 'masklab.followedRun';
const SETTING = 'masklab.model';
/** Folder of the models of checkpoints in the storage of the workspace. */
const CHECKPOINTS = 'checkpoints';

/** A model with its display name: that of its run, or of its folder. */
export interface NamedModel {
  readonly folder: string;
  readonly name: string;
}

/**
 * A change of the model in use: another model, a newer checkpoint of the same run, or a run that is
 * followed from now on, or no longer, while the model stays.
 */
export type ModelChange = 'model' | 'checkpoint' | 'followed';

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
  private readonly changed = new vscode.EventEmitter<ModelChange>();
  /** Fires if another model is in use in at least one workspace folder, or a run is followed. */
  readonly onDidChange = this.changed.event;
  private readonly subscriptions: readonly Disposable[];
  /** Models in use by workspace folder, with their names. */
  private inUse: ReadonlyMap<string, { folder: string; named: Promise<NamedModel> }>;

  /** The settings when they were read last. */
  private configured = readConfigured();

  constructor(private readonly context: vscode.ExtensionContext) {
    this.inUse = this.resolve();
    this.subscriptions = [
      this.changed,
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(SETTING)) void this.takeSetting();
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

  /** Directory of the run whose checkpoints hovers follow; `null` without one. */
  get followedRun(): string | null {
    const run = this.context.workspaceState.get<unknown>(FOLLOWED_KEY);
    return typeof run === 'string' && vscode.workspace.isTrusted ? run : null;
  }

  /** Folder with the models of checkpoints of all runs; `null` without a workspace. */
  get checkpointsRoot(): string | null {
    const storage = this.context.storageUri?.fsPath;
    return storage === undefined ? null : path.join(storage, CHECKPOINTS);
  }

  /** Folder for the models of the checkpoints of a run; `null` without a workspace. */
  checkpointsOf(run: string): string | null {
    const root = this.checkpointsRoot;
    return root === null ? null : path.join(root, path.basename(run));
  }

  /** Directories of runs whose models or checkpoints are in use in at least one workspace folder. */
  runDirectories(): string[] {
    return this.modelFolders().flatMap((folder) => this.runOf(folder) ?? []);
  }

  /** Run that a model or a checkpoint is from; `null` for other models. */
  runOf(folder: string): string | null {
    if (this.isCheckpoint(folder)) return this.followedRun;
    const run = path.dirname(folder);
    return folder === runModelFolder(run) ? run : null;
  }

  /** Selects a model folder and follows no run; an empty string restores the default. */
  async select(modelFolder: string): Promise<void> {
    const followed = this.followedRun;
    await this.context.workspaceState.update(FOLLOWED_KEY, undefined);
    await this.context.workspaceState.update(STATE_KEY, modelFolder || undefined);
    if (!this.refresh() && followed !== null) this.changed.fire('followed');
  }

  /** A changed setting overrides an earlier selection; new folders and trust alone do not. */
  private async takeSetting(): Promise<void> {
    const { configured: before } = this;
    this.configured = readConfigured();
    const { isTrusted, folders } = this.configured;
    const isChanged = [...folders].some(
      ([key, setting]) => (before.folders.get(key) ?? setting) !== setting,
    );
    if (isChanged && isTrusted === before.isTrusted) await this.select('');
    else this.refresh();
  }

  /** Follows a run from now on. The model stays until `useCheckpoint` selects one. */
  async follow(run: string): Promise<void> {
    await this.context.workspaceState.update(FOLLOWED_KEY, run);
    if (!this.refresh()) this.changed.fire('followed');
  }

  /** Selects the model of a checkpoint of the followed run. */
  async useCheckpoint(modelFolder: string): Promise<void> {
    await this.context.workspaceState.update(STATE_KEY, modelFolder);
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
    if (isSame) return false;
    const isNewer = [...keys].every((key) =>
      this.areOfOneRun(before.get(key)?.folder, this.inUse.get(key)?.folder),
    );
    this.changed.fire(isNewer ? 'checkpoint' : 'model');
    return true;
  }

  /** Updates the name after a run was renamed. Returns true if the model in use is from that run. */
  takeName({ directory, name }: Pick<RunSummary, 'directory' | 'name'>): boolean {
    const entries = [...this.inUse.values()].filter(
      ({ folder }) => this.runOf(folder) === directory,
    );
    for (const entry of entries) {
      const { folder } = entry;
      entry.named = Promise.resolve({ folder, name: this.nameIn(folder, name) });
    }
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
        return [around?.uri.toString() ?? NO_FOLDER, { folder, named: this.named(folder) }];
      }),
    );
  }

  private async named(folder: string): Promise<NamedModel> {
    const run = this.isCheckpoint(folder) ? this.followedRun : null;
    if (run === null) return { folder, name: await nameOfModel(folder) };
    return { folder, name: this.nameIn(folder, (await readRun(run)).name) };
  }

  /** Name of a model of a run: with its step if it is that of a checkpoint. */
  private nameIn(folder: string, run: string): string {
    if (!this.isCheckpoint(folder)) return run;
    const step = Number(path.basename(folder).replace(/^step-/, ''));
    return vscode.l10n.t('{0} · step {1}', run, groupThousands(step, EDITOR_WORDS.locale));
  }

  private isCheckpoint(folder: string): boolean {
    const { followedRun } = this;
    return followedRun !== null && path.dirname(folder) === this.checkpointsOf(followedRun);
  }

  /** Whether a folder is the checkpoint of a run that is no longer followed. */
  private isOfAnotherRun(folder: string): boolean {
    const isCheckpoint = path.dirname(path.dirname(folder)) === this.checkpointsRoot;
    return isCheckpoint && !this.isCheckpoint(folder);
  }

  private areOfOneRun(before: string | undefined, now: string | undefined): boolean {
    if (before === now) return true;
    return [before, now].every((folder) => folder !== undefined && this.isCheckpoint(folder));
  }

  private folderIn(around: vscode.WorkspaceFolder | undefined): string {
    if (!vscode.workspace.isTrusted) return this.bundledFolder;
    const chosen = this.context.workspaceState.get<string>(STATE_KEY, '');
    if (chosen !== '' && isModelFolder(chosen) && !this.isOfAnotherRun(chosen)) return chosen;
    return configuredFolder(around) ?? this.bundledFolder;
  }
}

/** Empty without a setting, and for a value that is not text. */
function modelSetting(around: vscode.WorkspaceFolder | undefined): string {
  const value = vscode.workspace.getConfiguration(undefined, around?.uri).get<unknown>(SETTING);
  return typeof value === 'string' ? value.trim() : '';
}

interface Configured {
  readonly isTrusted: boolean;
  /** Setting by workspace folder. */
  readonly folders: ReadonlyMap<string, string>;
}

function readConfigured(): Configured {
  const folders = [undefined, ...(vscode.workspace.workspaceFolders ?? [])];
  return {
    isTrusted: vscode.workspace.isTrusted,
    folders: new Map(
      folders.map((around) => [around?.uri.toString() ?? NO_FOLDER, modelSetting(around)]),
    ),
  };
}

/** The setting of a folder; outside of all folders, relative to the first one. */
function configuredFolder(around: vscode.WorkspaceFolder | undefined): string | null {
  const setting = modelSetting(around);
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

/** Name of a model: that of its run, or of its folder. */
export async function nameOfModel(folder: string): Promise<string> {
  const run = path.dirname(folder);
  return folder === runModelFolder(run) ? (await readRun(run)).name : modelName(folder);
}
