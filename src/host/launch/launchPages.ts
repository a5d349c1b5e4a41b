import * as vscode from 'vscode';
import { launchPageStateSchema, type LaunchPageState } from '../../protocol/launchPanelMessages.js';
import { RUN_PANEL_TYPE } from '../platform/contributions.js';
import { webviewRoot } from '../platform/webviewPage.js';
import { isTrustedForTraining } from '../platform/trust.js';
import { chooseWorkspaceFolder, workspaceFoldersOnDisk } from '../platform/workspace.js';
import type { RunPanels } from '../runs/panel/runPanels.js';
import { LaunchPanel, type LaunchPanelOptions } from './launchPanel.js';
import { draftModel, type ModelPlace } from './launchLists.js';
import { sourceOfModel, sourceOfRun } from './launchSources.js';

export interface LaunchPagesOptions extends Omit<
  LaunchPanelOptions,
  'panel' | 'folder' | 'initial' | 'becomeRun'
> {
  readonly panels: Pick<RunPanels, 'adopt' | 'open'>;
}

/** Open pages on which a run is prepared, one for each workspace folder. */
export class LaunchPages implements vscode.Disposable {
  private readonly pages = new Map<string, LaunchPanel>();

  constructor(private readonly options: LaunchPagesOptions) {}

  /** Opens the page of a folder; `null` starts from the newest run. */
  async open(folder: vscode.WorkspaceFolder, source: string | null): Promise<void> {
    const existing = this.pages.get(folder.uri.toString());
    if (existing !== undefined) {
      if (source === null) existing.reveal();
      else await existing.showSource(source);
      return;
    }
    const panel = vscode.window.createWebviewPanel(
      RUN_PANEL_TYPE,
      vscode.l10n.t('New Run'),
      vscode.ViewColumn.Active,
      this.webviewOptions(),
    );
    this.add(panel, { folder, initial: source === null ? null : { source } });
  }

  /** Opens the page with the data, model and options of a run. */
  async openLike(directory: string): Promise<void> {
    if (!(await isTrustedForTraining())) return;
    const folder = await chooseWorkspaceFolder(vscode.Uri.file(directory));
    await this.open(folder, sourceOfRun(directory));
  }

  /** Opens the page with the settings and a model. */
  async openWithModel(folder: vscode.WorkspaceFolder, model: ModelPlace): Promise<void> {
    if (!(await isTrustedForTraining())) return;
    await this.open(folder, sourceOfModel(draftModel(model, folder, this.options.bundledModel)));
  }

  /** Shows the page of an earlier window again; `false` if the state is not of such a page. */
  restore(panel: vscode.WebviewPanel, state: unknown): boolean {
    const kept = launchPageStateSchema.safeParse(state);
    if (!kept.success) return false;
    const { launch } = kept.data;
    const folder = workspaceFoldersOnDisk().find(({ uri }) => uri.fsPath === launch.folder);
    if (folder === undefined || this.pages.has(folder.uri.toString())) {
      panel.dispose();
      return true;
    }
    panel.webview.options = this.webviewOptions();
    this.add(panel, { folder, initial: launch });
    return true;
  }

  dispose(): void {
    for (const page of this.pages.values()) page.dispose();
  }

  private add(
    panel: vscode.WebviewPanel,
    place: {
      readonly folder: vscode.WorkspaceFolder;
      readonly initial: { readonly source: string } | LaunchPageState['launch'] | null;
    },
  ): void {
    const key = place.folder.uri.toString();
    let isClosed = false;
    const end = (): void => {
      this.pages.delete(key);
      page.dispose();
      subscription.dispose();
    };
    const page = new LaunchPanel({
      ...this.options,
      ...place,
      panel,
      becomeRun: (directory) => {
        // A person may close the page while its run is prepared.
        if (isClosed) {
          this.options.panels.open(directory, { preserveFocus: true });
          return;
        }
        end();
        this.options.panels.adopt(panel, directory);
      },
    });
    const subscription = panel.onDidDispose(() => {
      isClosed = true;
      end();
    });
    this.pages.set(key, page);
  }

  private webviewOptions(): vscode.WebviewOptions {
    return {
      enableScripts: true,
      localResourceRoots: [webviewRoot(this.options.extensionUri)],
    };
  }
}
