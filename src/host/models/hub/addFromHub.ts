import * as vscode from 'vscode';
import { AppError, inputError } from '../../../core/errors.js';
import { licenseOf } from '../../../core/hub/hubAnswers.js';
import { pageUrl } from '../../../core/hub/hubUrls.js';
import { referenceText, type ModelReference } from '../../../core/hub/repository.js';
import { problem } from '../../../core/messages/message.js';
import { bytesLeft, missingInCache } from '../../../node/hub/downloadModel.js';
import type { UnfinishedModel } from '../../../node/hub/downloadRecords.js';
import { remoteModel, type RemoteModel } from '../../../node/hub/hubApi.js';
import type { HubClient } from '../../../node/hub/hubClient.js';
import { hostOf } from '../../../node/hub/hubFailure.js';
import { readRemoteFacts } from '../../../node/hub/remoteFacts.js';
import type { DataWorkerResponse } from '../../../protocol/dataWorker.js';
import { COMMANDS } from '../../platform/contributions.js';
import type { DataClient } from '../../platform/dataClient.js';
import { EDITOR_WORDS } from '../../platform/editorWords.js';
import { followInNotification } from '../../platform/followInNotification.js';
import { confirm } from '../../platform/notify.js';
import type { MessageAction, Reporter } from '../../platform/reporter.js';
import type { LocalModelStore } from '../localModelStore.js';
import { sizeText, usesText } from '../modelTexts.js';
import type { HubAccess } from './editorHubAccess.js';
import type { ModelDownloads } from './modelDownloads.js';
import { searchHub } from './searchHub.js';

export interface AddFromHubOptions {
  readonly access: HubAccess;
  readonly downloads: ModelDownloads;
  readonly modelStore: Pick<LocalModelStore, 'list' | 'refresh' | 'get'>;
  readonly dataClient: Pick<DataClient, 'call'>;
  readonly reporter: Reporter;
}

type Judged = DataWorkerResponse<'judgeModel'>;

/** A model that was checked, and what is to be downloaded of it. */
interface CheckedModel extends Judged {
  readonly client: HubClient;
  readonly remote: RemoteModel;
  readonly leftBytes: number;
}

/** Searches, checks and downloads models of the hub, each step after an action of the person. */
export class AddFromHub {
  constructor(private readonly options: AddFromHubOptions) {}

  /**
   * Lets the person find and download a model. Resolves to its folder, or to `null` if they did not:
   * errors are reported.
   */
  async ask(): Promise<string | null> {
    const { access, modelStore } = this.options;
    if (!(await access.requireOn())) return null;
    const cached = (await modelStore.list()).filter(({ origin }) => origin === 'cache');
    const onDisk = new Set(cached.filter(({ isComplete }) => isComplete).map(({ name }) => name));
    const reference = await searchHub({ access, onDisk });
    return reference === null ? null : this.add(reference);
  }

  /** Checks a model, asks, and downloads it. Resolves like `ask`. */
  async add(reference: ModelReference): Promise<string | null> {
    try {
      if (!(await this.options.access.requireOn())) return null;
      const checked = await this.check(reference);
      return await this.download(reference, checked);
    } catch (thrown) {
      void this.options.reporter.error(thrown, this.actionsAfter(thrown));
      return null;
    }
  }

  /** Continues a download. Errors are reported. */
  async resume(model: UnfinishedModel): Promise<string | null> {
    try {
      if (!(await this.options.access.requireOn())) return null;
      return await this.start(model);
    } catch (thrown) {
      void this.options.reporter.error(thrown, this.actionsAfter(thrown, model));
      return null;
    }
  }

  private async check(reference: ModelReference): Promise<CheckedModel> {
    const { access, dataClient } = this.options;
    const client = await access.client();
    const { cacheFolder } = client.settings;
    const title = vscode.l10n.t('Checking {0}', referenceText(reference));
    return followInNotification(title, async (report, signal) => {
      const remote = await remoteModel(client, reference, { signal });
      report({
        message: vscode.l10n.t('configuration, tokenizer, first bytes of the weights'),
        percent: 0,
      });
      const facts = await readRemoteFacts(client, remote, signal);
      const judged = await dataClient.call(
        'judgeModel',
        { ...facts, files: [...facts.files], starts: [...facts.starts] },
        signal,
      );
      const missing = await missingInCache(cacheFolder, remote, judged.needed);
      const leftBytes = await bytesLeft(cacheFolder, remote.repository, missing);
      return { ...judged, client, remote, leftBytes };
    });
  }

  private async download(reference: ModelReference, checked: CheckedModel): Promise<string | null> {
    const { remote, verdict, needed, leftBytes } = checked;
    const { problem: reason } = verdict;
    if (reason !== null) {
      const name = referenceText(reference);
      throw inputError(problem('hub.doesNotLoad', { name, reason, remedy: { remedyOf: reason } }));
    }
    if (leftBytes > 0 && !(await this.confirmDownload(checked))) return null;
    const { repository, revision, commit } = remote;
    return this.start({ repository, revision, commit, needed });
  }

  /** Downloads, and offers what to do next. */
  private async start(model: UnfinishedModel): Promise<string | null> {
    const folder = await this.options.downloads.start(model);
    // Not awaited: the message may be open long after the download.
    const offer =
      folder === null ? this.offerResume(model) : this.offerUses(model.repository, folder);
    offer.catch((thrown: unknown) => void this.options.reporter.error(thrown));
    return folder;
  }

  /** Names what is downloaded, from where, and to where. */
  private async confirmDownload({
    client,
    remote,
    verdict,
    leftBytes,
  }: CheckedModel): Promise<boolean> {
    const { endpoint, cacheFolder } = client.settings;
    const { family, parameters, uses } = verdict;
    const number = new Intl.NumberFormat(EDITOR_WORDS.locale);
    const { repository, answer, commit } = remote;
    const detail = [
      vscode.l10n.t(
        '{0} from {1} into the cache that Python tools share, {2}.',
        sizeText(leftBytes),
        hostOf(client.settings),
        cacheFolder,
      ),
      [
        vscode.l10n.t('License: {0}', licenseOf(answer) ?? vscode.l10n.t('not given')),
        ...(family === null ? [] : [vscode.l10n.t('Family: {0}', family)]),
        ...(parameters === null
          ? []
          : [vscode.l10n.t('Parameters: {0}', number.format(parameters))]),
        vscode.l10n.t('Loads here. Can be used for: {0}', usesText(uses)),
        vscode.l10n.t('Commit: {0}', commit),
      ].join('\n'),
    ].join('\n\n');
    const accept = vscode.l10n.t('Download');
    const show = vscode.l10n.t('Show Page');
    const pressed = await confirm(
      vscode.l10n.t('Download {0}?', repository),
      detail,
      ...[accept, show],
    );
    if (pressed === show) await openPage(endpoint, repository);
    return pressed === accept;
  }

  private async offerUses(name: string, folder: string): Promise<void> {
    const { reporter, modelStore } = this.options;
    await modelStore.refresh();
    const uses = modelStore.get(folder)?.uses ?? [];
    await reporter.ask('info', vscode.l10n.t('{0} is ready.', name), [
      ...(uses.includes('hovers')
        ? [
            {
              title: vscode.l10n.t('Use for Hovers'),
              run: () => vscode.commands.executeCommand(COMMANDS.useModelForHovers, { folder }),
            },
          ]
        : []),
      {
        title: vscode.l10n.t('Fine-Tune'),
        run: () => vscode.commands.executeCommand(COMMANDS.fineTuneModel, { folder }),
      },
    ]);
  }

  private async offerResume(model: UnfinishedModel): Promise<void> {
    const { cacheFolder } = await this.options.access.settings();
    const missing = await missingInCache(cacheFolder, model, model.needed);
    const left = await bytesLeft(cacheFolder, model.repository, missing);
    await this.options.reporter.ask(
      'info',
      vscode.l10n.t(
        'The download of {0} is paused. {1} are left.',
        model.repository,
        sizeText(left),
      ),
      [
        { title: vscode.l10n.t('Continue Download'), run: () => this.resume(model) },
        {
          title: vscode.l10n.t('Discard'),
          run: () => this.options.downloads.discard(model),
        },
      ],
    );
  }

  private actionsAfter(thrown: unknown, model?: UnfinishedModel): MessageAction[] {
    const id =
      thrown instanceof AppError && 'problem' in thrown.data.details
        ? thrown.data.details.problem.id
        : null;
    if (id === 'hub.gated' || id === 'hub.gatedForToken' || id === 'hub.tokenRefused') {
      return [
        {
          title: vscode.l10n.t('Set Hub Token…'),
          run: () => vscode.commands.executeCommand(COMMANDS.setHubToken),
        },
      ];
    }
    if (model !== undefined) {
      return [{ title: vscode.l10n.t('Continue Download'), run: () => this.resume(model) }];
    }
    return [{ title: vscode.l10n.t('Search…'), run: () => this.ask() }];
  }
}

async function openPage(endpoint: string, repository: string): Promise<void> {
  await vscode.env.openExternal(vscode.Uri.parse(pageUrl(endpoint, repository), true));
}
