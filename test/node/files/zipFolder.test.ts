import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { zipFolder } from '../../../src/node/files/zipFolder.js';
import { findPython, runPython } from '../../support/python.js';

const READ = `
import base64, json, sys, zipfile
with zipfile.ZipFile(json.load(sys.stdin)) as archive:
    assert archive.testzip() is None
    print(json.dumps([
        [i.filename, i.compress_type == zipfile.ZIP_DEFLATED, base64.b64encode(archive.read(i)).decode()]
        for i in archive.infolist()
    ]))
`;
const python = findPython(['zipfile'], { packages: 'python3' });

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-zip-'));
  fs.mkdirSync(path.join(root, 'folder/onnx'), { recursive: true });
});
afterEach(() => {
  fs.rmSync(root, { recursive: true, force: true });
});

const write = (name: string, content: string | Uint8Array): void => {
  fs.writeFileSync(path.join(root, 'folder', name), content);
};

describe('zipFolder', () => {
  it.skipIf(python === null)('writes what Python reads back', async () => {
    // More than one piece of a stream.
    const weights = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 2_654_435_761) >>> 13);
    write('config.json', '{"größe": 1}\n');
    write('empty.txt', '');
    write('onnx/model.onnx', weights);
    const zip = path.join(root, 'my model.zip');
    await zipFolder(path.join(root, 'folder'), zip, 'mein Modell');
    const read = runPython(python!, READ, zip) as [string, boolean, string][];
    expect(read).toEqual([
      ['mein Modell/config.json', true, Buffer.from('{"größe": 1}\n').toString('base64')],
      ['mein Modell/empty.txt', true, ''],
      ['mein Modell/onnx/model.onnx', false, Buffer.from(weights).toString('base64')],
    ]);
    expect(fs.readdirSync(root).sort()).toEqual(['folder', 'my model.zip']);
  });

  it('leaves nothing behind if a file cannot be read', async () => {
    write('config.json', '{}');
    write('pointer.bin', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n');
    const zip = path.join(root, 'model.zip');
    await expect(zipFolder(path.join(root, 'folder'), zip, 'model')).rejects.toMatchObject({
      code: 'Storage',
    });
    expect(fs.readdirSync(root)).toEqual(['folder']);
  });
});
