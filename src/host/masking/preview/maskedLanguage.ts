import * as vscode from 'vscode';
import { REPLACEMENTS } from '../../../protocol/preview.js';
import { DisposableStore, type Disposable } from '../../platform/disposables.js';
import { EDITOR_WORDS, say } from '../../platform/editorWords.js';
import { markdownString } from '../../platform/markdownString.js';
import { MASKED_SCHEME, type MaskedDocuments } from './maskedDocuments.js';
import { maskIndicesWithin } from './planQueries.js';
import { LINKED_COMMANDS, maskMarkdown } from './previewMarkdown.js';
import { REPLACEMENT_STYLES } from './replacementStyles.js';

type Kind = (typeof REPLACEMENTS)[number];

/** Registers the legend above masked texts, and hovers with the original words. */
export function registerMaskedLanguage(masked: MaskedDocuments): Disposable {
  const disposables = new DisposableStore();
  const selector = { scheme: MASKED_SCHEME };
  const changed = disposables.add(new vscode.EventEmitter<void>());
  disposables.add(
    masked.onDidRender(() => {
      changed.fire();
    }),
  );
  disposables.add(
    vscode.languages.registerCodeLensProvider(selector, {
      onDidChangeCodeLenses: changed.event,
      provideCodeLenses: (document) => legendOf(masked, document),
    }),
  );
  disposables.add(
    vscode.languages.registerHoverProvider(selector, {
      provideHover: (document, position) => hoverAt(masked, document, position),
    }),
  );
  return disposables;
}

/** One entry per kind of replacement in the text, with its count and line style. */
function legendOf(masked: MaskedDocuments, document: vscode.TextDocument): vscode.CodeLens[] {
  const shown = masked.shown(document);
  if (shown === null) return [];
  const counts = REPLACEMENTS.map(() => 0);
  for (const kind of shown.masks.replacements) counts[kind]!++;
  const top = new vscode.Range(0, 0, 0, 0);
  return REPLACEMENTS.flatMap((kind, at) => {
    if (counts[at] === 0) return [];
    const line = say(REPLACEMENT_STYLES[kind].line);
    const title = LABELS[kind](counts[at]!.toLocaleString(EDITOR_WORDS.locale), line);
    return [new vscode.CodeLens(top, { title, command: '' })];
  });
}

const LABELS: Readonly<Record<Kind, (count: string, line: string) => string>> = {
  mask: (count, line) => vscode.l10n.t('Masked: {0} ({1})', count, line),
  random: (count, line) => vscode.l10n.t('Replaced by a random word: {0} ({1})', count, line),
  keep: (count, line) => vscode.l10n.t('Kept unchanged: {0} ({1})', count, line),
};

function hoverAt(
  masked: MaskedDocuments,
  document: vscode.TextDocument,
  position: vscode.Position,
): vscode.Hover | null {
  const shown = masked.shown(document);
  const source = masked.sourceOf(document);
  const plan = source?.plan;
  if (shown === null || source === undefined || plan === null || plan === undefined) return null;
  // Offsets into the original hold as long as it has not changed since.
  if (source.document.version !== shown.version) return null;
  const offset = document.offsetAt(position);
  const { masks, sourceStarts, sourceEnds } = shown;
  const [at] = maskIndicesWithin(masks, { start: offset, end: offset + 1 });
  if (at === undefined) return null;
  const rangeIn = (of: vscode.TextDocument, start: number, end: number): vscode.Range =>
    new vscode.Range(of.positionAt(start), of.positionAt(end));
  const range = rangeIn(document, masks.starts[at]!, masks.ends[at]!);
  const original = rangeIn(source.document, sourceStarts[at]!, sourceEnds[at]!);
  const word = {
    uri: source.document.uri.toString(),
    word: source.document.getText(original),
    rule: masks.rules[at]!,
    replacement: masks.replacements[at]!,
    replacementText: document.getText(range),
  };
  return new vscode.Hover(markdownString(maskMarkdown(word, plan), LINKED_COMMANDS), range);
}
