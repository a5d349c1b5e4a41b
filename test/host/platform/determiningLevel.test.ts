import { expect, it, vi } from 'vitest';
import type * as vscode from 'vscode';
import { determiningLevel } from '../../../src/host/platform/settings.js';

vi.mock('vscode', async () => ({
  ...(await import('../../support/fakeVscode.js')),
  ConfigurationTarget: { Global: 1, Workspace: 2, WorkspaceFolder: 3 },
}));

const levelOf = (values: object): unknown =>
  determiningLevel({ inspect: () => values } as unknown as vscode.WorkspaceConfiguration, 'list');

it('takes the innermost level of settings with a value, otherwise that of the user', () => {
  const globalValue = ['user'];
  expect(levelOf({})).toEqual({ target: 1, value: undefined });
  expect(levelOf({ globalValue })).toEqual({ target: 1, value: ['user'] });
  expect(levelOf({ globalValue, workspaceValue: ['both'] })).toEqual({
    target: 2,
    value: ['both'],
  });
  expect(levelOf({ globalValue, workspaceValue: ['both'], workspaceFolderValue: [] })).toEqual({
    target: 3,
    value: [],
  });
});
