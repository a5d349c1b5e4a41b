import { describeError, type AppErrorData } from '../../core/errors.js';
import { formatProbability, joinSentences } from '../../core/format.js';
import { matchCase } from '../../core/predict/matchCase.js';
import type { Candidate, WordScore } from '../../core/predict/predictWord.js';
import { COMMANDS } from '../platform/contributions.js';
import { escapeMarkdown } from '../platform/escapeMarkdown.js';
import { EDITOR_WORDS } from '../platform/editorWords.js';

/** Arguments of `masklab.replaceWord`: plain data, for they travel in a command link. */
export interface ReplaceWordArguments {
  readonly uri: string;
  /** Zero-based [start line, start character, end line, end character]. */
  readonly range: readonly [number, number, number, number];
  /** What stood there when the link was made; the link does nothing once it is gone. */
  readonly original: string;
  readonly replacement: string;
}

export interface HoverContent {
  readonly uri: string;
  readonly range: readonly [number, number, number, number];
  readonly original: string;
  /** True for a mask token, whose spelling says nothing about capitals. */
  readonly isMask: boolean;
  readonly candidates: readonly Candidate[];
  /** Null for a mask token, and for a word that the model cannot spell. */
  readonly word: WordScore | null;
  readonly modelName: string;
  readonly lowConfidence: boolean;
}

const BAR_CELLS = 32;

/** Between columns, which the editor sets close together. */
const GAP = '&nbsp;&nbsp;&nbsp;';

/** The hover as Markdown: the standing word, a table of candidates, the model. */
export function hoverMarkdown(content: HoverContent): string {
  const { candidates, lowConfidence, modelName } = content;
  const best = candidates[0]?.probability ?? 0;
  const rows = candidates.map((candidate) => {
    const replacement = replacementFor(candidate.word, content);
    const label = escapeMarkdown(replacement);
    const link =
      replacement === content.original
        ? `**${label}** $(check)`
        : `[${label}](${replaceLink(content, replacement)} "Replace with this word")`;
    return `| ${link}${GAP} | ${formatProbability(candidate.probability)}${GAP} | ${bar(candidate.probability, best)} |`;
  });
  const footer = [
    `$(beaker) ${escapeMarkdown(modelName)}`,
    ...(lowConfidence ? ['$(warning) low confidence: little more than a guess'] : []),
  ].join(' · ');
  return [
    headline(content),
    '',
    `| In its place${GAP} | Probability${GAP} | |`,
    '|:--|--:|:--|',
    ...rows,
    '',
    footer,
  ].join('\n');
}

/** One short line with the remedy. */
export function errorMarkdown(error: AppErrorData): string {
  const { message, remedy } = describeError(error, EDITOR_WORDS);
  const [first = ''] = message.split('\n');
  const short = first.length > 200 ? `${first.slice(0, 200)}…` : first;
  return `$(warning) Masklab: ${escapeMarkdown(joinSentences(short, remedy))}`;
}

function headline({ original, isMask, word }: HoverContent): string {
  const name = `**${escapeMarkdown(original)}**`;
  if (isMask) return `${name} · predicted from its context`;
  if (word === null) return `${name} · not in the model's vocabulary`;
  const pieces = word.pieces > 1 ? ` (first of ${word.pieces} pieces)` : '';
  const rank = `rank ${word.rank.toLocaleString('en-US')}${pieces}`;
  return `${name} · ${rank} · surprisal ${word.surprisal.toFixed(1)} bits (${formatProbability(word.probability)})`;
}

function replacementFor(word: string, { isMask, original }: HoverContent): string {
  return isMask ? word : matchCase(word, original);
}

function replaceLink({ uri, range, original }: HoverContent, replacement: string): string {
  const args: ReplaceWordArguments = { uri, range, original, replacement };
  // Parentheses would end the link early; `encodeURIComponent` leaves them alone.
  const encoded = encodeURIComponent(JSON.stringify([args])).replace(
    /[()]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
  return `command:${COMMANDS.replaceWord}?${encoded}`;
}

/**
 * A bar in a colour of the theme. Lengths compare the candidates with each other: the best one
 * fills the bar. Blanks draw it, so that a screen reader does not read it out.
 */
function bar(probability: number, best: number): string {
  const cells = best > 0 ? Math.max(1, Math.round((probability / best) * BAR_CELLS)) : 1;
  return `<span style="background-color:var(--vscode-charts-blue);border-radius:3px;">${'&nbsp;'.repeat(cells)}</span>`;
}
