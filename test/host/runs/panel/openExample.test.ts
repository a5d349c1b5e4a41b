import { beforeEach, describe, expect, it, vi } from 'vitest';
import { openExample } from '../../../../src/host/runs/panel/openExample.js';
import type { RunSpec } from '../../../../src/core/runs/schema.js';
import { editor } from '../../../support/fakeVscode.js';
import type * as RunSpecFile from '../../../../src/node/runs/runSpecFile.js';

const { shown, executed } = vi.hoisted(() => ({
  shown: [] as { file: string; line: number }[],
  executed: [] as string[],
}));
vi.mock('vscode', async () => {
  const fake = await import('../../../support/fakeVscode.js');
  return {
    ...fake,
    ViewColumn: { Beside: -2 },
    commands: { executeCommand: (command: string) => void executed.push(command) },
    window: {
      showTextDocument: (
        { fsPath }: { fsPath: string },
        { selection }: { selection: { start: { line: number } } },
      ) => void shown.push({ file: fsPath, line: selection.start.line }),
    },
  };
});
vi.mock('../../../../src/node/runs/runAudit.js', () => ({
  readRunAudit: () =>
    Promise.resolve({ data: { files: ['new/c.csv', '/etc/hosts', '../.netrc'] } }),
}));
vi.mock('../../../../src/node/runs/runSpecFile.js', async (original) => ({
  isInside: (await original<typeof RunSpecFile>()).isInside,
  readRunSpec: () =>
    Promise.resolve({
      workspaceFolder: '/project',
      data: { files: [{ path: 'data/a.csv' }, { path: '/project/b.parquet' }] },
    } as RunSpec),
}));

describe('an example of a run', () => {
  beforeEach(() => {
    shown.length = 0;
    executed.length = 0;
  });

  it('opens its data file at its line', async () => {
    await openExample('/runs/a', { file: 'data/a.csv', line: 7 });
    expect(shown).toEqual([{ file: '/project/data/a.csv', line: 6 }]);
  });

  it('is opened by the editor itself if extensions are given no text of its file', async () => {
    editor.fileSize = 60_000_000;
    await openExample('/runs/a', { file: 'data/a.csv', line: 7 });
    expect([shown, executed]).toEqual([[], ['vscode.open']]);
    editor.fileSize = 0;
  });

  it('can be a text that was audited, in the folder of the workspace', async () => {
    await openExample('/runs/a', { file: 'new/c.csv', line: 2 });
    expect(shown).toEqual([{ file: '/project/new/c.csv', line: 1 }]);
  });

  it('is shown in the Explorer if no editor shows its format', async () => {
    await openExample('/runs/a', { file: 'b.parquet', line: 7 });
    expect(shown).toEqual([]);
    expect(executed).toEqual(['revealInExplorer']);
  });

  it.each(['../.ssh/id_rsa', '/etc/passwd', 'data/../../secret.csv', '/etc/hosts', '../.netrc'])(
    'opens nothing but data files of the run: %s',
    async (file) => {
      await expect(openExample('/runs/a', { file, line: 1 })).rejects.toMatchObject({
        data: { code: 'UserInput', details: { problem: { id: 'runs.notItsData' } } },
      });
      expect(shown).toEqual([]);
    },
  );
});
