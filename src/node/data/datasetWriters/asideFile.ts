import fs from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { asideOf, renameWithRetriesSync, storageError, sweepAsides } from '../../files/storage.js';

const BUFFERED_CHARACTERS = 1 << 18;

/** A file that is written to a temporary name and renamed when it is complete. */
export class AsideFile {
  private text: string[] = [];
  private textLength = 0;

  private constructor(
    private readonly target: string,
    private readonly aside: string,
    private readonly handle: FileHandle,
  ) {}

  /** Throws `Storage` if the folder is not writable. */
  static async open(target: string): Promise<AsideFile> {
    sweepAsides(path.dirname(target));
    const aside = asideOf(target);
    try {
      return new AsideFile(target, aside, await fs.promises.open(aside, 'wx'));
    } catch (thrown) {
      throw storageError(target, thrown);
    }
  }

  /** Buffers text. If a promise is returned, await it before appending more. */
  append(text: string): Promise<void> | null {
    this.text.push(text);
    this.textLength += text.length;
    return this.textLength < BUFFERED_CHARACTERS ? null : this.flush();
  }

  async appendBytes(bytes: Uint8Array): Promise<void> {
    await this.flush();
    await this.write(bytes);
  }

  /** Renames the file to its final name. */
  async commit(): Promise<void> {
    await this.flush();
    try {
      await this.handle.sync();
      await this.handle.close();
      renameWithRetriesSync(this.aside, this.target);
    } catch (thrown) {
      throw storageError(this.target, thrown);
    }
  }

  /** Deletes the file. */
  async discard(): Promise<void> {
    await this.handle.close().catch(() => undefined);
    await fs.promises.rm(this.aside, { force: true });
  }

  private async flush(): Promise<void> {
    if (this.textLength === 0) return;
    const bytes = Buffer.from(this.text.join(''), 'utf8');
    this.text = [];
    this.textLength = 0;
    await this.write(bytes);
  }

  private async write(bytes: Uint8Array): Promise<void> {
    try {
      for (let at = 0; at < bytes.length;) {
        at += (await this.handle.write(bytes, at)).bytesWritten;
      }
    } catch (thrown) {
      throw storageError(this.target, thrown);
    }
  }
}
