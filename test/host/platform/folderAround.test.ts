import { homedir } from 'node:os';
import { expect, it, vi } from 'vitest';
import type * as vscode from 'vscode';
import { folderAround } from '../../../src/host/platform/workspace.js';
import { Uri } from '../../support/fakeVscode.js';

const { folders } = vi.hoisted(() => ({ folders: [] as object[] }));
vi.mock('vscode', async () => ({
  ...(await import('../../support/fakeVscode.js')),
  workspace: { getWorkspaceFolder: () => undefined, workspaceFolders: folders },
}));

it('is that of the file, and for a text without a file the first of the workspace or the home folder', () => {
  const folderOf = (uri: object): string => folderAround(uri as vscode.Uri).fsPath;
  const untitled = { scheme: 'untitled', path: 'Untitled-1' };
  expect(folderOf(Uri.file('/notes/a.txt'))).toBe('/notes/a.txt/..');
  expect(folderOf(untitled)).toBe(homedir());
  folders.push({ uri: Uri.file('/project') });
  expect(folderOf(untitled)).toBe('/project');
});
