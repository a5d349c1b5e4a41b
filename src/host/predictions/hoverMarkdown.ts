import * as vscode from 'vscode';
import { describeError, type AppErrorData } from '../../core/errors.js';
import { formatProbability, joinSentences, shortenMiddle } from '../../core/format.js';
import type { Candidate } from '../../core/predict/candidate.js';
import { surprisalBits } from '../../core/predict/probabilities.js';
import { LOW_CONFIDENCE, type WordScore } from '../../core/predict/predictWord.js';
import type { Unread } from '../../core/predict/unreadText.js';
import { commandLink } from '../platform/commandLink.js';
import { COMMANDS, type CommandId } from '../platform/contributions.js';
import { escapeMarkdown } from '../platform/escapeMarkdown.js';
import { EDITOR_WORDS } from '../platform/editorWords.js';
import type { RankedTarget } from './fillOfMask.js';
import { unreadReason } from './unreadReason.js';

/** Arguments of `masklab.replaceWord`, as plain data for a command link. */
export interface ReplaceWordArguments {
  readonly uri: string;
  /** Zero-based [start line, start character, end line, end character]. */
  readonly range: readonly [number, number, number, number];
  /** Text at the range when the link was created; the link does nothing if it has changed. */
  readonly original: string;
  readonly replacement: string;
}

/** Probabilities of the words in a hover by a second model. */
export interface ComparedPrediction {
  readonly modelName: string;
  /** By word, with the word that is there; `null` if the model cannot spell it. */
  readonly probabilities: ReadonlyMap<string, number | null>;
}

export interface HoverContent {
  readonly uri: string;
  readonly range: readonly [number, number, number, number];
  readonly original: string;
  /** Whether the original is a mask token, whose spelling does not determine capitalization. */
  readonly isMask: boolean;
  readonly candidates: readonly Candidate[];
  /** The words that a mask lists, best first; `null` if it lists none. */
  readonly targets: readonly RankedTarget[] | null;
  /** `null` for a mask token or a word that is not in the vocabulary. */
  readonly word: WordScore | null;
  readonly modelName: string;
  /** The second model; `null` if none is compared. */
  readonly compared: ComparedPrediction | null;
  readonly lowConfidence: boolean;
  /** Number of tokens that the model read, if the paragraph has more. */
  readonly contextTokens: number | null;
  /** Whether the model does not tell capital from small letters. */
  readonly isUncased: boolean;
  /** Whether only hovers predict, as in Restricted Mode. */
  readonly isRestricted: boolean;
  /** Set for text that the model never read. */
  readonly unread: Unread | null;
  /** Fills of all masks of the sentence, best first; `null` for a word, or a mask alone. */
  readonly together:
    readonly { readonly words: readonly string[]; readonly probability: number }[] | null;
}

const BAR_CELLS = 32;
const BITS = { minimumFractionDigits: 1, maximumFractionDigits: 1 } as const;

/**
 * Characters of the name of a model, so that the line with it is not broken. Both ends tell runs apart:
 * their name, and the step of a checkpoint.
 */
const NAME_CHARACTERS = 26;

/** Space between table columns. */
const GAP = '&nbsp;&nbsp;&nbsp;';

/** Commands that links in a hover run. */
export const HOVER_COMMANDS: readonly CommandId[] = [
  COMMANDS.replaceWord,
  COMMANDS.selectHoverModel,
  COMMANDS.neverSuggest,
  COMMANDS.explainPrediction,
  COMMANDS.stopComparingHovers,
];

/**
 * Renders the hover as Markdown: the word, a table of candidates, and the model with what can be done.
 * It has at most eight lines: if there are more candidates, the table ends with their number.
 */
export function hoverMarkdown(content: HoverContent): string {
  const { unread, together } = content;
  if (unread !== null) return unreadMarkdown(content, unread);
  const table =
    content.targets === null ? candidateTable(content) : targetTable(content, content.targets);
  return [
    headline(content),
    '',
    ...table,
    '',
    ...(together === null ? [] : [togetherLine(together), '']),
    footer(content),
  ].join('\n');
}

function candidateTable(content: HoverContent): string[] {
  const { candidates, compared } = content;
  const best = candidates[0]?.probability ?? 0;
  const rows = shownOf(candidates, content).map(({ word, probability }) =>
    row([
      linkOf(word, content),
      formatProbability(probability),
      ...comparedCell(compared, word, probability),
      bar(probability, best),
    ]),
  );
  const head = header(content, [vscode.l10n.t('Prediction')], compared);
  return [...head, ...rows, ...moreRow(candidates, content)];
}

/** Lines of a hover, and those of them that are not rows: the word, the head of the table, the model. */
const MOST_LINES = 8;
const OTHER_LINES = 3;

/** The candidates that the lines of a hover have room for. */
function shownOf<T>(all: readonly T[], { together }: HoverContent): readonly T[] {
  const rows = MOST_LINES - OTHER_LINES - (together === null ? 0 : 1);
  return all.length <= rows ? all : all.slice(0, rows - 1);
}

/** Row with the number of candidates that are not shown, if there are any. */
function moreRow(all: readonly unknown[], content: HoverContent): string[] {
  const more = all.length - shownOf(all, content).length;
  return more === 0 ? [] : [`| ${vscode.l10n.t('{0} more', more)} |`];
}

/** Table of the words that a mask lists, with the share of each among them. */
function targetTable(content: HoverContent, targets: readonly RankedTarget[]): string[] {
  const { compared } = content;
  const sum = targets.reduce((all, { probability }) => all + (probability ?? 0), 0) || 1;
  const best = (targets[0]?.probability ?? 0) / sum;
  const rows = shownOf(targets, content).map(({ word, probability, pieces }) => {
    if (probability === null) {
      const note = vscode.l10n.t("not in the model's vocabulary");
      return row([escapeMarkdown(word), note, ...(compared === null ? [] : ['']), '', '']);
    }
    const note = pieces > 1 ? ` ${vscode.l10n.t('({0} pieces)', pieces)}` : '';
    const share = probability / sum;
    return row([
      linkOf(word, content) + note,
      formatProbability(probability),
      ...comparedCell(compared, word, probability),
      formatProbability(share),
      bar(share, best),
    ]);
  });
  const head = header(content, [vscode.l10n.t('Word')], compared, [vscode.l10n.t('Share')]);
  return [...head, ...rows, ...moreRow(targets, content)];
}

/** Head of a table: words on the left, numbers on the right, and bars. */
function header(
  { modelName }: HoverContent,
  first: readonly string[],
  compared: ComparedPrediction | null,
  last: readonly string[] = [],
): string[] {
  const probabilities =
    compared === null
      ? [vscode.l10n.t('Probability')]
      : [shortName(modelName), shortName(compared.modelName)];
  const titles = [...first, ...probabilities, ...last];
  return [row([...titles, '']), `|:--|${'--:|'.repeat(titles.length - 1)}:--|`];
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell, i) => (i < cells.length - 1 ? cell + GAP : cell)).join(' | ')} |`;
}

function linkOf(word: string, content: HoverContent): string {
  const label = escapeMarkdown(word);
  return isOriginal(word, content) ? `**${label}** $(check)` : replaceLink(label, content, word);
}

/** Factor of a probability from which a difference between two models is marked. */
const MOVED = 1.5;

/** The other model's probability, with an arrow where this model has it clearly higher or lower. */
function comparedCell(
  compared: ComparedPrediction | null,
  word: string,
  probability: number,
): string[] {
  if (compared === null) return [];
  const other = compared.probabilities.get(word) ?? null;
  if (other === null) return ['–'];
  const arrow =
    probability > other * MOVED
      ? ` $(arrow-up)`
      : probability * MOVED < other
        ? ` $(arrow-down)`
        : '';
  return [`${formatProbability(other)}${arrow}`];
}

/** The model, how sure it is, and what can be done with the word. */
function footer(content: HoverContent): string {
  const { lowConfidence, contextTokens, targets, compared } = content;
  const best = formatProbability(LOW_CONFIDENCE);
  return [
    ...modelNote(content),
    ...(lowConfidence && targets === null
      ? [`$(warning) ${vscode.l10n.t('low confidence: none reaches {0}', best)}`]
      : []),
    ...(contextTokens === null ? [] : [vscode.l10n.t('context cut to {0} tokens', contextTokens)]),
    ...(content.isMask ? [] : [maskLink(content)]),
    ...(content.isRestricted ? [] : beyondHovers(content)),
    neverLink(content),
    ...(compared === null
      ? []
      : [commandLink(vscode.l10n.t('Stop Comparing'), COMMANDS.stopComparingHovers)]),
  ].join(' · ');
}

/** Names the model; the head of the table names it beside a second one. */
function modelNote({ modelName, isUncased, compared }: HoverContent): string[] {
  const uncased = vscode.l10n.t('uncased');
  if (compared !== null) return isUncased ? [uncased] : [];
  return [`$(beaker) ${shortName(modelName)}${isUncased ? ` (${uncased})` : ''}`];
}

/** Names what can be done in a trusted workspace: the key that fills a mask, and the explanation. */
function beyondHovers(content: HoverContent): string[] {
  return [...(content.isMask ? [acceptNote(content)] : []), explainLink(content)];
}

function shortName(modelName: string): string {
  return escapeMarkdown(shortenMiddle(modelName, NAME_CHARACTERS));
}

/** Names the key for the fill beside a mask. */
function acceptNote({ candidates, targets, together }: HoverContent): string {
  const key = process.platform === 'darwin' ? 'Option+Enter' : 'Alt+Enter';
  if (together !== null) return vscode.l10n.t('{0} inserts the word beside the mask', `\`${key}\``);
  const best = (targets ?? candidates)[0]?.word ?? '';
  return vscode.l10n.t('{0} inserts “{1}”', `\`${key}\``, escapeMarkdown(best));
}

function maskLink({ uri, range, original }: HoverContent): string {
  const argument: ReplaceWordArguments = { uri, range, original, replacement: '[MASK]' };
  const title = vscode.l10n.t('Put [MASK] in place of this word');
  return commandLink(vscode.l10n.t('Mask'), COMMANDS.replaceWord, { argument, title });
}

function explainLink({ uri, range }: HoverContent): string {
  const title = vscode.l10n.t('Show the words that this prediction leans on');
  const argument = { uri, range };
  return commandLink(vscode.l10n.t('Explain'), COMMANDS.explainPrediction, { argument, title });
}

function neverLink({ candidates, targets }: HoverContent): string {
  const argument = { words: (targets ?? candidates).map(({ word }) => word.slice(0, 200)) };
  const title = vscode.l10n.t('Leave a word out of all predictions');
  return commandLink(vscode.l10n.t('Never Suggest…'), COMMANDS.neverSuggest, { argument, title });
}

/** Names the fills of all masks of a sentence and the rule of their probability. */
function togetherLine(fills: NonNullable<HoverContent['together']>): string {
  const listed = fills.map(({ words, probability }) => {
    const filled = words.map(escapeMarkdown).join(' · ');
    return `${filled} ${formatProbability(probability)}`;
  });
  return vscode.l10n.t(
    'All masks of the sentence together: {0} (chain rule, surest mask first)',
    listed.join(', '),
  );
}

/** Says that predictions for a text would mean nothing, instead of showing them. */
function unreadMarkdown({ original, modelName }: HoverContent, unread: Unread): string {
  const reason = unreadReason(unread, modelName, escapeMarkdown);
  const choose = vscode.l10n.t('Select Another Model');
  return [
    `**${escapeMarkdown(original)}** · $(info) ${reason}`,
    '',
    commandLink(`$(beaker) ${choose}`, COMMANDS.selectHoverModel),
  ].join('\n');
}

/** Renders an error as one short line with its remedy. */
export function errorMarkdown(error: AppErrorData): string {
  const { message, remedy } = describeError(error, EDITOR_WORDS);
  const [first = ''] = message.split('\n');
  const short = first.length > 200 ? `${first.slice(0, 200)}…` : first;
  return `$(warning) Masklab: ${escapeMarkdown(joinSentences(short, remedy))}`;
}

function headline(content: HoverContent): string {
  const { original, isMask, word, targets } = content;
  const name = `**${escapeMarkdown(original)}**`;
  if (isMask && targets !== null) {
    return `${name} · ${vscode.l10n.t('its words, ranked by the model')}`;
  }
  if (isMask) return `${name} · ${vscode.l10n.t('predicted from context')}`;
  if (word === null) return `${name} · ${vscode.l10n.t("not in the model's vocabulary")}`;
  const { locale } = EDITOR_WORDS;
  const rank = new Intl.NumberFormat(locale).format(word.rank);
  const bits = (value: number): string => new Intl.NumberFormat(locale, BITS).format(value);
  return [
    name,
    word.pieces > 1
      ? vscode.l10n.t('rank {0} (first of {1} pieces)', rank, word.pieces)
      : vscode.l10n.t('rank {0}', rank),
    vscode.l10n.t(
      'surprisal {0} bits ({1}), {2} expected here',
      bits(word.surprisal),
      formatProbability(word.probability),
      bits(word.entropy),
    ),
    ...comparedSurprisal(content, bits),
  ].join(' · ');
}

/** Surprisal of the word by the second model. */
function comparedSurprisal(
  { compared, original }: HoverContent,
  bits: (value: number) => string,
): string[] {
  const probability = compared?.probabilities.get(original) ?? null;
  if (compared === null || probability === null) return [];
  const surprisal = bits(surprisalBits(Math.log(probability)));
  return [vscode.l10n.t('{0} bits by {1}', surprisal, escapeMarkdown(compared.modelName))];
}

/** Whether a candidate is the word that is there, as far as the model can tell. */
function isOriginal(word: string, { original, isUncased }: HoverContent): boolean {
  return isUncased ? word.toLowerCase() === original.toLowerCase() : word === original;
}

function replaceLink(
  label: string,
  { uri, range, original }: HoverContent,
  replacement: string,
): string {
  const argument: ReplaceWordArguments = { uri, range, original, replacement };
  const title = vscode.l10n.t('Replace with this word');
  return commandLink(label, COMMANDS.replaceWord, { argument, title });
}

/**
 * Renders a bar in a theme color, with a length relative to the best candidate. The bar consists of
 * spaces, so that a screen reader does not read it out.
 */
function bar(probability: number, best: number): string {
  const cells = best > 0 ? Math.max(1, Math.round((probability / best) * BAR_CELLS)) : 1;
  return `<span style="background-color:var(--vscode-charts-blue);border-radius:3px;">${'&nbsp;'.repeat(cells)}</span>`;
}
