import * as vscode from 'vscode';
import { AppError } from '../../../core/errors.js';
import {
  discardUnfinished,
  type DownloadRecords,
  type RecordState,
  type UnfinishedModel,
} from '../../../node/hub/downloadRecords.js';
import { bytesLeft, downloadModel, missingInCache } from '../../../node/hub/downloadModel.js';
import { hostOf } from '../../../node/hub/hubFailure.js';
import type { TransferProgress } from '../../../node/hub/transfer.js';
import { followInNotification } from '../../platform/followInNotification.js';
import { confirm } from '../../platform/notify.js';
import type { Reporter } from '../../platform/reporter.js';
import { progressText, sizeText } from '../modelTexts.js';
import type { HubAccess } from './editorHubAccess.js';

/** A download that is not finished. */
export interface Download {
  readonly model: UnfinishedModel;
  readonly state: 'active' | RecordState;
  /** `null` before the first bytes, and for downloads of another process. */
  readonly progress: TransferProgress | null;
  /** Bytes that have not arrived yet; `null` while they arrive. */
  readonly leftBytes: number | null;
}

interface ActiveDownload {
  readonly model: UnfinishedModel;
  readonly controller: AbortController;
  /** Resolves to the folder of the model, or to `null` if the download was paused. */
  readonly done: Promise<string | null>;
  progress: TransferProgress | null;
}

export interface ModelDownloadsOptions {
  readonly access: HubAccess;
  readonly records: DownloadRecords;
  readonly reporter: Reporter;
}

/** Time between two changes of a row of progress: a row that is drawn more often loses clicks. */
const THROTTLE_MILLISECONDS = 1000;

/**
 * Downloads of this window and unfinished ones of earlier windows. A download is paused by a person, or
 * interrupted when its window ends, and continues where it stopped in either case.
 */
export class ModelDownloads implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  private readonly progressed = new vscode.EventEmitter<Download>();
  private readonly finished = new vscode.EventEmitter<undefined>();
  private readonly active = new Map<string, ActiveDownload>();
  private readonly advanced = new Set<ActiveDownload>();
  private timer: NodeJS.Timeout | null = null;
  private isDisposed = false;

  /** Fires when a download starts, stops, or is discarded. */
  readonly onDidChange = this.changed.event;
  /** Fires with each active download that has advanced, at most once a second. */
  readonly onDidProgress = this.progressed.event;
  /** Fires when a model is complete. */
  readonly onDidFinish = this.finished.event;

  constructor(private readonly options: ModelDownloadsOptions) {}

  /** Downloads that are not finished. */
  async list(): Promise<Download[]> {
    const { access, records } = this.options;
    const { cacheFolder } = await access.settings();
    const known = await records.list();
    const others = known.filter(({ model }) => !this.active.has(keyOf(model)));
    return [
      ...[...this.active.values()].map(activeDownload),
      ...(await Promise.all(
        others.map(async ({ model, state }): Promise<Download> => ({
          ...{ model, state, progress: null },
          leftBytes: await leftOf(cacheFolder, model),
        })),
      )),
    ];
  }

  /**
   * Downloads what is missing of a model. Resolves to its folder, or to `null` if the person pauses.
   * Rejects with what `downloadModel` rejects with; what has arrived is kept.
   */
  start(model: UnfinishedModel): Promise<string | null> {
    const running = this.active.get(keyOf(model));
    if (running !== undefined) return running.done;
    const controller = new AbortController();
    const entry: ActiveDownload = {
      ...{ model, controller, progress: null },
      done: this.run(model, controller),
    };
    this.active.set(keyOf(model), entry);
    this.changed.fire(undefined);
    return entry.done;
  }

  pause(model: UnfinishedModel): void {
    this.active.get(keyOf(model))?.controller.abort();
  }

  /** Removes what has arrived of a model, after a question. */
  async discard(model: UnfinishedModel): Promise<void> {
    const discard = vscode.l10n.t('Discard Download');
    const answer = await confirm(
      vscode.l10n.t('Discard the unfinished download of {0}?', model.repository),
      vscode.l10n.t('The part that has arrived is removed from the shared cache.'),
      discard,
    );
    if (answer !== discard) return;
    const running = this.active.get(keyOf(model));
    running?.controller.abort();
    await running?.done.catch(() => null);
    await discardUnfinished((await this.options.access.settings()).cacheFolder, model);
    await this.options.records.remove(model);
    this.changed.fire(undefined);
  }

  /** Offers to continue downloads whose window has ended without the person pausing them. */
  async offerInterrupted(resume: (model: UnfinishedModel) => Promise<unknown>): Promise<void> {
    const { access, records, reporter } = this.options;
    if (!access.isOn()) return;
    for (const { model, state, leftBytes } of await this.list()) {
      if (state !== 'interrupted') continue;
      if (leftBytes === null) {
        // Finished in the moment in which its window ended, or by another program.
        await records.remove(model);
        continue;
      }
      const host = hostOf(await access.settings());
      void reporter.ask(
        'info',
        vscode.l10n.t(
          'The download of {0} was interrupted. {1} are left to download from {2}.',
          model.repository,
          sizeText(leftBytes),
          host,
        ),
        [
          { title: vscode.l10n.t('Continue Download'), run: () => resume(model) },
          {
            title: vscode.l10n.t('Pause'),
            run: async () => {
              await records.write(model, 'paused');
              this.changed.fire(undefined);
            },
          },
          { title: vscode.l10n.t('Discard'), run: () => this.discard(model) },
        ],
      );
    }
  }

  dispose(): void {
    this.isDisposed = true;
    if (this.timer !== null) clearTimeout(this.timer);
    for (const { controller } of this.active.values()) controller.abort();
    this.changed.dispose();
    this.progressed.dispose();
    this.finished.dispose();
  }

  private async run(model: UnfinishedModel, controller: AbortController): Promise<string | null> {
    const { access, records } = this.options;
    const key = keyOf(model);
    try {
      const client = await access.client();
      await records.write(model, 'active');
      const title = vscode.l10n.t(
        'Downloading {0} from {1}',
        model.repository,
        hostOf(client.settings),
      );
      const { folder } = await followInNotification(title, (report, signal) => {
        signal.addEventListener('abort', () => {
          controller.abort();
        });
        return downloadModel({
          ...{ client, model, needed: model.needed, signal: controller.signal },
          onProgress: (progress) => {
            const { bytes, totalBytes } = progress;
            const percent = totalBytes === 0 ? 100 : (100 * bytes) / totalBytes;
            report({ message: progressText(progress), percent });
            this.show(key, progress);
          },
        });
      });
      await records.remove(model);
      this.active.delete(key);
      this.finished.fire(undefined);
      return folder;
    } catch (thrown) {
      const isPaused = thrown instanceof AppError && thrown.code === 'Cancelled';
      // A window that ends leaves its record, by which the next one knows that it was interrupted.
      if (!this.isDisposed) await records.write(model, 'paused').catch(() => undefined);
      this.active.delete(key);
      if (isPaused) return null;
      throw thrown;
    } finally {
      this.active.delete(key);
      if (!this.isDisposed) this.changed.fire(undefined);
    }
  }

  private show(key: string, progress: TransferProgress): void {
    const advanced = this.active.get(key);
    if (advanced === undefined) return;
    advanced.progress = progress;
    this.advanced.add(advanced);
    this.timer ??= setTimeout(() => {
      this.timer = null;
      for (const entry of this.advanced) {
        const isActive = this.active.get(keyOf(entry.model)) === entry;
        if (isActive) this.progressed.fire(activeDownload(entry));
      }
      this.advanced.clear();
    }, THROTTLE_MILLISECONDS);
  }
}

function activeDownload({ model, progress }: ActiveDownload): Download {
  return { model, progress, state: 'active', leftBytes: null };
}

function keyOf({ repository, commit }: Pick<UnfinishedModel, 'repository' | 'commit'>): string {
  return `${repository}@${commit}`;
}

/** Bytes that have not arrived; `null` if everything is there. */
async function leftOf(cacheFolder: string, model: UnfinishedModel): Promise<number | null> {
  const missing = await missingInCache(cacheFolder, model, model.needed);
  if (missing.files.length === 0) return null;
  return bytesLeft(cacheFolder, model.repository, missing);
}
