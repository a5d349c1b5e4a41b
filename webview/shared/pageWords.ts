import * as l10n from '@vscode/l10n';
import type { Message } from '../../src/core/messages/message.js';
import { renderMessage, type Words } from '../../src/core/messages/render.js';

/** Translations that the host put into the page, by English template. */
const { bundle } = JSON.parse(
  document.getElementById('language')?.textContent ?? '{"bundle":{}}',
) as {
  bundle: Record<string, string>;
};
l10n.config({ contents: bundle });

/** Renders messages in the display language of the editor. */
export const PAGE_WORDS: Words = {
  surface: 'editor',
  locale: document.documentElement.lang,
  translate: (template) => l10n.t(template),
};

/** Text of a message in the language of the editor. */
export function say(message: Message): string {
  return renderMessage(message, PAGE_WORDS);
}

/** The text for one or for another number of things, both already in the page's language. */
export function plural(count: number, one: string, other: string): string {
  return new Intl.PluralRules(PAGE_WORDS.locale).select(count) === 'one' ? one : other;
}

/** Parts of a caption or header, joined as the language joins lists without a conjunction. */
export function joinParts(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(PAGE_WORDS.locale.startsWith('zh') ? '，' : ', ');
}
