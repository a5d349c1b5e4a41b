import { beforeEach, describe, expect, it, vi } from 'vitest';
import { COMMANDS } from '../../../src/host/platform/contributions.js';
import { Uri } from '../../support/fakeVscode.js';
import type { RunActions } from '../../../src/host/runs/runActions.js';
import { registerRunCommands } from '../../../src/host/runs/registerRunCommands.js';

vi.mock('vscode', async () => ({
  ...(await import('../../support/fakeVscode.js')),
  ThemeColor: vi.fn(),
  TreeItem: vi.fn(),
  l10n: { t: (text: string) => text },
  workspace: { workspaceFolders: [{ uri: { scheme: 'file', fsPath: '/open' } }] },
}));

const commands = new Map<string, (target: unknown) => unknown>();
const done: string[] = [];
beforeEach(() => {
  commands.clear();
  done.length = 0;
  const act =
    (name: string) =>
    (directory: string): void => {
      done.push(`${name} ${directory}`);
    };
  registerRunCommands({
    runStore: {
      ready: () => Promise.resolve(),
      list: () => [],
      get: () => undefined,
      refresh: () => Promise.resolve(),
    },
    queue: { moveToFront: () => Promise.resolve() },
    sources: { activeRun: () => '/open/.masklab/runs/active', selectedRows: () => [] },
    actions: { reveal: act('reveal'), resume: act('resume') } as unknown as RunActions,
    openPanel: act('open'),
    newRunLike: () => Promise.resolve(),
    audit: () => Promise.resolve(),
    openAuditReport: () => Promise.resolve(),
    showAudit: () => Promise.resolve(),
    crossValidate: () => Promise.resolve(),
    draftStudy: () => Promise.resolve(),
    registerCommand: (id, run) => {
      commands.set(id, run);
      return { dispose: () => undefined };
    },
  });
});

describe('run commands', () => {
  it('act on the run of the active panel when its title runs them', async () => {
    await commands.get(COMMANDS.revealRun)!(Uri.file('webview-panel'));
    expect(done).toEqual(['reveal /open/.masklab/runs/active']);
  });

  it('act on the runs of open folders', async () => {
    await commands.get(COMMANDS.revealRun)!('/open/.masklab/runs/a');
    await commands.get(COMMANDS.openRun)!('/open/.masklab/runs/a/');
    expect(done).toEqual(['reveal /open/.masklab/runs/a', 'open /open/.masklab/runs/a']);
  });

  it.each([
    '/elsewhere/victim',
    '/open',
    '/open/.masklab/runs',
    '/open/.masklab/runs/a/../../..',
    '/open/.masklab/runs/a/checkpoints',
    '/other/.masklab/runs/a',
    '.',
  ])('refuse %s', async (target) => {
    for (const id of [COMMANDS.revealRun, COMMANDS.resumeRun, COMMANDS.openRun]) {
      await expect(Promise.resolve().then(() => commands.get(id)!(target))).rejects.toMatchObject({
        data: { code: 'UserInput', details: { problem: { id: 'runs.notOfWorkspace' } } },
      });
    }
    expect(done).toEqual([]);
  });
});
