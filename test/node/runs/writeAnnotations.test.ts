import { describeError } from '../../../src/core/errors.js';
import { ENGLISH } from '../../../src/core/messages/render.js';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError, type AppErrorData } from '../../../src/core/errors.js';
import { RunReader } from '../../../src/node/runs/runReader.js';
import { writeAnnotations } from '../../../src/node/runs/writeAnnotations.js';

let directory: string;
let file: string;
beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-annotations-'));
  file = path.join(directory, 'annotations.json');
});
afterEach(() => {
  vi.restoreAllMocks();
  fs.rmSync(directory, { recursive: true, force: true });
});

const content = (): unknown => JSON.parse(fs.readFileSync(file, 'utf8'));

async function errorOf(change: Promise<void>): Promise<AppErrorData> {
  const thrown = await change.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(thrown instanceof AppError)) throw new Error(`No AppError: ${String(thrown)}`);
  return thrown.data;
}

describe('writeAnnotations', () => {
  it('begins a file, which the reader of runs takes up', async () => {
    const reader = new RunReader();
    expect((await reader.read(directory)).annotations).toEqual({ version: 1 });
    await writeAnnotations(directory, { name: 'Best so far', star: true });
    expect(content()).toEqual({ version: 1, name: 'Best so far', star: true });
    expect(await reader.read(directory)).toMatchObject({
      name: 'Best so far',
      annotations: { star: true },
    });
  });

  it('keeps fields that it does not know, and removes those that become null', async () => {
    const kept = { version: 1, star: true, later: { of: [1, null] }, none: null };
    fs.writeFileSync(file, JSON.stringify({ ...kept, name: 'a' }));
    await writeAnnotations(directory, { name: null, tags: ['x'], color: 'blue' });
    expect(content()).toEqual({ ...kept, tags: ['x'], color: 'blue' });
  });

  it('loses none of many changes that are made at once', async () => {
    const changes = [
      { name: 'b' },
      { star: true },
      { notes: 'n' },
      { tags: ['x', 'y'] },
      { hypothesis: 'h' },
      { color: 'red' },
      { name: 'c' },
    ] as const;
    const sameRun = `${directory}/.`;
    await Promise.all(
      changes.map((change, i) => writeAnnotations(i % 2 === 0 ? directory : sameRun, change)),
    );
    expect(content()).toEqual(Object.assign({ version: 1 }, ...changes));
  });

  it('makes the next change after one that failed', async () => {
    fs.writeFileSync(file, '{');
    const refused = errorOf(writeAnnotations(directory, { star: true }));
    const alsoRefused = errorOf(writeAnnotations(directory, { name: 'a' }));
    expect([(await refused).code, (await alsoRefused).code]).toEqual(['UserInput', 'UserInput']);
    fs.rmSync(file);
    await writeAnnotations(directory, { star: true });
    expect(content()).toEqual({ version: 1, star: true });
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    ['is cut off', '{"version": 1, "notes": "lo', /JSON/],
    ['is from a later version', '{"version": 2, "notes": "long"}', /"version"/],
    ['has a field of another type', '{"version": 1, "star": "yes"}', /"star"/],
    ['is a list', '[]', /expected object/i],
    ['is not UTF-8', Uint8Array.from(Buffer.from('{"version":1,"notes":"é"}', 'latin1')), /utf-8/i],
    ['is too large', JSON.stringify({ version: 1, notes: 'x'.repeat(1 << 20) }), /1\.0 MB/],
  ])('refuses a file that %s, and leaves it as it is', async (_, text, reason) => {
    fs.writeFileSync(file, text);
    const error = await errorOf(writeAnnotations(directory, { name: 'a' }));
    expect(error.code).toBe('UserInput');
    const { message, remedy } = describeError(error, ENGLISH);
    expect(message).toContain(file);
    expect(message).toMatch(reason);
    expect(remedy).toMatch(/try again/);
    expect(fs.readFileSync(file).equals(Buffer.from(text))).toBe(true);
    expect(fs.readdirSync(directory)).toEqual(['annotations.json']);
  });

  it.each<[string, () => void]>([
    [
      'a folder',
      () => {
        fs.mkdirSync(file);
      },
    ],
    [
      'a link',
      () => {
        fs.writeFileSync(path.join(directory, 'elsewhere'), '{"version":1}');
        fs.symlinkSync('elsewhere', file);
      },
    ],
  ])('refuses %s in the place of the file', async (_, make) => {
    make();
    const error = await errorOf(writeAnnotations(directory, { star: true }));
    expect(describeError(error, ENGLISH).message).toMatch(/not a (regular )?file/);
    expect(fs.lstatSync(file).isFile()).toBe(false);
  });

  it('leaves the old file, and nothing beside it, when the new one cannot take its place', async () => {
    await writeAnnotations(directory, { notes: 'kept' });
    vi.spyOn(fs.promises, 'rename').mockRejectedValueOnce(
      Object.assign(new Error('no space'), { code: 'ENOSPC' }),
    );
    expect(await errorOf(writeAnnotations(directory, { notes: 'lost' }))).toMatchObject({
      code: 'Storage',
      details: { path: file, reason: 'full' },
    });
    expect(content()).toEqual({ version: 1, notes: 'kept' });
    expect(fs.readdirSync(directory)).toEqual(['annotations.json']);
  });

  it('does not bring back the folder of a deleted run', async () => {
    fs.rmSync(directory, { recursive: true });
    expect((await errorOf(writeAnnotations(directory, { star: true }))).code).toBe('Storage');
    expect(fs.existsSync(directory)).toBe(false);
  });
});
