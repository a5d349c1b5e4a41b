import * as vscode from 'vscode';
import { hostOf } from '../../../node/hub/hubFailure.js';
import { notify } from '../../platform/notify.js';
import type { HubAccess } from './editorHubAccess.js';

/** Asks for an access token of the hub and keeps it in the secret storage of the editor. */
export async function askForToken(access: HubAccess): Promise<void> {
  if (!(await access.requireOn())) return;
  const host = hostOf(await access.settings());
  const token = await vscode.window.showInputBox({
    title: vscode.l10n.t('Set Hub Token'),
    prompt: vscode.l10n.t(
      'Access token for {0} with read access. It is kept in the secret storage of the editor and sent to {0} only.',
      host,
    ),
    placeHolder: 'hf_…',
    password: true,
    ignoreFocusOut: true,
    validateInput: (value) =>
      /^\s*$|^\s*[\x21-\x7e]{1,500}\s*$/.test(value)
        ? null
        : vscode.l10n.t('A token has no spaces and only plain characters.'),
  });
  if (token === undefined || token.trim() === '') return;
  await access.storeToken(token.trim());
  void notify('info', vscode.l10n.t('The token for {0} was stored.', host));
}

export async function removeToken(access: HubAccess): Promise<void> {
  const wasThere = await access.removeToken();
  const host = hostOf(await access.settings());
  void notify(
    'info',
    wasThere
      ? vscode.l10n.t('The token for {0} was removed.', host)
      : vscode.l10n.t('There is no stored token for {0}.', host),
  );
}
