import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXPORT, exportCommand } from '../../src/cli/export.js';
import { readCommand } from '../../src/cli/usage.js';
import { writeTinyModel } from '../support/tinyModel.js';

const run = (...args: string[]): Promise<void> =>
  exportCommand(readCommand(EXPORT, ['missing', '--to', 'somewhere', ...args]));

describe('masklab export', () => {
  it('writes a LiteRT model with the lengths that are given', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-export-'));
    try {
      const model = path.join(folder, 'model');
      const to = path.join(folder, 'app');
      await writeTinyModel(model, 'The ship met the whale.');
      const args = ['--to', to, '--format', 'litert', '--lengths', '16,8', '--masked-rows', '1'];
      await exportCommand(readCommand(EXPORT, [model, ...args]));
      const facts = JSON.parse(fs.readFileSync(path.join(to, 'litert.json'), 'utf8')) as {
        signatures: { name: string; outputs: { shape: number[] }[] }[];
      };
      expect(facts.signatures.map(({ name }) => name)).toEqual(['length_8', 'length_16']);
      expect(facts.signatures[1]!.outputs[0]!.shape[0]).toBe(1);
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });

  it.each(['12,a', '0', '8,,16', '1.5', Array.from({ length: 17 }, (_, i) => i + 1).join()])(
    'refuses the lengths %s',
    async (lengths) => {
      await expect(run('--format', 'litert', '--lengths', lengths)).rejects.toThrow(
        /--lengths must be up to 16 whole numbers/,
      );
    },
  );

  it.each([
    ['--lengths', '8'],
    ['--masked-rows', '2'],
  ])('refuses %s of other formats', async (flag, value) => {
    await expect(run(flag, value)).rejects.toThrow(`${flag} is used only with --format litert`);
  });

  it('refuses masked rows that are no count', async () => {
    await expect(run('--format', 'litert', '--masked-rows', 'all')).rejects.toThrow(
      /--masked-rows must be a whole number/,
    );
  });
});
