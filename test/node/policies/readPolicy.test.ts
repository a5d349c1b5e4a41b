import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  findPolicy,
  readPolicy,
  resolvePolicyText,
} from '../../../src/node/policies/readPolicy.js';

let root: string;
let folder: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-policies-'));
  folder = path.join(root, 'run');
  fs.mkdirSync(folder);
});
afterEach(() => {
  fs.rmSync(root, { recursive: true, force: true });
});

function write(name: string, text: string): string {
  const file = path.join(root, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
  return file;
}

const policyWith = (lexicon: string): string =>
  JSON.stringify({ version: 1, rules: [{ name: 'sea', lexicon }] });

describe('readPolicy', () => {
  const options = () => ({ folder });

  it('reads lists into the policy, and takes its name from the file', async () => {
    write('run/words.txt', 'sea\n# a comment\nwhite whale\n');
    write('run/ships.mask.json', `${policyWith('words.txt')} // mine`);
    const policy = await readPolicy('ships.mask.json', options());
    expect(policy.name).toBe('ships');
    expect(policy.rules[0]).toMatchObject({ words: ['sea', 'white whale'] });
    expect(policy.rules[0]).not.toHaveProperty('lexicon');
  });

  it('reads a policy of the gallery by its name, and lists the gallery if there is no such file', async () => {
    expect(await readPolicy('spanbert', options())).toMatchObject({ unit: 'span' });
    await expect(readPolicy('nothing.mask.json', options())).rejects.toThrow(/spanbert/);
  });

  it('names the file of a policy that cannot be used', async () => {
    write('run/bad.mask.json', '{ "version": 1, "rate": 3 }');
    await expect(readPolicy('bad.mask.json', options())).rejects.toMatchObject({
      data: { details: { file: 'bad.mask.json' } },
    });
  });

  it('reads a list next to a policy that is outside the folder of the run, as a preview does', async () => {
    write('shared/words.txt', 'sea\n');
    const file = write('shared/p.mask.json', policyWith('words.txt'));
    const policy = await readPolicy(file, options());
    const previewed = await resolvePolicyText({
      text: fs.readFileSync(file, 'utf8'),
      file,
      workspaceFolder: null,
    });
    expect(policy.rules).toEqual(previewed.rules);
    expect(policy.rules[0]).toMatchObject({ words: ['sea'] });
  });

  it('lets a policy of another workspace folder name lists of that folder', async () => {
    write('shared/lists/words.txt', 'sea\n');
    const file = write('shared/policies/p.mask.json', policyWith('../lists/words.txt'));
    await expect(readPolicy(file, options())).rejects.toMatchObject({
      data: {
        details: {
          problem: {
            id: 'masking.listOutsidePolicyFolder',
            args: { list: '../lists/words.txt', folder: path.dirname(file) },
          },
        },
      },
    });
    const workspaceFolders = [folder, root, path.join(root, 'shared')];
    const policy = await readPolicy(file, { folder, workspaceFolders });
    expect(policy.rules[0]).toMatchObject({ words: ['sea'] });
    expect(await findPolicy(file, { folder, workspaceFolders })).toMatchObject({
      workspaceFolder: path.join(root, 'shared'),
    });
  });
});
