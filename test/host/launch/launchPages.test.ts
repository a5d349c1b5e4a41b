import { beforeEach, describe, expect, it, vi } from 'vitest';
import * as vscode from 'vscode';
import { LaunchPages, type LaunchPagesOptions } from '../../../src/host/launch/launchPages.js';

const { pages, closed } = vi.hoisted(() => ({
  pages: [] as { becomeRun: (directory: string) => void }[],
  closed: [] as (() => void)[],
}));
vi.mock('vscode', async () => ({
  ...(await import('../../support/fakeVscode.js')),
  ViewColumn: { Active: -1 },
  window: {
    createWebviewPanel: () => ({
      onDidDispose: (listener: () => void) => {
        closed.push(listener);
        return { dispose: () => undefined };
      },
    }),
  },
}));
vi.mock('../../../src/host/launch/launchPanel.js', () => ({
  LaunchPanel: class {
    constructor(options: { becomeRun: (directory: string) => void }) {
      pages.push(options);
    }
    dispose = (): void => undefined;
  },
}));

const shown: string[] = [];
const options = {
  extensionUri: vscode.Uri.file('/extension'),
  panels: {
    adopt: (_panel: unknown, directory: string) => shown.push(`adopted ${directory}`),
    open: (directory: string, focus: object) => shown.push(`${directory} ${JSON.stringify(focus)}`),
  },
} as unknown as LaunchPagesOptions;
const folder = { uri: vscode.Uri.file('/project') } as vscode.WorkspaceFolder;

describe('the page of a run that is prepared', () => {
  beforeEach(() => {
    for (const list of [pages, closed, shown]) list.length = 0;
  });

  it('becomes the panel of its run', async () => {
    await new LaunchPages(options).open(folder, null);
    pages[0]!.becomeRun('/project/run');
    expect(shown).toEqual(['adopted /project/run']);
  });

  it('leaves the run to a panel in the background where a person has closed it', async () => {
    await new LaunchPages(options).open(folder, null);
    closed[0]!();
    pages[0]!.becomeRun('/project/run');
    expect(shown).toEqual(['/project/run {"preserveFocus":true}']);
  });
});
