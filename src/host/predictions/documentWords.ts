import * as vscode from 'vscode';
import { candidateWords } from '../../core/predict/candidateWords.js';
import { MOST_WORDS } from '../../protocol/modelServer.js';
import type { WorkspaceWords } from './workspaceWords.js';

/** Time for which the words of a document are kept, so that typing neither costs nor changes answers. */
const KEPT_MILLISECONDS = 60_000;
/** Characters read per document, so that a large one remains cheap. */
const MOST_CHARACTERS = 500_000;
interface Kept {
  readonly words: readonly string[];
  /** Those of the workspace among them. */
  readonly shared: readonly string[];
  readonly at: number;
}

/**
 * Words of a document and, after them, of the other open documents and of the files of the workspace:
 * candidates of predictions even if the model spells them with several tokens.
 */
export class DocumentWords {
  private readonly kept = new WeakMap<vscode.TextDocument, Kept>();

  constructor(private readonly workspaceWords: Pick<WorkspaceWords, 'words'>) {}

  of(document: vscode.TextDocument): readonly string[] {
    const shared = this.workspaceWords.words;
    const known = this.kept.get(document);
    const isKept = known?.shared === shared && performance.now() - known.at < KEPT_MILLISECONDS;
    if (isKept) return known.words;
    const others = vscode.workspace.textDocuments.filter(
      (other) => other !== document && other.languageId === document.languageId,
    );
    const found = new Set<string>();
    for (const each of [document, ...others]) {
      addAll(found, candidateWords(beginningOf(each)));
    }
    addAll(found, shared);
    const words = [...found];
    this.kept.set(document, { words, shared, at: performance.now() });
    return words;
  }
}

function addAll(found: Set<string>, words: Iterable<string>): void {
  for (const word of words) {
    if (found.size === MOST_WORDS) break;
    found.add(word);
  }
}

function beginningOf(document: vscode.TextDocument): string {
  const end = document.positionAt(MOST_CHARACTERS);
  return document.getText(new vscode.Range(new vscode.Position(0, 0), end));
}
