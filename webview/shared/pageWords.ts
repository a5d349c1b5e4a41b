import * as l10n from '@vscode/l10n';
import type { Message } from '../../src/core/messages/message.js';
import { renderMessage, type Words } from '../../src/core/messages/render.js';

/** The host's part of the page: its translations by English template. */
const { bundle } = JSON.parse(
  document.getElementById('language')?.textContent ?? '{"bundle":{}}',
) as {
  bundle: Record<string, string>;
};
l10n.config({ contents: bundle });

/** The page's words, in the language of the editor around it. */
export const PAGE_WORDS: Words = {
  surface: 'editor',
  locale: document.documentElement.lang,
  translate: (template) => l10n.t(template),
};

/** Text of a message in the language of the editor. */
export function say(message: Message): string {
  return renderMessage(message, PAGE_WORDS);
}
