import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileProblem } from '../../../src/core/fileProblem.js';
import { closeFile, openFile } from '../../../src/node/files/descriptors.js';
import {
  copyRegularSync,
  openRegular,
  openRegularSync,
  readBytes,
  readBytesSync,
  readText,
} from '../../../src/node/files/regularFile.js';
import { streamBytes } from '../../../src/node/files/streamBytes.js';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-open-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

const at = (name: string): string => path.join(folder, name);

/** Every way to open a file. */
const OPENERS: Readonly<Record<string, (file: string) => unknown>> = {
  openRegular: async (file) => (await openRegular(file)).close(),
  openRegularSync: (file) => {
    fs.closeSync(openRegularSync(file));
  },
  'openRegular without links': async (file) => (await openRegular(file, 'refused')).close(),
  'openRegularSync without links': (file) => {
    fs.closeSync(openRegularSync(file, 'refused'));
  },
  openFile: async (file) => closeFile((await openFile(file)).handle),
  readBytes: (file) => readBytes(file, 100),
  readBytesSync: (file) => readBytesSync(file, 100),
  streamBytes: async (file) => {
    for await (const piece of streamBytes(file)) expect(piece.length).toBeGreaterThan(0);
  },
  copyRegularSync: (file) => {
    copyRegularSync(file, at('copy'));
  },
};

/** Those that are used in run folders. */
const WITHOUT_LINKS = ['openFile', 'openRegular without links', 'openRegularSync without links'];

async function problemOf(open: () => unknown): Promise<string | null> {
  try {
    await open();
    return null;
  } catch (thrown) {
    return fileProblem(thrown).id;
  }
}

describe.skipIf(process.platform === 'win32')('everything that opens files', () => {
  it.each(Object.entries(OPENERS))(
    '%s refuses pipes, devices, sockets and folders by name',
    async (name, open) => {
      execFileSync('mkfifo', [at('pipe')]);
      fs.symlinkSync('/dev/zero', at('zero'));
      fs.symlinkSync(at('loop'), at('loop'));
      fs.symlinkSync(at('pipe'), at('link'));
      fs.mkdirSync(at('folder'));
      const server = net.createServer().listen(at('socket'));
      await new Promise((resolve) => server.once('listening', resolve));
      try {
        for (const other of ['pipe', 'link', 'zero', 'socket']) {
          expect(await problemOf(() => open(at(other))), other).toBe('file.notRegular');
        }
        expect(await problemOf(() => open(at('folder')))).toBe('file.isFolder');
        expect(await problemOf(() => open(at('loop')))).toBe(
          WITHOUT_LINKS.includes(name) ? 'file.notRegular' : 'file.linkLoop',
        );
        expect(await problemOf(() => open(at('none')))).toBe('file.notFound');
        expect(await problemOf(() => open(at('n'.repeat(300))))).toBe('file.nameTooLong');
      } finally {
        server.close();
      }
    },
  );

  it.each(Object.entries(OPENERS))(
    '%s opens regular files, also by a link except in run folders',
    async (name, open) => {
      fs.writeFileSync(at('file'), 'content');
      fs.symlinkSync(at('file'), at('link'));
      expect(await problemOf(() => open(at('file')))).toBeNull();
      expect(await problemOf(() => open(at('link')))).toBe(
        WITHOUT_LINKS.includes(name) ? 'file.notRegular' : null,
      );
    },
  );

  it('reads no more than the limit, whatever the size says', async () => {
    fs.writeFileSync(at('file'), 'x'.repeat(1000));
    expect(await readText(at('file'), 1000)).toHaveLength(1000);
    expect(readBytesSync(at('file'), 1000)).toHaveLength(1000);
    expect(await problemOf(() => readText(at('file'), 999))).toBe('file.tooLarge');
    expect(await problemOf(() => readBytesSync(at('file'), 999))).toBe('file.tooLarge');
    // Refused by its size, without reading it.
    fs.truncateSync(at('file'), 2 ** 40);
    expect(await problemOf(() => readText(at('file'), 2 ** 30))).toBe('file.tooLarge');
  });

  it.skipIf(process.platform !== 'linux')('reads files that say that they are empty', async () => {
    expect((await readText('/proc/self/stat', 1 << 16)).length).toBeGreaterThan(50);
    expect((await readText('/proc/kallsyms', 1 << 27)).length).toBeGreaterThan(100_000);
    expect(await problemOf(() => readText('/proc/kallsyms', 1000))).toBe('file.tooLarge');
  });
});
