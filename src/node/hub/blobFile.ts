import { createHash, type Hash } from 'node:crypto';
import fs from 'node:fs';
import type { HubFile } from '../../core/hub/hubAnswers.js';
import { storageError } from '../files/storage.js';
import { throwIfCancelled } from '../runtime/pace.js';

/** Bytes that are written at once. */
const BATCH = 1 << 20;
const SHA256_DIGITS = 64;
const noFollow = (fs.constants as { readonly O_NOFOLLOW?: number }).O_NOFOLLOW ?? 0;

/**
 * An unfinished blob. Bytes are hashed as they arrive, in pieces of a few tens of microseconds, and
 * written in the background. All bytes of the file are the beginning of the blob, also after a crash.
 */
export class BlobFile {
  /** Bytes that have been appended. */
  position = 0;
  private batch: Uint8Array[] = [];
  private batchBytes = 0;
  private hash: Hash;
  private writing: Promise<void> = Promise.resolve();
  private failure: unknown = null;

  private constructor(
    private readonly path: string,
    private readonly handle: fs.promises.FileHandle,
    private readonly file: HubFile,
  ) {
    this.hash = this.newHash();
  }

  /** Opens the file, and hashes the bytes that an earlier attempt has left. */
  static async open(path: string, file: HubFile, signal?: AbortSignal): Promise<BlobFile> {
    const { O_RDWR, O_CREAT } = fs.constants;
    let handle: fs.promises.FileHandle;
    try {
      handle = await fs.promises.open(path, O_RDWR | O_CREAT | noFollow, 0o644);
    } catch (thrown) {
      throw storageError(path, thrown);
    }
    const blob = new BlobFile(path, handle, file);
    try {
      await blob.hashExisting(signal);
      return blob;
    } catch (thrown) {
      await handle.close();
      throw thrown;
    }
  }

  /** Hashes and queues bytes. Waits while an earlier batch is being written. */
  async append(bytes: Uint8Array): Promise<void> {
    this.hash.update(bytes);
    this.position += bytes.length;
    this.batch.push(bytes);
    this.batchBytes += bytes.length;
    if (this.batchBytes >= BATCH) await this.write();
  }

  /** Drops everything and starts again. */
  async restart(): Promise<void> {
    await this.flush();
    await this.handle.truncate(0);
    this.position = 0;
    this.hash = this.newHash();
  }

  /** Waits until all bytes are written. Throws `Storage`. */
  async flush(): Promise<void> {
    await this.write();
    await this.writing;
    this.throwFailure();
  }

  /** Whether the content has the checksum that the hub names. Only for a file of the whole size. */
  isRight(): boolean {
    return this.hash.digest('hex') === this.file.oid;
  }

  /** Writes everything to the disk itself, so that a blob in place is complete after a crash too. */
  async sync(): Promise<void> {
    await this.flush();
    try {
      await this.handle.datasync();
    } catch (thrown) {
      throw storageError(this.path, thrown);
    }
  }

  async close(): Promise<void> {
    await this.writing;
    await this.handle.close();
  }

  private async write(): Promise<void> {
    await this.writing;
    this.throwFailure();
    if (this.batchBytes === 0) return;
    const { batch, batchBytes } = this;
    const at = this.position - batchBytes;
    this.batch = [];
    this.batchBytes = 0;
    this.writing = this.writeAll(batch, at).catch((thrown: unknown) => {
      this.failure = thrown;
    });
  }

  /** Writes without copying; a write that ends early, as on a disk that fills, is continued. */
  private async writeAll(batch: readonly Uint8Array[], at: number): Promise<void> {
    const { bytesWritten } = await this.handle.writev(batch, at);
    const length = batch.reduce((sum, bytes) => sum + bytes.length, 0);
    if (bytesWritten === length) return;
    let rest = Buffer.concat(batch).subarray(bytesWritten);
    for (let position = at + bytesWritten; rest.length > 0;) {
      const written = await this.handle.write(rest, 0, rest.length, position);
      position += written.bytesWritten;
      rest = rest.subarray(written.bytesWritten);
    }
  }

  private throwFailure(): void {
    if (this.failure !== null) throw storageError(this.path, this.failure);
  }

  private async hashExisting(signal: AbortSignal | undefined): Promise<void> {
    const { size } = await this.handle.stat();
    if (size > this.file.size) {
      await this.handle.truncate(0);
      return;
    }
    const buffer = Buffer.allocUnsafeSlow(BATCH);
    while (this.position < size) {
      throwIfCancelled(signal);
      const { bytesRead } = await this.handle.read(buffer, 0, BATCH, this.position);
      if (bytesRead === 0) return;
      this.hash.update(buffer.subarray(0, bytesRead));
      this.position += bytesRead;
    }
  }

  /** SHA-256 of the content, or SHA-1 as git computes it. */
  private newHash(): Hash {
    const { oid, size } = this.file;
    if (oid.length === SHA256_DIGITS) return createHash('sha256');
    return createHash('sha1').update(`blob ${size}\0`);
  }
}
