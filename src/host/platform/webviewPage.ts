import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { Port } from '../../protocol/channel.js';
import { EDITOR_WORDS } from './editorWords.js';

/** Folder of the webview's bundle; the page may load nothing else. */
export function webviewRoot(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
}

export interface PanelPage {
  /** Name of the page's script and style sheet. */
  readonly bundle: 'compare' | 'launch' | 'panel' | 'profile';
  readonly title: string;
}

/** The page of a panel. Scripts run by nonce alone; there is no `unsafe-eval`. */
export function panelHtml(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  { bundle, title }: PanelPage,
): string {
  const nonce = randomBytes(16).toString('base64');
  const asset = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(webviewRoot(extensionUri), name)).toString();
  const policy = [
    `default-src 'none'`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${EDITOR_WORDS.locale}">
<head>
<meta charset="UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${title}</title>
<link rel="stylesheet" href="${asset('codicon.css')}" id="vscode-codicon-stylesheet" nonce="${nonce}">
<link rel="stylesheet" href="${asset(`${bundle}.css`)}">
</head>
<body>
<script type="application/json" id="language">${languageData()}</script>
<script type="module" nonce="${nonce}" src="${asset(`${bundle}.js`)}"></script>
</body>
</html>`;
}

/** The editor's translations for the page; `<` is escaped, so that nothing in them ends the script. */
function languageData(): string {
  const bundle = vscode.l10n.bundle ?? {};
  return JSON.stringify({ bundle }).replaceAll('<', '\\u003c');
}

/** The channel's way through a page's messages. */
export function portOf(webview: vscode.Webview): Port {
  return {
    post: (message) => {
      // It is rejected once the page is closed, and then closing the channel rejects what waits.
      webview.postMessage(message).then(undefined, () => undefined);
    },
    onMessage: (listener) => webview.onDidReceiveMessage(listener),
  };
}
