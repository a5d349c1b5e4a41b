import * as vscode from 'vscode';
import { objectiveOfRun } from '../../../core/objectives/objectives.js';
import type { RunFollower } from '../../../node/runs/followRun.js';
import { runModelFolder } from '../../../node/runs/runDirectory.js';
import { readRunSpec, type RunSummary } from '../../../node/runs/runReader.js';
import { Channel } from '../../../protocol/channel.js';
import {
  PANEL_HOST_SIDE,
  PANEL_SIDE,
  type PanelAction,
  type PanelHostSide,
  type PanelSide,
  type RunView,
} from '../../../protocol/runPanelMessages.js';
import type { HoverModel, RunActions } from '../runActions.js';
import type { RunStore } from '../runStore.js';
import { DisposableStore } from '../../platform/disposables.js';
import { COMMANDS } from '../../platform/contributions.js';
import { profileOfRun } from '../../profile/profileOfRun.js';
import { collectRunView } from './collectRunView.js';
import { panelHtml, portOf } from '../../platform/webviewPage.js';
import { replayRun } from './replayRun.js';

export interface RunPanelOptions {
  readonly panel: vscode.WebviewPanel;
  readonly directory: string;
  readonly extensionUri: vscode.Uri;
  readonly runStore: RunStore;
  readonly actions: RunActions;
  readonly modelSelection: HoverModel & { readonly onDidChange: vscode.Event<unknown> };
}

/**
 * The host's half of a run panel. The page is thrown away while it is hidden; each time it comes
 * up it connects, the run is replayed to it, and from then on only new rows are sent.
 */
export class RunPanel implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly channel: Channel<PanelHostSide, PanelSide>;
  private follower: RunFollower | null = null;
  private latest: RunSummary | null = null;

  constructor(private readonly options: RunPanelOptions) {
    const { panel, directory, runStore, extensionUri, modelSelection } = options;
    this.channel = new Channel({
      port: portOf(panel.webview),
      local: PANEL_HOST_SIDE,
      remote: PANEL_SIDE,
      handlers: {
        connect: () => this.connect(),
        act: async (action) => {
          await this.act(action);
          return null;
        },
      },
    });
    panel.iconPath = {
      light: vscode.Uri.joinPath(extensionUri, 'media', 'run-light.svg'),
      dark: vscode.Uri.joinPath(extensionUri, 'media', 'run-dark.svg'),
    };
    this.disposables.add(
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.disconnect();
      }),
    );
    const showAgain = (): void => {
      if (this.latest !== null) this.channel.emit('run', this.viewOf(this.latest));
    };
    this.disposables.add(modelSelection.onDidChange(showAgain));
    this.disposables.add(
      runStore.onDidChange((change) => {
        if (change.directory !== directory || change.run === null) return;
        panel.title = change.run.name;
        this.latest = change.run;
        showAgain();
      }),
    );
    panel.webview.html = panelHtml(panel.webview, extensionUri, {
      bundle: 'panel',
      title: 'Masklab run',
    });
  }

  reveal(): void {
    this.options.panel.reveal();
  }

  close(): void {
    this.options.panel.dispose();
  }

  dispose(): void {
    this.disconnect();
    this.channel.close({ code: 'Cancelled', details: {} });
    this.disposables.dispose();
  }

  private async connect(): Promise<RunView> {
    this.disconnect();
    const { directory, runStore, panel } = this.options;
    const run = await runStore.update(directory);
    if (run === null) {
      return {
        directory,
        id: directory,
        name: directory,
        status: 'unreadable',
        problem: 'This run is no longer on the disk.',
        remedy: null,
        setup: null,
        metrics: objectiveOfRun(null).metrics,
        samplesMasks: false,
        fillsMasks: false,
        state: null,
        hasModel: false,
        isUsedForHovers: false,
      };
    }
    panel.title = run.name;
    this.latest = run;
    // Rows go out after the answer: the page starts from an empty run.
    setTimeout(() => {
      if (panel.visible) this.follow();
    });
    return this.viewOf(run);
  }

  private follow(): void {
    this.disconnect();
    const { channel } = this;
    this.follower = replayRun(this.options.directory, channel, (run) => {
      this.latest = run;
      channel.emit('run', this.viewOf(run));
    });
  }

  private disconnect(): void {
    this.follower?.dispose();
    this.follower = null;
  }

  private viewOf(run: RunSummary): RunView {
    const { directory, modelSelection } = this.options;
    return collectRunView(run, {
      isUsedForHovers: modelSelection.modelFolder === runModelFolder(directory),
    });
  }

  private async act(action: PanelAction): Promise<void> {
    const { actions, directory } = this.options;
    switch (action) {
      case 'stop':
        await actions.stop(directory);
        return;
      case 'resume':
        await actions.resume(directory);
        return;
      case 'useForHovers':
        await actions.useForHovers(directory);
        return;
      case 'profileData':
        await vscode.commands.executeCommand(
          COMMANDS.profileData,
          profileOfRun(await readRunSpec(directory)),
        );
        return;
      case 'reveal':
        await actions.reveal(directory);
        return;
      case 'showLog':
        await actions.showLog(directory);
        return;
    }
  }
}
