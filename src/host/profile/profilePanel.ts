import * as vscode from 'vscode';
import { withScore } from '../../core/profile/profileWarnings.js';
import { describeError, inputError, toAppErrorData } from '../../core/errors.js';
import { joinSentences } from '../../core/format.js';
import { problem } from '../../core/messages/message.js';
import { Channel } from '../../protocol/channel.js';
import {
  PROFILE_HOST_SIDE,
  PROFILE_SIDE,
  type ProfileAction,
  type ProfileHostSide,
  type ProfileRequest,
  type ProfileSide,
  type ProfileView,
} from '../../protocol/profilePanelMessages.js';
import type { DataClient } from '../platform/dataClient.js';
import type { ModelClient } from '../models/modelClient.js';
import { panelHtml, portOf } from '../platform/webviewPage.js';
import { openCueRows } from './openCueRows.js';
import { pickShiftedSample } from './pickShiftedSample.js';
import { profileInWorker } from './profileInWorker.js';
import { EDITOR_WORDS } from '../platform/editorWords.js';

export interface ProfilePanelOptions {
  readonly panel: vscode.WebviewPanel;
  readonly request: ProfileRequest;
  readonly extensionUri: vscode.Uri;
  readonly dataClient: DataClient;
  readonly modelClient: ModelClient;
}

/**
 * Host side of a profile panel. The data worker reads the data from the moment the page first
 * connects; a page that reconnects is shown the current view.
 */
export class ProfilePanel implements vscode.Disposable {
  private readonly channel: Channel<ProfileHostSide, ProfileSide>;
  private view: ProfileView;
  private sample: readonly string[] = [];
  private work: AbortController | null = null;
  private isStarted = false;

  constructor(private readonly options: ProfilePanelOptions) {
    const { panel, request, extensionUri } = options;
    this.view = {
      ...{ request, status: 'cancelled', fraction: null, file: '', problem: null, profile: null },
    };
    this.channel = new Channel({
      port: portOf(panel.webview),
      local: PROFILE_HOST_SIDE,
      remote: PROFILE_SIDE,
      handlers: {
        connect: () => {
          if (!this.isStarted) void this.read();
          return this.view;
        },
        act: async (action) => {
          await this.act(action);
          return null;
        },
        openCue: async (asked) => {
          await openCueRows(this.view.request, asked, this.options.dataClient);
          return null;
        },
      },
    });
    panel.title = vscode.l10n.t('Profile: {0}', request.title);
    panel.iconPath = {
      light: vscode.Uri.joinPath(extensionUri, 'media', 'run-light.svg'),
      dark: vscode.Uri.joinPath(extensionUri, 'media', 'run-dark.svg'),
    };
    panel.webview.html = panelHtml(panel.webview, extensionUri, {
      bundle: 'profile',
      title: vscode.l10n.t('Masklab Data Profile'),
    });
  }

  reveal(): void {
    this.options.panel.reveal();
  }

  dispose(): void {
    this.work?.abort();
    this.channel.close({ code: 'Cancelled', details: {} });
  }

  private async act(action: ProfileAction): Promise<void> {
    switch (action) {
      case 'cancel':
        this.work?.abort();
        return;
      case 'readAgain':
        void this.read();
        return;
      case 'score':
        void this.score();
        return;
      case 'chooseShifted': {
        const { selection } = this.view.request;
        const shifted = await pickShiftedSample(selection.workspaceFolder, this.options.dataClient);
        if (shifted !== null) this.compareWith([...shifted]);
        return;
      }
      case 'removeShifted':
        this.compareWith(undefined);
        return;
    }
  }

  /** Profiles the data again, with another shifted sample or none. */
  private compareWith(shifted: string[] | undefined): void {
    this.show({ request: { ...this.view.request, shifted } });
    void this.read();
  }

  private async read(): Promise<void> {
    this.isStarted = true;
    const { dataClient } = this.options;
    const { request, profile: before } = this.view;
    await this.doing('reading', { profile: null, fraction: 0 }, async (signal) => {
      const { profile, sample } = await profileInWorker(dataClient, request, {
        signal,
        onSoFar: ({ profile: soFar, fraction, file }) => {
          this.show({ profile: soFar, fraction, file });
        },
      }).catch((thrown: unknown) => {
        // A sample that cannot be compared does not take the profile away.
        if (toAppErrorData(thrown).code !== 'Cancelled') this.show({ profile: before });
        throw thrown;
      });
      this.sample = sample;
      this.show({ profile });
    });
  }

  private async score(): Promise<void> {
    const { profile } = this.view;
    if (profile === null) return;
    const { modelClient } = this.options;
    const { modelFolder } = this.view.request;
    if (modelFolder === null) return;
    await this.doing('scoring', { fraction: null }, async (signal) => {
      const { score } = await modelClient.follow(
        'scoreTexts',
        { modelFolder, texts: [...this.sample], lane: 'background' },
        {
          signal,
          onProgress: ({ done, total }) => {
            this.show({ fraction: done / total });
          },
        },
      );
      if (score === null) throw inputError(problem('profile.nothingToScore'));
      this.show({ profile: withScore(profile, score) });
    });
  }

  /** Runs work that the view shows until it is done, cancelled or failed; aborts earlier work. */
  private async doing(
    status: 'reading' | 'scoring',
    change: Partial<ProfileView>,
    run: (signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    this.work?.abort();
    const work = new AbortController();
    this.work = work;
    this.show({ ...change, status, file: '', problem: null });
    let ending: Partial<ProfileView> = { status: 'done' };
    try {
      await run(work.signal);
    } catch (thrown) {
      const error = toAppErrorData(thrown);
      const { message, remedy } = describeError(error, EDITOR_WORDS);
      ending =
        error.code === 'Cancelled'
          ? { status: status === 'reading' ? 'cancelled' : 'done' }
          : { status: 'failed', problem: joinSentences(message, remedy) };
    }
    if (this.work !== work) return;
    this.work = null;
    this.show({ ...ending, fraction: null, file: '' });
  }

  private show(change: Partial<ProfileView>): void {
    this.view = { ...this.view, ...change };
    this.channel.emit('view', this.view);
  }
}
