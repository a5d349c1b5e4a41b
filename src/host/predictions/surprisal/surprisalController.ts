import * as vscode from 'vscode';
import { toAppErrorData } from '../../../core/errors.js';
import { excessOf } from '../../../core/predict/excessScale.js';
import { pseudoPerplexity } from '../../../core/predict/pseudoPerplexity.js';
import type { ScoredWord } from '../../../core/predict/scoreWords.js';
import { wordsIn } from '../../../core/text/words.js';
import { DisposableStore } from '../../platform/disposables.js';
import type { HoverDependencies } from '../hoverProvider.js';
import { proseOfLine } from '../documentProse.js';
import { readHoverSettings } from '../hoverSettings.js';
import { onVisibleTextChange } from '../visibleText.js';
import { BlockScores, type ScoreOptions } from './blockScores.js';
import { allBlocks, blocksToScore, type BlocksToScore } from './blocksToScore.js';
import { NOT_SCORED, shadedRanges, wordsInView, type EditorShading } from './editorShading.js';
import { ModelScales } from './modelScales.js';
import { hasHighContrast, shadeDecorations } from './shadeDecorations.js';
import { shadeBounds } from './surprisalScale.js';
import { readPercentile } from './surprisalSettings.js';
import type { Lines, TextBlock } from './textBlocks.js';

const DEBOUNCE_MILLISECONDS = 250;
const STATE_KEY = 'masklab.isSurprisalShown';

/**
 * Shades words by their excess surprisal while switched on, also after a reload of the window: first
 * those in view, then about a screen before and after, then the document from its beginning.
 */
export class SurprisalController implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private themeKind = vscode.window.activeColorTheme.kind;
  private shades: readonly vscode.TextEditorDecorationType[];
  private readonly pending = new Map<vscode.TextEditor, AbortController>();
  private readonly visible: ReturnType<typeof onVisibleTextChange>;
  private readonly shadings = new WeakMap<vscode.TextEditor, EditorShading>();
  /** Editors whose shades are those of an earlier checkpoint until all words in view are scored. */
  private readonly replaced = new WeakSet<vscode.TextEditor>();
  private scores = new WeakMap<vscode.TextDocument, BlockScores>();
  private readonly scales: ModelScales;
  private readonly changed = this.disposables.add(new vscode.EventEmitter<undefined>());
  /** Fires when shading is switched on or off, and when words are scored or shaded differently. */
  readonly onDidChange = this.changed.event;
  private triedPercentile: number | null = null;
  private isShown: boolean;

  constructor(
    private readonly dependencies: HoverDependencies,
    private readonly memory: vscode.Memento,
  ) {
    const { modelClient, modelSelection, log } = dependencies;
    this.isShown = memory.get<unknown>(STATE_KEY) === true;
    this.shades = shadeDecorations(this.themeKind);
    this.scales = new ModelScales({
      bundledFolder: modelSelection.bundledFolder,
      ask: async (modelFolder, signal) => {
        const request = { modelFolder, lane: 'background' } as const;
        return (await modelClient.call('excessScale', request, signal)).scale;
      },
      onDidChange: () => {
        this.visible.all();
      },
      onError: (error) => {
        log.warn(`no percentiles of surprisal: ${JSON.stringify(error)}`);
      },
    });
    this.visible = this.disposables.add(
      onVisibleTextChange((editor) => void this.update(editor), DEBOUNCE_MILLISECONDS),
    );
    this.disposables.add(
      modelSelection.onDidChange((change) => {
        if (change === 'followed') return;
        this.forget();
        if (change === 'checkpoint') {
          for (const editor of vscode.window.visibleTextEditors) this.replaced.add(editor);
        }
        this.visible.all();
      }),
    );
    this.disposables.add(
      vscode.window.onDidChangeActiveColorTheme(({ kind }) => {
        this.takeTheme(kind);
      }),
    );
    this.disposables.add(
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        this.changed.fire(undefined);
      }),
    );
    if (this.isOn) this.visible.all();
  }

  /** Whether words are shaded: not in Restricted Mode, even if shading was switched on before. */
  get isOn(): boolean {
    return this.isShown && vscode.workspace.isTrusted;
  }

  /** Whether words of a document are shaded while shading is on. */
  isFor({ languageId }: vscode.TextDocument): boolean {
    return readHoverSettings().languages.includes(languageId);
  }

  /** Scores of an editor, whatever the percentile. */
  shadingOf(editor: vscode.TextEditor): EditorShading {
    return this.shadings.get(editor) ?? NOT_SCORED;
  }

  /** Percentile from which words of a document are shaded. */
  percentileOf({ uri }: vscode.TextDocument): number {
    return this.triedPercentile ?? readPercentile(uri);
  }

  /** Number of words in view that are shaded from a percentile on. */
  shadedInView(
    editor: vscode.TextEditor,
    percentile: number = this.percentileOf(editor.document),
  ): number {
    const shading = this.shadingOf(editor);
    const [bound = Infinity] = shadeBounds(percentile, shading.scale);
    const { words } = wordsInView(shading, editor.visibleRanges);
    return words.filter(({ excess }) => excess >= bound).length;
  }

  /** Scores a block, for example beyond what is in view. */
  score(
    document: vscode.TextDocument,
    { text }: TextBlock,
    options: ScoreOptions,
  ): Promise<readonly ScoredWord[]> {
    return this.scoresOf(document).of(text, options);
  }

  async turn(isOn: boolean): Promise<void> {
    if (isOn === this.isShown) return;
    this.isShown = isOn;
    if (isOn) {
      this.visible.all();
    } else {
      this.forget();
      for (const editor of vscode.window.visibleTextEditors) this.show(editor, NOT_SCORED);
    }
    this.changed.fire(undefined);
    await this.memory.update(STATE_KEY, isOn || undefined);
  }

  /** Shades by another percentile until `null` restores that of the settings. */
  tryPercentile(percentile: number | null): void {
    this.triedPercentile = percentile;
    this.redraw();
  }

  /** Draws known scores again, for example after a change of the percentile. */
  redraw(): void {
    for (const editor of vscode.window.visibleTextEditors) this.draw(editor);
    this.changed.fire(undefined);
  }

  /** Updates all visible editors, for example after a change of settings. */
  refresh(): void {
    this.visible.all();
    this.changed.fire(undefined);
  }

  dispose(): void {
    this.forget();
    for (const shade of this.shades) shade.dispose();
    this.disposables.dispose();
  }

  private forget(): void {
    for (const controller of this.pending.values()) controller.abort();
    this.scores = new WeakMap();
    this.scales.clear();
  }

  private takeTheme(kind: vscode.ColorThemeKind): void {
    if (hasHighContrast(kind) === hasHighContrast(this.themeKind)) return;
    this.themeKind = kind;
    for (const shade of this.shades) shade.dispose();
    this.shades = shadeDecorations(kind);
    this.redraw();
  }

  private async update(editor: vscode.TextEditor): Promise<void> {
    if (!this.isOn) return;
    this.pending.get(editor)?.abort();
    const controller = new AbortController();
    this.pending.set(editor, controller);
    try {
      await this.scoreEditor(editor, controller.signal);
    } catch (thrown) {
      const error = toAppErrorData(thrown);
      if (error.code === 'Cancelled' || controller.signal.aborted) return;
      this.show(editor, { ...NOT_SCORED, isComplete: true, error });
      this.dependencies.log.warn(`no surprisal shading: ${JSON.stringify(error)}`);
    } finally {
      if (this.pending.get(editor) === controller) this.pending.delete(editor);
    }
  }

  private async scoreEditor(editor: vscode.TextEditor, signal: AbortSignal): Promise<void> {
    const { document } = editor;
    const { version } = document;
    const plan = this.planOf(editor);
    const scores = this.scoresOf(document);
    const isUnknown = ({ text }: TextBlock): boolean => scores.get(text) === undefined;
    const isStale = (): boolean => signal.aborted || document.version !== version;
    const unknown = plan.inView.filter(isUnknown);
    // Shades of the paragraph in which one types stay until it is scored again.
    const isReplaced = this.replaced.has(editor);
    if (unknown.length > 1 && !isReplaced) this.show(editor, this.collect(document, plan, false));
    for (const { text } of unknown) {
      await scores.of(text, { lane: 'visible', signal });
      if (isStale()) return;
      if (!isReplaced) this.show(editor, this.collect(document, plan, false));
    }
    this.replaced.delete(editor);
    this.show(editor, this.collect(document, plan, true));
    for (const [blocks, lane] of [
      [plan.margin, 'visible'],
      [plan.whole, 'background'],
    ] as const) {
      if (lane === 'background' && plan.inView.length > 0)
        this.scales.load(this.folderOf(document));
      for (const { text } of blocks.filter(isUnknown)) {
        await scores.of(text, { lane, signal });
        if (isStale()) return;
        this.show(editor, this.collect(document, plan, true));
      }
    }
    scores.keepOnly(new Set(allBlocks(plan).map(({ text }) => text)));
  }

  private planOf({ document, visibleRanges }: vscode.TextEditor): BlocksToScore {
    if (!this.isFor(document)) return { inView: [], margin: [], whole: [], isCut: false };
    const visible = visibleRanges.map(({ start, end }) => ({ first: start.line, last: end.line }));
    return blocksToScore(linesOf(document), visible);
  }

  private collect(
    document: vscode.TextDocument,
    plan: BlocksToScore,
    isComplete: boolean,
  ): EditorShading {
    const scores = this.scoresOf(document);
    const blocks = allBlocks(plan).flatMap((block) => {
      const words = scores.get(block.text);
      return words === undefined ? [] : [{ block, words }];
    });
    const whole = plan.whole.map(({ text }) => scores.get(text));
    const words = whole.every((scored) => scored !== undefined) ? whole.flat() : [];
    const perplexity = pseudoPerplexity(words);
    const scale = this.scales.of(this.folderOf(document), () =>
      words.map(excessOf).filter((excess) => excess !== null),
    );
    return {
      ...{ blocks, scale, isComplete, error: null },
      perplexity: perplexity === null ? null : { ...perplexity, isCut: plan.isCut },
    };
  }

  private scoresOf(document: vscode.TextDocument): BlockScores {
    const known = this.scores.get(document);
    if (known !== undefined) return known;
    const scores = new BlockScores(async (text, { lane, signal }) => {
      const words = wordsIn(text);
      if (words.length === 0) return [];
      const modelFolder = this.folderOf(document);
      const request = { modelFolder, text, words, isPacked: true, lane };
      return (await this.dependencies.modelClient.call('scoreWords', request, signal)).words;
    });
    this.scores.set(document, scores);
    return scores;
  }

  private folderOf({ uri }: vscode.TextDocument): string {
    return this.dependencies.modelSelection.modelFolder(uri);
  }

  private show(editor: vscode.TextEditor, shading: EditorShading): void {
    this.shadings.set(editor, shading);
    this.draw(editor);
    this.changed.fire(undefined);
  }

  private draw(editor: vscode.TextEditor): void {
    const ranges = shadedRanges(this.shadingOf(editor), this.percentileOf(editor.document));
    this.shades.forEach((decoration, shade) => {
      editor.setDecorations(decoration, ranges[shade]!);
    });
  }
}

/** Lines of a document as blocks are made of them. */
export function linesOf(document: vscode.TextDocument): Lines {
  return { lineCount: document.lineCount, textOf: (line) => proseOfLine(document, line) };
}
