import * as vscode from 'vscode';

export interface HoverSettings {
  readonly isEnabled: boolean;
  readonly topK: number;
  readonly languages: readonly string[];
}

/** Reads `masklab.hover.*`. Invalid values fall back to the defaults. */
export function readHoverSettings(): HoverSettings {
  const configuration = vscode.workspace.getConfiguration('masklab.hover');
  const topK = configuration.get<unknown>('topK');
  const languages = configuration.get<unknown>('languages');
  return {
    isEnabled: configuration.get<unknown>('enabled') !== false,
    topK: typeof topK === 'number' && topK >= 1 ? Math.min(Math.trunc(topK), 50) : 5,
    languages: Array.isArray(languages)
      ? languages.filter((language) => typeof language === 'string')
      : ['plaintext', 'markdown'],
  };
}
