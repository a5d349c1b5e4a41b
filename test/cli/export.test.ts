import { describe, expect, it } from 'vitest';
import { EXPORT, exportCommand } from '../../src/cli/export.js';
import { readCommand } from '../../src/cli/usage.js';

const run = (...args: string[]): Promise<void> =>
  exportCommand(readCommand(EXPORT, ['missing', '--to', 'somewhere', ...args]));

describe('masklab export', () => {
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
