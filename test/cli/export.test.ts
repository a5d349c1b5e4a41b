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

  it('writes a zip file of the folder, and no file that exists', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-export-'));
    try {
      const model = path.join(folder, 'model');
      await writeTinyModel(model, 'The ship met the whale.');
      const to = path.join(folder, 'app');
      const exportAgain = (): Promise<void> =>
        exportCommand(readCommand(EXPORT, [model, '--to', to, '--zip']));
      await exportAgain();
      const zip = fs.readFileSync(`${to}.zip`);
      // Local headers of a zip file.
      for (const name of ['config.json', 'onnx/model.onnx', 'README.md']) {
        expect(zip.includes(`app/${name}`)).toBe(true);
      }
      expect(zip.subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
      expect(fs.readdirSync(folder).sort()).toEqual(['app.zip', 'model']);
      await expect(exportAgain()).rejects.toMatchObject({ code: 'UserInput' });
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
