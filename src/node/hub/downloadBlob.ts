import fs from 'node:fs';
import path from 'node:path';
import { inputError } from '../../core/errors.js';
import type { HubFile } from '../../core/hub/hubAnswers.js';
import { problem } from '../../core/messages/message.js';
import { asideOf, renameWithRetries } from '../files/storage.js';
import { throwIfCancelled } from '../runtime/pace.js';
import { BlobFile } from './blobFile.js';
import { lockBlob } from './blobLock.js';
import { hasSize, unfinishedBlob, type RepositoryPlaces } from './cacheFolder.js';
import { chunksOf, type HubClient } from './hubClient.js';
import { HubFailure } from './hubFailure.js';
import type { Transfer } from './transfer.js';

/** Seconds without bytes until a download counts as stalled, and until it connects again. */
export interface StallTimes {
  readonly stalledSeconds: number;
  readonly reconnectSeconds: number;
}

const STALL_TIMES: StallTimes = { stalledSeconds: 5, reconnectSeconds: 30 };

export interface BlobDownload {
  readonly client: HubClient;
  readonly url: string;
  readonly file: HubFile;
  /** For errors. */
  readonly repository: string;
  readonly places: RepositoryPlaces;
  readonly transfer: Transfer;
  readonly signal?: AbortSignal | undefined;
  readonly stallTimes?: StallTimes | undefined;
  readonly lockPrograms?: readonly string[] | undefined;
}

/**
 * Downloads a file of the hub to its blob, continuing where an earlier attempt ended. Failures of the
 * network and of the server are retried until the signal is aborted. The blob appears with its name
 * only when its checksum is right.
 *
 * Resolves to whether the blob was made here: another process may have made it meanwhile. Rejects
 * with `UserInput` for a checksum that is wrong twice, `Storage`, `Cancelled`, and `HubFailure` for
 * answers that no retry changes.
 */
export async function downloadBlob(download: BlobDownload): Promise<boolean> {
  const { file, places, transfer, signal, lockPrograms } = download;
  const blob = path.join(places.blobs, file.oid);
  const lock = await lockBlob(path.join(places.locks, `${file.oid}.lock`), {
    signal,
    ...(lockPrograms === undefined ? {} : { programs: lockPrograms }),
    onWait: () => {
      transfer.enter('waiting');
    },
  });
  try {
    if (await hasSize(blob, file.size)) {
      transfer.keep(file.size);
      return false;
    }
    await fs.promises.mkdir(places.blobs, { recursive: true });
    const unfinished = lock.isShared ? unfinishedBlob(places.blobs, file.oid) : asideOf(blob);
    try {
      await new Attempts(download, unfinished).run();
      await renameWithRetries(unfinished, blob);
    } catch (thrown) {
      // Only a file that is locked can be continued.
      if (!lock.isShared) await fs.promises.rm(unfinished, { force: true });
      throw thrown;
    }
    return true;
  } finally {
    await lock.release();
  }
}

/** Attempts to complete one file. */
class Attempts {
  constructor(
    private readonly download: BlobDownload,
    private readonly unfinished: string,
  ) {}

  async run(): Promise<void> {
    const { file, transfer, signal, repository } = this.download;
    transfer.enter('checking');
    const blob = await BlobFile.open(this.unfinished, file, signal);
    transfer.keep(blob.position);
    try {
      for (let isRepeated = false; ; isRepeated = true) {
        await this.complete(blob);
        if (blob.position === file.size && blob.isRight()) break;
        transfer.keep(-blob.position);
        await blob.restart();
        if (!isRepeated) continue;
        throw inputError(problem('hub.wrongChecksum', { file: file.path, name: repository }));
      }
      await blob.sync();
    } finally {
      await blob.close();
    }
  }

  /** Appends the missing bytes, in as many attempts as it takes. */
  private async complete(blob: BlobFile): Promise<void> {
    const { client, file, transfer, signal } = this.download;
    for (let attempt = 1; blob.position < file.size; attempt++) {
      const before = blob.position;
      try {
        await this.receive(blob);
        if (blob.position < file.size)
          throw new HubFailure('network', 'the connection ended early');
      } catch (thrown) {
        await blob.flush();
        throwIfCancelled(signal);
        if (!(thrown instanceof HubFailure) || !thrown.isTransient) throw thrown;
        // Progress shows that the server works again.
        if (blob.position > before) attempt = 1;
        transfer.enter('retrying', thrown.reason);
        await client.waitAfter(attempt, thrown, signal);
      }
    }
    await blob.flush();
  }

  /** Appends the bytes of one answer. */
  private async receive(blob: BlobFile): Promise<void> {
    const { client, url, file, transfer, signal } = this.download;
    const watch = new StallWatch(transfer, this.download.stallTimes ?? STALL_TIMES);
    try {
      const response = await client.request(url, {
        signal: signal === undefined ? watch.signal : AbortSignal.any([watch.signal, signal]),
        headers: rangeHeaders(blob.position, file),
      });
      watch.arrived();
      await this.align(blob, response);
      for await (const chunk of chunksOf(response)) {
        watch.arrived();
        const bytes = chunk.subarray(0, file.size - blob.position);
        transfer.receive(bytes.length);
        await blob.append(bytes);
        if (blob.position === file.size) break;
      }
    } catch (thrown) {
      throw watch.hasReconnected ? new HubFailure('network', 'no bytes arrive') : thrown;
    } finally {
      watch.end();
    }
  }

  /** Starts again if an answer is not the missing part of this very file. */
  private async align(blob: BlobFile, { status, headers }: Response): Promise<void> {
    const { file, transfer } = this.download;
    const length = headers.get('content-length');
    if (status !== 206) {
      if (length !== null && Number(length) !== file.size) {
        throw new HubFailure('unexpected', `${length} bytes instead of ${file.size}`);
      }
      if (blob.position === 0) return;
      transfer.keep(-blob.position);
      await blob.restart();
      return;
    }
    const [, start, total] =
      /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
    if (Number(start) === blob.position && (total === '*' || Number(total) === file.size)) return;
    throw new HubFailure('unexpected', 'another part of the file than requested');
  }
}

/**
 * Asks for the missing part. The hub itself sends the file from its beginning if its validator has
 * changed; hosts that it redirects to have other validators and are not asked to compare them. The
 * commit in the address pins the content, and the checksum decides.
 */
function rangeHeaders(position: number, { oid }: HubFile): Record<string, string> {
  if (position === 0) return {};
  return { range: `bytes=${position}-`, 'if-range': `"${oid}"` };
}

const CHECK_MILLISECONDS = 250;

/** Shows a connection without bytes as stalled, and ends it after some time. */
class StallWatch {
  hasReconnected = false;
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private last = performance.now();

  constructor(transfer: Transfer, { stalledSeconds, reconnectSeconds }: StallTimes) {
    this.timer = setInterval(() => {
      const seconds = (performance.now() - this.last) / 1000;
      if (seconds >= stalledSeconds) transfer.enter('stalled');
      if (seconds < reconnectSeconds) return;
      this.hasReconnected = true;
      this.controller.abort();
    }, CHECK_MILLISECONDS);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  arrived(): void {
    this.last = performance.now();
  }

  end(): void {
    clearInterval(this.timer);
  }
}
