import * as vscode from 'vscode';
import { addToList, stringsIn } from '../hoverSettings.js';

const SECTION = 'masklab.suggestions';
const MOST_IGNORED = 10_000;

export interface SuggestionSettings {
  readonly isEnabled: boolean;
  /** Words that never get a suggestion, in lower case. */
  readonly ignored: ReadonlySet<string>;
}

/** Reads `masklab.suggestions.*` for a document. Invalid values fall back to the defaults. */
export function readSuggestionSettings(scope: vscode.Uri): SuggestionSettings {
  const configuration = vscode.workspace.getConfiguration(SECTION, scope);
  const ignored = stringsIn(configuration.get<unknown>('ignored')) ?? [];
  return {
    isEnabled: configuration.get<unknown>('enabled') === true,
    ignored: new Set(ignored.slice(0, MOST_IGNORED).map((word) => word.toLowerCase())),
  };
}

/** Adds a word to those that never get a suggestion. */
export function addIgnored(word: string): Promise<void> {
  return addToList(SECTION, 'ignored', word);
}
