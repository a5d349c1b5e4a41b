import * as vscode from 'vscode';
import { describeError, type AppErrorData } from '../../core/errors.js';
import { formatProbability, joinSentences } from '../../core/format.js';
import type { Candidate } from '../../core/predict/candidate.js';
import { LOW_CONFIDENCE, type WordScore } from '../../core/predict/predictWord.js';
import type { Unread } from '../../core/predict/unreadText.js';
import { languageName } from '../../core/languageNames.js';
import { SCRIPT_CODES, type Script } from '../../core/text/scripts.js';
import { commandLink } from '../platform/commandLink.js';
import { COMMANDS } from '../platform/contributions.js';
import { escapeMarkdown } from '../platform/escapeMarkdown.js';
import { EDITOR_WORDS } from '../platform/editorWords.js';
import type { RankedTarget } from './fillOfMask.js';

/** Arguments of `masklab.replaceWord`, as plain data for a command link. */
export interface ReplaceWordArguments {
  readonly uri: string;
  /** Zero-based [start line, start character, end line, end character]. */
  readonly range: readonly [number, number, number, number];
  /** Text at the range when the link was created; the link does nothing if it has changed. */
  readonly original: string;
  readonly replacement: string;
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
  readonly lowConfidence: boolean;
  /** Whether the model does not tell capital from small letters. */
  readonly isUncased: boolean;
  /** Set for text that the model never read. */
  readonly unread: Unread | null;
  /** Fills of all masks of the sentence, best first; `null` for a word, or a mask alone. */
  readonly together:
    readonly { readonly words: readonly string[]; readonly probability: number }[] | null;
}

const BAR_CELLS = 32;
const BITS = { minimumFractionDigits: 1, maximumFractionDigits: 1 } as const;

/** Space between table columns. */
const GAP = '&nbsp;&nbsp;&nbsp;';

/** Renders the hover as Markdown: the word, a table of candidates and the model. */
export function hoverMarkdown(content: HoverContent): string {
  const { unread } = content;
  if (unread !== null) return unreadMarkdown(content, unread);
  const table =
    content.targets === null ? candidateTable(content) : targetTable(content, content.targets);
  return [
    headline(content),
    '',
    ...table,
    '',
    ...(content.together === null ? [] : [togetherLine(content.together), '']),
    ...(content.isMask ? [explanation(), ''] : []),
    footer(content),
  ].join('\n');
}

function candidateTable(content: HoverContent): string[] {
  const { candidates } = content;
  const best = candidates[0]?.probability ?? 0;
  const rows = candidates.map(({ word, probability }) => {
    const label = escapeMarkdown(word);
    const link = isOriginal(word, content)
      ? `**${label}** $(check)`
      : replaceLink(label, content, word);
    return `| ${link}${GAP} | ${formatProbability(probability)}${GAP} | ${bar(probability, best)} |`;
  });
  return [
    `| ${vscode.l10n.t('Prediction')}${GAP} | ${vscode.l10n.t('Probability')}${GAP} | |`,
    '|:--|--:|:--|',
    ...rows,
  ];
}

/** Table of the words that a mask lists, with the share of each among them. */
function targetTable(content: HoverContent, targets: readonly RankedTarget[]): string[] {
  const sum = targets.reduce((all, { probability }) => all + (probability ?? 0), 0);
  const best = (targets[0]?.probability ?? 0) / (sum || 1);
  const rows = targets.map(({ word, probability, pieces }) => {
    const label = escapeMarkdown(word);
    if (probability === null) {
      return `| ${label}${GAP} | ${vscode.l10n.t("not in the model's vocabulary")}${GAP} | | |`;
    }
    const link = replaceLink(label, content, word);
    const note = pieces > 1 ? ` ${vscode.l10n.t('({0} pieces)', pieces)}` : '';
    const share = probability / (sum || 1);
    return `| ${link}${note}${GAP} | ${formatProbability(probability)}${GAP} | ${formatProbability(share)}${GAP} | ${bar(share, best)} |`;
  });
  return [
    `| ${vscode.l10n.t('Word')}${GAP} | ${vscode.l10n.t('Probability')}${GAP} | ${vscode.l10n.t('Share')}${GAP} | |`,
    '|:--|--:|--:|:--|',
    ...rows,
  ];
}

function footer({ modelName, isUncased, lowConfidence, targets }: HoverContent): string {
  const best = formatProbability(LOW_CONFIDENCE);
  return [
    `$(beaker) ${escapeMarkdown(modelName)}`,
    ...(isUncased ? [vscode.l10n.t('uncased model')] : []),
    ...(lowConfidence && targets === null
      ? [`$(warning) ${vscode.l10n.t('low confidence: no word reaches {0}', best)}`]
      : []),
  ].join(' · ');
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

/** Explains the fill beside a mask. */
function explanation(): string {
  const key = process.platform === 'darwin' ? 'Option+Enter' : 'Alt+Enter';
  return vscode.l10n.t(
    'The best prediction is shown beside the mask. {0} at the mask inserts it.',
    `\`${key}\``,
  );
}

/** Says that predictions for a text would mean nothing, instead of showing them. */
function unreadMarkdown(
  { original, modelName }: HoverContent,
  { script, language }: Unread,
): string {
  const model = escapeMarkdown(modelName);
  const reason =
    language !== null
      ? vscode.l10n.t(
          '{0} was not trained on text in this language ({1}), so it predicts nothing here.',
          model,
          escapeMarkdown(languageName(language, EDITOR_WORDS.locale)),
        )
      : script === null
        ? vscode.l10n.t('{0} never read text like this, so it predicts nothing here.', model)
        : vscode.l10n.t(
            '{0} never read text in this script ({1}), so it predicts nothing here.',
            model,
            escapeMarkdown(scriptName(script)),
          );
  const choose = vscode.l10n.t('Select Another Model');
  return [
    `**${escapeMarkdown(original)}** · $(info) ${reason}`,
    '',
    commandLink(`$(beaker) ${choose}`, COMMANDS.selectHoverModel),
  ].join('\n');
}

function scriptName(script: Script): string {
  const names = new Intl.DisplayNames(EDITOR_WORDS.locale, { type: 'script' });
  return names.of(SCRIPT_CODES[script]) ?? script;
}

/** Renders an error as one short line with its remedy. */
export function errorMarkdown(error: AppErrorData): string {
  const { message, remedy } = describeError(error, EDITOR_WORDS);
  const [first = ''] = message.split('\n');
  const short = first.length > 200 ? `${first.slice(0, 200)}…` : first;
  return `$(warning) Masklab: ${escapeMarkdown(joinSentences(short, remedy))}`;
}

function headline({ original, isMask, word, targets }: HoverContent): string {
  const name = `**${escapeMarkdown(original)}**`;
  if (isMask && targets !== null) {
    return `${name} · ${vscode.l10n.t('its words, ranked by the model')}`;
  }
  if (isMask) return `${name} · ${vscode.l10n.t('predicted from context')}`;
  if (word === null) return `${name} · ${vscode.l10n.t("not in the model's vocabulary")}`;
  const { locale } = EDITOR_WORDS;
  const rank = new Intl.NumberFormat(locale).format(word.rank);
  const bits = new Intl.NumberFormat(locale, BITS).format(word.surprisal);
  return [
    name,
    word.pieces > 1
      ? vscode.l10n.t('rank {0} (first of {1} pieces)', rank, word.pieces)
      : vscode.l10n.t('rank {0}', rank),
    vscode.l10n.t('surprisal {0} bits ({1})', bits, formatProbability(word.probability)),
  ].join(' · ');
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
