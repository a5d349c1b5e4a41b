import type * as vscode from 'vscode';
import { describe, expect, it, vi } from 'vitest';
import { dataPlaceOf, excludedGlobs } from '../../../src/host/platform/excludedGlobs.js';
import { Uri } from '../../support/fakeVscode.js';

const exclude = vi.hoisted(() => new Map<string | undefined, Record<string, unknown>>());
vi.mock('vscode', () => ({
  workspace: {
    getConfiguration: (_section: string, folder?: { fsPath: string }) => ({
      get: (_name: string, fallback: unknown) => exclude.get(folder?.fsPath) ?? fallback,
    }),
  },
}));

const folderOf = (file: string): vscode.Uri => Uri.file(file) as unknown as vscode.Uri;

describe('the globs that the editor hides', () => {
  it('are those of the folder among several', () => {
    exclude.set(undefined, { '**/everywhere': true });
    exclude.set('/one', { '**/drafts': true, '**/shown': false });
    exclude.set('/two', { '**/old': true, '**/*.js': { when: '$(basename).ts' } });
    expect(excludedGlobs(folderOf('/one'))).toEqual(['**/drafts']);
    expect(dataPlaceOf({ uri: folderOf('/two') })).toEqual({
      workspaceFolder: '/two',
      exclude: ['**/old'],
    });
    expect(excludedGlobs(folderOf('/three'))).toEqual([]);
  });
});
