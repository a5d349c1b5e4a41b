import * as vscode from 'vscode';
import { languageName } from '../../core/languageNames.js';
import type { Unread } from '../../core/predict/unreadText.js';
import { SCRIPT_CODES, type Script } from '../../core/text/scripts.js';
import { COMMANDS } from '../platform/contributions.js';
import { EDITOR_WORDS } from '../platform/editorWords.js';
import { notify } from '../platform/notify.js';

/** Says why a model predicts nothing in a text that it never read anything like; `escape` is for names. */
export function unreadReason(
  { script, language }: Unread,
  modelName: string,
  escape: (name: string) => string = (name) => name,
): string {
  const model = escape(modelName);
  if (language !== null) {
    return vscode.l10n.t(
      '{0} was not trained on text in this language ({1}), so it predicts nothing here.',
      model,
      escape(languageName(language, EDITOR_WORDS.locale)),
    );
  }
  return script === null
    ? vscode.l10n.t('{0} never read text like this, so it predicts nothing here.', model)
    : vscode.l10n.t(
        '{0} never read text in this script ({1}), so it predicts nothing here.',
        model,
        escape(scriptName(script)),
      );
}

/** Tells the same in a message that offers another model. */
export async function tellUnread(unread: Unread, modelName: string): Promise<void> {
  const choose = vscode.l10n.t('Select Another Model');
  const pressed = await notify('info', unreadReason(unread, modelName), choose);
  if (pressed === choose) await vscode.commands.executeCommand(COMMANDS.selectHoverModel);
}

function scriptName(script: Script): string {
  const names = new Intl.DisplayNames(EDITOR_WORDS.locale, { type: 'script' });
  return names.of(SCRIPT_CODES[script]) ?? script;
}
