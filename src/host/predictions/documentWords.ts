import * as vscode from 'vscode';
import { MOST_WORD_LENGTH, MOST_WORDS } from '../../protocol/modelServer.js';

/** Time for which the words of a document are kept, so that typing neither costs nor changes answers. */
const KEPT_MILLISECONDS = 60_000;
/** Characters read per document, so that a large one remains cheap. */
const MOST_CHARACTERS = 500_000;
const WORD = new RegExp(
  `(?<![\\p{L}\\p{N}_])\\p{L}{3,${MOST_WORD_LENGTH}}(?![\\p{L}\\p{N}_])`,
  'gu',
);

interface Kept {
  readonly words: readonly string[];
  readonly at: number;
}

/**
 * Words of a document and, after them, of the other open documents: candidates of predictions even
 * if the model spells them with several tokens.
 */
export class DocumentWords {
  private readonly kept = new WeakMap<vscode.TextDocument, Kept>();

  of(document: vscode.TextDocument): readonly string[] {
    const known = this.kept.get(document);
    if (known !== undefined && performance.now() - known.at < KEPT_MILLISECONDS) return known.words;
    const others = vscode.workspace.textDocuments.filter(
      (other) => other !== document && other.languageId === document.languageId,
    );
    const found = new Set<string>();
    for (const each of [document, ...others]) {
      for (const [word] of beginningOf(each).matchAll(WORD)) {
        if (found.size === MOST_WORDS) break;
        found.add(word);
      }
    }
    const words = [...found];
    this.kept.set(document, { words, at: performance.now() });
    return words;
  }
}

function beginningOf(document: vscode.TextDocument): string {
  const end = document.positionAt(MOST_CHARACTERS);
  return document.getText(new vscode.Range(new vscode.Position(0, 0), end));
}
