import path from 'node:path';
import * as vscode from 'vscode';
import type { LocalModel } from '../../core/hub/localModel.js';
import { runFilesOfDraft, type LaunchChanges } from '../../core/specs/launchDraft.js';
import { dataReadingOf, selectionOf } from '../../core/runs/dataSnapshot.js';
import { placeIn } from '../../node/runs/runFileOfRun.js';
import { Channel } from '../../protocol/channel.js';
import {
  LAUNCH_HOST_SIDE,
  LAUNCH_SIDE,
  type LaunchAction,
  type LaunchChoice,
  type LaunchHostSide,
  type LaunchPageState,
  type LaunchSide,
  type LaunchView,
} from '../../protocol/launchPanelMessages.js';
import type { ProfileRequest } from '../../protocol/profilePanelMessages.js';
import { COMMANDS } from '../platform/contributions.js';
import { panelHtml, portOf } from '../platform/webviewPage.js';
import type { LocalModelStore } from '../models/localModelStore.js';
import type { StartDependencies } from '../training/startRun.js';
import { copyDraftAsCommand, launchRuns, saveDraft, type LaunchPlan } from './launchActions.js';
import { LaunchCheck } from './launchCheck.js';
import {
  launchModels,
  launchPolicies,
  launchTasks,
  modelChoice,
  placedModel,
} from './launchLists.js';
import { LaunchSources } from './launchSources.js';

export interface LaunchPanelOptions extends Omit<StartDependencies, 'openPanel'> {
  readonly panel: vscode.WebviewPanel;
  readonly folder: vscode.WorkspaceFolder;
  readonly extensionUri: vscode.Uri;
  readonly bundledModel: string;
  readonly modelStore: Pick<LocalModelStore, 'list'>;
  /** Source to start from, or the state of the page before a reload. */
  readonly initial: { readonly source: string } | LaunchPageState['launch'] | null;
  /** Shows a run in the panel of this page, which ends it. */
  readonly becomeRun: (directory: string) => void;
}

/** Hides the commands for a run from the title of a panel that shows none yet. */
function setPreparing(isPreparing: boolean): void {
  void vscode.commands.executeCommand('setContext', 'masklab.isPreparingRun', isPreparing);
}

/** Host side of the page on which a run is prepared. */
export class LaunchPanel implements vscode.Disposable {
  private readonly channel: Channel<LaunchHostSide, LaunchSide>;
  private readonly sources: LaunchSources;
  private readonly check: LaunchCheck;
  private readonly subscription: vscode.Disposable;
  private state: Pick<LaunchView, 'source' | 'from' | 'draft'> | null = null;
  private policies: LaunchChoice[] = [];
  private isDisposed = false;
  private isActive = false;

  constructor(private readonly options: LaunchPanelOptions) {
    const { panel, folder, extensionUri } = options;
    this.sources = new LaunchSources(folder, options);
    this.check = new LaunchCheck({
      ...options,
      policies: () => this.policies.map(({ value }) => value).filter((value) => value !== ''),
      onDidFind: (findings) => {
        if (!this.isDisposed) this.channel.emit('findings', findings);
      },
    });
    this.channel = new Channel({
      port: portOf(panel.webview),
      local: LAUNCH_HOST_SIDE,
      remote: LAUNCH_SIDE,
      handlers: {
        connect: () => this.connect(),
        edit: (changes) => {
          this.edit(changes);
          return null;
        },
        startFrom: (source) => this.startFrom(source),
        addData: (kind) => this.addData(kind),
        browseModel: () => this.browseModel(),
        act: async (action) => {
          await this.act(action);
          return null;
        },
      },
    });
    this.showActive(panel.active);
    this.subscription = panel.onDidChangeViewState(() => {
      this.showActive(panel.active);
      // Files may have changed while another editor was in front.
      if (panel.visible && this.check.isOld) this.checkAgain();
    });
    panel.title = vscode.l10n.t('New Run');
    panel.iconPath = {
      light: vscode.Uri.joinPath(extensionUri, 'media', 'run-light.svg'),
      dark: vscode.Uri.joinPath(extensionUri, 'media', 'run-dark.svg'),
    };
    panel.webview.html = panelHtml(panel.webview, extensionUri, {
      bundle: 'launch',
      title: vscode.l10n.t('Masklab new run'),
    });
  }

  reveal(): void {
    this.options.panel.reveal();
  }

  /** Replaces the draft by that of a run, in a page that is already open. */
  async showSource(source: string): Promise<void> {
    await this.load(source);
    // The page connects again as if it had been hidden.
    const { panel, extensionUri } = this.options;
    panel.webview.html = panelHtml(panel.webview, extensionUri, {
      bundle: 'launch',
      title: vscode.l10n.t('Masklab new run'),
    });
    panel.reveal();
  }

  dispose(): void {
    this.isDisposed = true;
    // The page of another folder may be in front.
    if (this.isActive) setPreparing(false);
    this.subscription.dispose();
    this.check.dispose();
    this.channel.close({ code: 'Cancelled', details: {} });
  }

  private showActive(isActive: boolean): void {
    // A page behind that of another folder changes nothing.
    if (isActive || this.isActive) setPreparing(isActive);
    this.isActive = isActive;
  }

  private async connect(): Promise<LaunchView> {
    if (this.state === null) await this.restore();
    return this.view();
  }

  /** Shows the source that was asked for; the settings if it cannot be read any more. */
  private async restore(): Promise<void> {
    const { initial, reporter } = this.options;
    const source = initial?.source ?? (await this.sources.usual());
    try {
      await this.load(source);
    } catch (thrown) {
      void reporter.error(thrown);
      await this.load('settings');
    }
    if (initial !== null && 'draft' in initial && this.state !== null) {
      this.state = { ...this.state, draft: { ...this.state.draft, ...initial.draft } };
    }
  }

  private async load(source: string): Promise<void> {
    const from = await this.sources.draftOf(source);
    this.state = { source, from, draft: from };
  }

  private async view(): Promise<LaunchView> {
    const { folder, bundledModel, runStore } = this.options;
    const { source, from, draft } = this.current();
    this.policies = await launchPolicies(draft, folder);
    this.check.check(draft);
    return {
      ...{ source, from, draft },
      folder: folder.uri.fsPath,
      sources: await this.sources.list(source),
      tasks: launchTasks(),
      models: launchModels(draft, {
        ...{ folder, bundledModel, runs: runStore.list() },
        cached: await this.cachedModels(),
      }),
      policies: this.policies,
      findings: this.check.current,
    };
  }

  /** Models of the shared cache; none if they cannot be listed. */
  private async cachedModels(): Promise<readonly LocalModel[]> {
    try {
      return await this.options.modelStore.list();
    } catch (thrown) {
      void this.options.reporter.error(thrown);
      return [];
    }
  }

  private async startFrom(source: string): Promise<LaunchView> {
    await this.load(source);
    return this.view();
  }

  private edit(changes: LaunchChanges): void {
    const state = this.current();
    this.state = { ...state, draft: { ...state.draft, ...changes } };
    this.check.check(this.state.draft);
  }

  private checkAgain(): void {
    if (this.state !== null) this.check.checkAgain(this.state.draft);
  }

  private async addData(kind: 'files' | 'folders'): Promise<string[] | null> {
    const { folder } = this.options;
    const chosen = await vscode.window.showOpenDialog({
      canSelectFolders: kind === 'folders',
      canSelectFiles: kind === 'files',
      canSelectMany: true,
      defaultUri: folder.uri,
      title: vscode.l10n.t('Select the data to train on'),
      openLabel: vscode.l10n.t('Use This Data'),
    });
    if (chosen === undefined || chosen.length === 0) return null;
    const { draft } = this.current();
    const workspaceFolder = folder.uri.fsPath;
    const added = chosen.map(({ fsPath }) =>
      placeIn(fsPath, { workspaceFolder, folder: workspaceFolder }),
    );
    // The whole folder is what a draft begins with; data that is added is meant instead of it.
    const kept = draft.data.filter((one) => one !== '.');
    const data = [...new Set([...kept, ...added])];
    this.edit({ data });
    return data;
  }

  private async browseModel(): Promise<LaunchChoice | null> {
    const { folder } = this.options;
    const chosen = await vscode.window.showOpenDialog({
      ...{ canSelectFiles: false, canSelectFolders: true, defaultUri: folder.uri },
      title: vscode.l10n.t('Select the model to train'),
      openLabel: vscode.l10n.t('Use This Model'),
    });
    const [model] = chosen ?? [];
    return model === undefined ? null : modelChoice(placedModel(model.fsPath, folder));
  }

  private async act(action: LaunchAction): Promise<void> {
    const plan: LaunchPlan = {
      folder: this.options.folder,
      draft: this.current().draft,
      check: this.check,
    };
    switch (action) {
      case 'start':
      case 'queue':
        await this.launch(plan, action);
        return;
      case 'copyAsCommand':
        await copyDraftAsCommand(plan);
        return;
      case 'saveAsRunFile':
        await saveDraft(plan);
        return;
      case 'profileData':
        await vscode.commands.executeCommand(COMMANDS.profileData, this.profileRequest());
        return;
      case 'openPolicy':
        await this.openPolicy();
        return;
      case 'checkAgain':
        this.checkAgain();
        return;
    }
  }

  private async launch(plan: LaunchPlan, action: 'start' | 'queue'): Promise<void> {
    const { becomeRun } = this.options;
    try {
      await launchRuns({ ...this.options, openPanel: becomeRun }, plan, {
        isQueued: action === 'queue',
      });
    } catch (thrown) {
      if (this.isDisposed) {
        void this.options.reporter.error(thrown);
        return;
      }
      this.checkAgain();
      throw thrown;
    }
  }

  private profileRequest(): ProfileRequest {
    const { folder, bundledModel } = this.options;
    const [{ data, exclude, options }] = runFilesOfDraft(this.current().draft);
    const place = { workspaceFolder: folder.uri.fsPath, paths: data, exclude: [...exclude] };
    return {
      title: vscode.l10n.t('New Run'),
      selection: { ...selectionOf(options, place), kind: 'any' },
      reading: dataReadingOf(options),
      modelFolder: bundledModel,
    };
  }

  private async openPolicy(): Promise<void> {
    const { masking } = this.current().draft;
    if (masking.endsWith('.json')) {
      const file = path.resolve(this.options.folder.uri.fsPath, masking);
      await vscode.window.showTextDocument(vscode.Uri.file(file), {
        viewColumn: vscode.ViewColumn.Beside,
      });
    } else await vscode.commands.executeCommand(COMMANDS.newPolicy);
  }

  private current(): NonNullable<LaunchPanel['state']> {
    if (this.state === null) throw new RangeError('the page connects first');
    return this.state;
  }
}
