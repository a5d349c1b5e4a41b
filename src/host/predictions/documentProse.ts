import * as vscode from 'vscode';
import { blank } from '../../core/text/prose/blank.js';
import { codeSyntax } from '../../core/text/prose/codeSyntax.js';
import { isMixed, proseOf } from '../../core/text/prose/prose.js';
import { LANGUAGE_OF_EXTENSION } from '../../core/text/prose/textLanguages.js';
import { readHoverSettings } from './hoverSettings.js';

/** Longest file whose text is told from its code or markup. In a longer one, nothing is predicted. */
export const MOST_CHARACTERS = 2_000_000;

interface Kept {
  readonly version: number;
  readonly languageId: string;
  readonly code: string;
  readonly prose: string;
}

const kept = new WeakMap<vscode.TextDocument, Kept>();

/** Whether words of a document are predicted, by its language and the settings. */
export function isPredictedIn({ languageId }: vscode.TextDocument): boolean {
  const { languages, code } = readHoverSettings();
  return languages.includes(languageId) || (code !== 'off' && codeSyntax(languageId) !== null);
}

/**
 * Whether masks are filled and words are judged in a document, which goes beyond its hovers: not in
 * Restricted Mode.
 */
export function isAssistedIn(document: vscode.TextDocument): boolean {
  return vscode.workspace.isTrusted && isPredictedIn(document);
}

const EXTENSION = /\.[^./\\]+$/u;

/**
 * Language of the text of a document. VS Code takes files of languages that no extension contributes,
 * such as AsciiDoc, for plain text; the names of the files tell these.
 */
function languageOf({ languageId, uri }: vscode.TextDocument): string {
  if (languageId !== 'plaintext') return languageId;
  const [extension = ''] = EXTENSION.exec(uri.path) ?? [];
  return LANGUAGE_OF_EXTENSION[extension.toLowerCase()] ?? languageId;
}

/**
 * Text of a document as models read it: in code, everything but comments and sentences in strings is
 * replaced by spaces, and in markup, commands and addresses are. Offsets and lines remain.
 */
export function proseIn(document: vscode.TextDocument, range?: vscode.Range): string {
  if (!isMixed(languageOf(document))) return document.getText(range);
  const prose = wholeProse(document);
  return range === undefined
    ? prose
    : prose.slice(document.offsetAt(range.start), document.offsetAt(range.end));
}

/** Whether nothing is predicted in a document because it is too long to tell its text from the rest. */
export function isTooLong(document: vscode.TextDocument): boolean {
  if (!isMixed(languageOf(document))) return false;
  return document.offsetAt(document.lineAt(document.lineCount - 1).range.end) > MOST_CHARACTERS;
}

/** The same of one line. */
export function proseOfLine(document: vscode.TextDocument, line: number): string {
  const { text, range } = document.lineAt(line);
  return isMixed(languageOf(document)) ? proseIn(document, range) : text;
}

function wholeProse(document: vscode.TextDocument): string {
  const { version } = document;
  const languageId = languageOf(document);
  const { code } = readHoverSettings();
  const known = kept.get(document);
  if (known?.version === version && known.languageId === languageId && known.code === code) {
    return known.prose;
  }
  const text = document.getText();
  const prose =
    text.length > MOST_CHARACTERS
      ? blank(text)
      : proseOf(text, languageId, code === 'comments' ? 'comments' : 'commentsAndStrings');
  kept.set(document, { version, languageId, code, prose });
  return prose;
}
