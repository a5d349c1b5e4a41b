import type * as vscode from 'vscode';
import { describe, expect, it, vi } from 'vitest';
import { portOf } from '../../../src/host/platform/webviewPage.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));

describe('the port to a page', () => {
  it('leaves no rejection behind when the page is closed', async () => {
    const rejected = vi.fn();
    process.on('unhandledRejection', rejected);
    const webview = {
      postMessage: () => Promise.reject(new Error('Webview is disposed')),
    } as unknown as vscode.Webview;
    portOf(webview).post({ kind: 'reset' });
    await new Promise((resolve) => setTimeout(resolve, 10));
    process.off('unhandledRejection', rejected);
    expect(rejected).not.toHaveBeenCalled();
  });
});
