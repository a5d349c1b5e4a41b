import * as vscode from 'vscode';
import { MOST_NEVER_SUGGESTED, MOST_NEVER_CHARACTERS } from '../../protocol/modelServer.js';
import { determiningLevel } from '../platform/settings.js';
import type { CodeParts } from '../../core/text/prose/codeProse.js';

const CODE = ['commentsAndStrings', 'comments', 'off'] as const satisfies readonly (
  CodeParts | 'off'
)[];

export interface HoverSettings {
  /** Whether hovers and fills beside masks appear without being asked for. */
  readonly isEnabled: boolean;
  /** Whether hovers appear under the pointer, or only on the command that asks for one. */
  readonly trigger: 'always' | 'command';
  readonly topK: number;
  readonly languages: readonly string[];
  /** Parts of code in which words are predicted. */
  readonly code: CodeParts | 'off';
  /** Words that are never suggested, in lower case. */
  readonly neverSuggest: ReadonlySet<string>;
}

/** File kinds whose text is predicted, by the editor's language identifiers. */
export const DEFAULT_LANGUAGES = [
  ...['plaintext', 'markdown', 'latex', 'tex', 'restructuredtext', 'asciidoc', 'html'],
  ...['git-commit', 'scminput'],
] as const;

const SECTION = 'masklab.hover';

/** Reads `masklab.hover.*`. Invalid values fall back to the defaults. */
export function readHoverSettings(): HoverSettings {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  const topK = configuration.get<unknown>('topK');
  const languages = configuration.get<unknown>('languages');
  const code = configuration.get<unknown>('code');
  return {
    isEnabled: configuration.get<unknown>('enabled') !== false,
    trigger: configuration.get<unknown>('trigger') === 'command' ? 'command' : 'always',
    topK: typeof topK === 'number' && topK >= 1 ? Math.min(Math.trunc(topK), 50) : 5,
    languages: stringsIn(languages) ?? DEFAULT_LANGUAGES,
    code: CODE.find((parts) => parts === code) ?? 'commentsAndStrings',
    neverSuggest: new Set(
      (stringsIn(configuration.get<unknown>('neverSuggest')) ?? [])
        .filter((word) => word.length <= MOST_NEVER_CHARACTERS)
        .slice(0, MOST_NEVER_SUGGESTED)
        .map((word) => word.toLowerCase()),
    ),
  };
}

/** Adds a word to those that are never suggested. */
export function addNeverSuggested(word: string): Promise<void> {
  return addToList(SECTION, 'neverSuggest', word);
}

/** Adds a word to a list, at the level of settings that determines it. */
export async function addToList(section: string, key: string, word: string): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(section);
  const { target, value } = determiningLevel(configuration, key);
  const words = [...new Set([...(stringsIn(value) ?? []), word.toLowerCase()])].sort();
  await configuration.update(key, words, target);
}

/** The strings of a setting; `null` unless it is a list. */
export function stringsIn(value: unknown): string[] | null {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : null;
}
