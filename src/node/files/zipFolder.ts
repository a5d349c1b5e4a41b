import fs from 'node:fs';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { asideOf, renameWithRetries, storageError, sweepAsides } from './storage.js';
import { streamBytes } from './streamBytes.js';

/** Weights hardly get smaller, and compressing them takes longer than all the rest. */
const STORED = /\.(?:safetensors|onnx|onnx_data|tflite|bin)$/;

/**
 * Writes the regular files of a folder to one zip file, in a folder `name`. Files are streamed, one at
 * a time, and may be larger than 4 GiB (ZIP64). The zip file appears when it is complete. Rejects with
 * `Storage`.
 */
export async function zipFolder(folder: string, zip: string, name: string): Promise<void> {
  sweepAsides(path.dirname(zip));
  const aside = asideOf(zip);
  try {
    const archive = new ZipFile();
    const output = archive.outputStream.pipe(new PassThrough());
    const fail = (thrown: Error): void => {
      output.destroy(thrown);
    };
    archive.on('error', fail);
    const entries = await fs.promises.readdir(folder, { withFileTypes: true, recursive: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
      .sort();
    for (const file of files) {
      const { size, mtime } = await fs.promises.stat(path.join(folder, file));
      const options = { size, mtime, mode: 0o100_644, compress: !STORED.test(file) };
      archive.addReadStreamLazy([name, ...file.split(path.sep)].join('/'), options, (use) => {
        use(null, Readable.from(streamBytes(path.join(folder, file))).once('error', fail));
      });
    }
    archive.end();
    await pipeline(output, fs.createWriteStream(aside));
    await renameWithRetries(aside, zip);
  } catch (thrown) {
    await fs.promises.rm(aside, { force: true });
    throw storageError(zip, thrown);
  }
}
