import * as vscode from 'vscode';
import { formatProbability } from '../../../core/format.js';
import type {
  ChangeMeasure,
  PredictedWord,
  PredictionChange,
} from '../../../core/predict/predictionChanges.js';
import { EDITOR_WORDS } from '../../platform/editorWords.js';
import { escapeMarkdown } from '../../platform/escapeMarkdown.js';
import { placeIn, type LineRange, type TextBlock } from '../surprisal/textBlocks.js';

/** Words that a list shows. */
const MOST_LISTED = 100;
/** Bits from which a change is listed. */
const LEAST_BITS = 0.001;

/** A word of a document whose prediction changed. */
export interface ChangedWord extends Pick<PredictionChange, 'change' | 'before' | 'after'> {
  readonly text: string;
  /** Zero-based. */
  readonly line: number;
  readonly character: number;
}

/** Words of a document that were compared, and those that changed most. */
export interface ChangedWords {
  readonly measure: ChangeMeasure;
  /** Largest change first. */
  readonly listed: readonly ChangedWord[];
  /** Number of words that both models can read. */
  readonly compared: number;
  /** Whether the document has more words than were compared. */
  readonly isCut: boolean;
}

/** Names of the models, and the document. */
export interface ComparedModels {
  readonly before: string;
  readonly after: string;
}

/** The blocks around what is visible with at most so many words, in the order of the document. */
export function blocksNear(
  blocks: readonly TextBlock[],
  visible: LineRange,
  { wordsOf, most }: { readonly wordsOf: (block: TextBlock) => number; readonly most: number },
): { readonly blocks: readonly TextBlock[]; readonly isCut: boolean } {
  const distance = ({ line, lastLine }: TextBlock): number =>
    Math.max(0, visible.first - lastLine, line - visible.last);
  const chosen = new Set<TextBlock>();
  let words = 0;
  for (const block of blocks.toSorted((a, b) => distance(a) - distance(b))) {
    words += wordsOf(block);
    if (words > most && chosen.size > 0) return { blocks: inOrder(), isCut: true };
    chosen.add(block);
  }
  return { blocks: inOrder(), isCut: false };

  function inOrder(): TextBlock[] {
    return blocks.filter((block) => chosen.has(block));
  }
}

/** Ranks the changes of all blocks; equal changes stay in the order of the document. */
export function rankChanges(
  blocks: readonly { readonly block: TextBlock; readonly words: readonly PredictionChange[] }[],
): readonly ChangedWord[] {
  return blocks
    .flatMap(({ block, words }) =>
      words.map(({ start, end, change, before, after }) => ({
        ...placeIn(block, start),
        ...{ text: block.text.slice(start, end), change, before, after },
      })),
    )
    .filter(({ change }) => change >= LEAST_BITS)
    .sort((a, b) => b.change - a.change)
    .slice(0, MOST_LISTED);
}

/** `sea 12% → whale 54%` */
export function bestText({ before, after }: ChangedWord): string {
  return `${predicted(before)} → ${predicted(after)}`;
}

/** `9.1 → 3.2` */
export function surprisalText({ before, after }: ChangedWord): string {
  return `${bits(before.surprisal)} → ${bits(after.surprisal)}`;
}

/** Explains the order of the list. */
export function measureText(measure: ChangeMeasure): string {
  return measure === 'jensenShannon'
    ? vscode.l10n.t('ordered by the Jensen–Shannon divergence of the predictions, 0 to 1 bit')
    : vscode.l10n.t(
        'ordered by the change of surprisal of the word, because the models have different tokens',
      );
}

export function comparedText({ compared, isCut }: ChangedWords): string {
  const count = whole(compared);
  return isCut
    ? vscode.l10n.t('{0} words around the visible text compared', count)
    : vscode.l10n.t('{0} words compared', count);
}

/** Bits with three places: divergences are often small. */
export function changeText({ change }: ChangedWord): string {
  const places = { minimumFractionDigits: 3, maximumFractionDigits: 3 };
  return vscode.l10n.t('{0} bits', change.toLocaleString(EDITOR_WORDS.locale, places));
}

/** The list as a Markdown document. */
export function changesReport(
  found: ChangedWords,
  { before, after, file }: ComparedModels & { readonly file: string },
): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const title = vscode.l10n.t('Changed Predictions');
  return [
    `# ${title}`,
    '',
    `${escapeMarkdown(file)} · ${escapeMarkdown(before)} → ${escapeMarkdown(after)}`,
    '',
    `${comparedText(found)} · ${measureText(found.measure)}`,
    '',
    row([
      vscode.l10n.t('Word'),
      vscode.l10n.t('Line'),
      vscode.l10n.t('Change'),
      vscode.l10n.t('Best prediction'),
      vscode.l10n.t('Surprisal (bits)'),
    ]),
    '| :-- | --: | --: | :-- | --: |',
    ...found.listed.map((word) =>
      row([
        escapeMarkdown(word.text),
        whole(word.line + 1),
        changeText(word),
        escapeMarkdown(bestText(word)),
        surprisalText(word),
      ]),
    ),
    '',
  ].join('\n');
}

function predicted({ best }: PredictedWord): string {
  return best === null ? '–' : `${best.word} ${formatProbability(best.probability)}`;
}

function bits(value: number): string {
  return value.toLocaleString(EDITOR_WORDS.locale, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
}

export function whole(value: number): string {
  return value.toLocaleString(EDITOR_WORDS.locale);
}
