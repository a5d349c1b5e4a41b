import * as vscode from 'vscode';
import { toAppErrorData } from '../../../core/errors.js';
import { usesOfWord } from '../../../core/predict/candidateWords.js';
import { suspectWords } from '../../../core/predict/suspectWords.js';
import { leastSurprisal, type WordSuggestion } from '../../../core/predict/wordSuggestion.js';
import { wordsIn } from '../../../core/text/words.js';
import { DisposableStore } from '../../platform/disposables.js';
import { isAssistedIn } from '../documentProse.js';
import type { HoverDependencies } from '../hoverProvider.js';
import { readHoverSettings } from '../hoverSettings.js';
import { BlockScores, type ScoreOptions } from '../surprisal/blockScores.js';
import { allBlocks, blocksToScore, type BlocksToScore } from '../surprisal/blocksToScore.js';
import { linesOf } from '../surprisal/surprisalController.js';
import { onVisibleTextChange } from '../visibleText.js';
import type { WorkspaceWords } from '../workspaceWords.js';
import type { IgnoredWords } from './ignoredWords.js';
import { placed, shownSuggestions, type PlacedSuggestion } from './shownSuggestions.js';
import { readSuggestionSettings } from './suggestionSettings.js';

const DEBOUNCE_MILLISECONDS = 400;
/** Characters in which the uses of a word are counted. */
const MOST_CHARACTERS = 500_000;

/** A suggestion with its range in the document and its diagnostic. */
export interface ShownSuggestion extends WordSuggestion {
  readonly range: vscode.Range;
  readonly diagnostic: vscode.Diagnostic;
}

/** Marks words for which the model prefers another one, in view and about a screen around, if enabled. */
export class SuggestionController implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly collection: vscode.DiagnosticCollection;
  private readonly visible: ReturnType<typeof onVisibleTextChange>;
  private readonly pending = new Map<vscode.TextDocument, AbortController>();
  private readonly shown = new Map<vscode.TextDocument, readonly ShownSuggestion[]>();
  private suggestions = new WeakMap<vscode.TextDocument, BlockScores<WordSuggestion>>();

  constructor(
    private readonly dependencies: HoverDependencies & {
      readonly workspaceWords: Pick<WorkspaceWords, 'countOf'>;
      readonly ignoredWords: IgnoredWords;
    },
  ) {
    this.collection = this.disposables.add(
      vscode.languages.createDiagnosticCollection('masklab.suggestions'),
    );
    this.visible = this.disposables.add(
      onVisibleTextChange(({ document }) => void this.update(document), DEBOUNCE_MILLISECONDS),
    );
    this.disposables.add(
      dependencies.modelSelection.onDidChange(() => {
        this.suggestions = new WeakMap();
        this.visible.all();
      }),
    );
    this.disposables.add(
      vscode.window.onDidChangeVisibleTextEditors((editors) => {
        for (const document of this.shown.keys()) {
          if (!editors.some((editor) => editor.document === document)) this.clear(document);
        }
      }),
    );
    this.visible.all();
  }

  /** Updates all visible editors, for example after a change of settings. */
  refresh(): void {
    this.visible.all();
  }

  /** Suggestions whose words a range touches. */
  at(document: vscode.TextDocument, range: vscode.Range): readonly ShownSuggestion[] {
    const shown = this.shown.get(document) ?? [];
    return shown.filter(
      (found) =>
        found.range.intersection(range) !== undefined &&
        document.getText(found.range) === found.word,
    );
  }

  dispose(): void {
    for (const controller of this.pending.values()) controller.abort();
    this.disposables.dispose();
  }

  private clear(document: vscode.TextDocument): void {
    this.pending.get(document)?.abort();
    if (this.shown.delete(document)) this.collection.delete(document.uri);
  }

  private async update(document: vscode.TextDocument): Promise<void> {
    this.pending.get(document)?.abort();
    if (!readSuggestionSettings(document.uri).isEnabled || !isAssistedIn(document)) {
      this.clear(document);
      return;
    }
    const controller = new AbortController();
    this.pending.set(document, controller);
    try {
      await this.find(document, controller.signal);
    } catch (thrown) {
      const error = toAppErrorData(thrown);
      if (error.code === 'Cancelled' || controller.signal.aborted) return;
      this.dependencies.log.warn(`no suggestions: ${JSON.stringify(error)}`);
    } finally {
      if (this.pending.get(document) === controller) this.pending.delete(document);
    }
  }

  private async find(document: vscode.TextDocument, signal: AbortSignal): Promise<void> {
    const { version } = document;
    const ranges = vscode.window.visibleTextEditors
      .filter((editor) => editor.document === document)
      .flatMap(({ visibleRanges }) => visibleRanges);
    const visible = ranges.map(({ start, end }) => ({ first: start.line, last: end.line }));
    const screenLines = Math.max(1, ...visible.map(({ first, last }) => last - first + 1));
    const plan = { ...blocksToScore(linesOf(document), visible), whole: [] };
    const suggestions = this.suggestionsOf(document);
    for (const blocks of [plan.inView, plan.margin]) {
      for (const { text } of blocks) {
        await suggestions.of(text, { lane: 'visible', signal });
        if (signal.aborted || document.version !== version) return;
      }
      this.show(document, plan, screenLines);
    }
    suggestions.keepOnly(new Set(allBlocks(plan).map(({ text }) => text)));
  }

  private suggestionsOf(document: vscode.TextDocument): BlockScores<WordSuggestion> {
    const known = this.suggestions.get(document);
    if (known !== undefined) return known;
    const suggestions = new BlockScores((text, options) => this.ask(document, text, options));
    this.suggestions.set(document, suggestions);
    return suggestions;
  }

  /** Only words that surprise the model enough are judged; the surprise map asks for the same scores. */
  private async ask(
    document: vscode.TextDocument,
    text: string,
    { lane, signal }: ScoreOptions,
  ): Promise<readonly WordSuggestion[]> {
    const suspects = new Set(suspectWords(text).map(({ start }) => start));
    if (suspects.size === 0) return [];
    const { modelClient, modelSelection } = this.dependencies;
    const modelFolder = modelSelection.modelFolder(document.uri);
    const request = { modelFolder, text, lane } as const;
    const scored = await modelClient.call(
      'scoreWords',
      { ...request, words: wordsIn(text), isPacked: true },
      signal,
    );
    const least = leastSurprisal();
    const words = scored.words
      .filter(({ start, surprisal }) => suspects.has(start) && (surprisal ?? 0) >= least)
      .map(({ start, end }) => ({ start, end }));
    if (words.length === 0) return [];
    return (await modelClient.call('suggestWords', { ...request, words }, signal)).suggestions;
  }

  private show(document: vscode.TextDocument, plan: BlocksToScore, screenLines: number): void {
    const known = this.suggestionsOf(document);
    const all = allBlocks(plan).flatMap((block) => placed(block, known.get(block.text) ?? []));
    const { ignored } = readSuggestionSettings(document.uri);
    const { neverSuggest } = readHoverSettings();
    const { ignoredWords, workspaceWords } = this.dependencies;
    let text: string | null = null;
    const shown = shownSuggestions(all, {
      screenLines,
      isIgnored: ({ word, replacement }) =>
        ignored.has(word) || neverSuggest.has(replacement) || ignoredWords.has(document.uri, word),
      countOf: (word) => {
        text ??= document.getText().slice(0, MOST_CHARACTERS);
        return Math.max(workspaceWords.countOf(word), usesOfWord(text, word));
      },
    });
    const drawn = shown
      .toSorted((a, b) => a.from.line - b.from.line || a.from.character - b.from.character)
      .map(shownSuggestion);
    // Marks that are set again close the hover over them.
    if (areSame(this.shown.get(document) ?? [], drawn)) return;
    this.shown.set(document, drawn);
    this.collection.set(
      document.uri,
      drawn.map(({ diagnostic }) => diagnostic),
    );
  }
}

function shownSuggestion({ from, to, ...suggestion }: PlacedSuggestion): ShownSuggestion {
  const { word, replacement } = suggestion;
  const range = new vscode.Range(from.line, from.character, to.line, to.character);
  const diagnostic = new vscode.Diagnostic(
    range,
    vscode.l10n.t(
      'Did you mean “{0}”? To the model, it fits here better than “{1}”.',
      replacement,
      word,
    ),
    vscode.DiagnosticSeverity.Information,
  );
  diagnostic.source = 'Masklab';
  return { ...suggestion, range, diagnostic };
}

function areSame(a: readonly ShownSuggestion[], b: readonly ShownSuggestion[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ range, word, replacement }, i) => {
      const other = b[i]!;
      return range.isEqual(other.range) && word === other.word && replacement === other.replacement;
    })
  );
}
