import * as vscode from 'vscode';
import { joinSentences } from '../../core/format.js';
import type { Message, Problem } from '../../core/messages/message.js';
import { renderMessage, renderProblem, type Words } from '../../core/messages/render.js';

/**
 * The editor's words, in the language of its display: English where Masklab has no translation, with
 * numbers and plurals to match.
 */
export const EDITOR_WORDS: Words = {
  surface: 'editor',
  locale: vscode.l10n.bundle === undefined ? 'en-US' : vscode.env.language,
  translate: (template) => vscode.l10n.t(template),
};

/** Text of a message in the language of the editor. */
export function say(message: Message): string {
  return renderMessage(message, EDITOR_WORDS);
}

/** Chooses between the two plural forms of a text by the rules of the editor's language. */
export function plural(count: number, one: string, other: string): string {
  return new Intl.PluralRules(EDITOR_WORDS.locale).select(count) === 'one' ? one : other;
}

/** Text of a problem with its remedy in the language of the editor. */
export function sayProblem(problem: Problem): string {
  const { message, remedy } = renderProblem(problem, EDITOR_WORDS);
  return joinSentences(message, remedy);
}
