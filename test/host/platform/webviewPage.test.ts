import * as vscode from 'vscode';
import { describe, expect, it, vi } from 'vitest';
import { panelHtml, portOf } from '../../../src/host/platform/webviewPage.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));

describe('a page', () => {
  it('has the translations of the editor as data that cannot end its script', () => {
    const hostile = { 'Log of the run': '</script><img src=x onerror=alert(1)>' };
    vi.spyOn(vscode.l10n, 'bundle', 'get').mockReturnValue(hostile);
    const webview = { asWebviewUri: (uri: unknown) => uri, cspSource: 'self' } as never;
    const html = panelHtml(webview, vscode.Uri.file('/extension'), {
      bundle: 'panel',
      title: 'Run',
    });
    const [, data = ''] = /<script type="application\/json" id="language">(.*?)<\/script>/.exec(
      html,
    )!;
    expect(JSON.parse(data)).toEqual({ bundle: hostile });
    expect(html).not.toContain('<img');
  });
});

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
