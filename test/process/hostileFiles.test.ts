import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeTinyModel } from '../support/tinyModel.js';
import { masklab, type CommandResult } from './commandLine.js';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-hostile-'));
  fs.writeFileSync(path.join(folder, 'a.txt'), 'The whale is a large animal of the sea.\n');
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

/** Runs a command that must end by itself, in little memory. */
const command = (...args: string[]): Promise<CommandResult> => masklab(folder, args);

const NOT_REGULAR = /not a regular file/;

describe.skipIf(process.platform === 'win32')('a file that is no regular file', () => {
  it.each([
    ['a pipe', (file: string) => void execFileSync('mkfifo', [file])],
    [
      'a link to a device',
      (file: string) => {
        fs.symlinkSync('/dev/zero', file);
      },
    ],
  ])('is refused by name where %s is given', async (_what, make) => {
    for (const name of ['a.jsonl', 'p.mask.json', 'list.txt']) make(path.join(folder, name));
    fs.writeFileSync(
      path.join(folder, 'l.mask.json'),
      JSON.stringify({ version: 1, rules: [{ name: 'a', lexicon: 'list.txt' }] }),
    );
    const commands = [
      ['profile', '--data', 'a.jsonl'],
      ['mask', '--data', 'a.txt', '--policy', 'p.mask.json', '--out', 'out.jsonl'],
      ['mask', '--data', 'a.txt', '--policy', 'l.mask.json', '--out', 'out.jsonl'],
    ];
    for (const words of commands) {
      const { code, output } = await command(...words);
      expect(output).toMatch(NOT_REGULAR);
      expect(output).toContain(
        words.includes('l.mask.json')
          ? 'list.txt'
          : words.find((word) => /a\.jsonl|p\.mask/.test(word))!,
      );
      expect([1, 2]).toContain(code);
    }
    for (const name of [
      'config.json',
      'tokenizer.json',
      'model.safetensors',
      'tokenizer_config.json',
    ]) {
      const model = path.join(folder, 'model');
      await writeTinyModel(model, 'the whale and the sea');
      fs.rmSync(path.join(model, name), { force: true });
      make(path.join(model, name));
      const { code, output } = await command('check-model', 'model');
      expect(output).toMatch(NOT_REGULAR);
      expect(output).toContain(name);
      expect(code).toBe(1);
      fs.rmSync(model, { recursive: true });
    }
    const run = path.join(folder, '.masklab/runs/20260101-000000-a');
    fs.mkdirSync(run, { recursive: true });
    for (const name of ['run.json', 'state.json', 'annotations.json', 'metrics.jsonl']) {
      make(path.join(run, name));
    }
    expect((await command('runs')).output).toMatch(NOT_REGULAR);
    expect((await command('resume', '.masklab/runs/20260101-000000-a')).output).toMatch(
      NOT_REGULAR,
    );
  });

  it('is passed over in a folder of data', async () => {
    execFileSync('mkfifo', [path.join(folder, 'b.txt')]);
    fs.symlinkSync('/dev/zero', path.join(folder, 'c.txt'));
    execFileSync('mkfifo', [path.join(folder, '.gitignore')]);
    expect(await command('profile', '--data', '.')).toMatchObject({ code: 0 });
  });
});

describe('JSON that is nested too deeply', () => {
  const deep = '['.repeat(20_000) + ']'.repeat(20_000);

  it.each([
    ['a.jsonl', `{"text":"a whale","label":${deep}}\n`],
    ['a.json', `[{"text":"a whale","label":${deep}}]`],
    ['p.mask.json', `// deep\n{"version":1,"rules":${deep}}`],
    ['model/config.json', `{"model_type":"bert","x":${deep}}`],
    ['model/tokenizer.json', `{"model":${deep}}`],
  ])('is refused by name in %s', async (name, content) => {
    await writeTinyModel(path.join(folder, 'model'), 'the whale and the sea');
    fs.writeFileSync(path.join(folder, name), content);
    const { code, output } = name.startsWith('model')
      ? await command('check-model', 'model')
      : name.startsWith('p')
        ? await command('mask', '--data', 'a.txt', '--policy', name, '--out', 'out.jsonl')
        : await command('profile', '--data', name);
    expect(output).toMatch(/nested too deeply/);
    expect(output).toContain(path.basename(name));
    // A profile passes over such rows and says so.
    expect(code).toBe(name.startsWith('a.') ? 0 : 1);
  });
});
