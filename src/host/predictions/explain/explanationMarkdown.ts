import * as vscode from 'vscode';
import { describeError } from '../../../core/errors.js';
import { formatProbability, groupThousands, joinSentences } from '../../../core/format.js';
import { commandLink } from '../../platform/commandLink.js';
import { COMMANDS, type CommandId } from '../../platform/contributions.js';
import { EDITOR_WORDS, plural } from '../../platform/editorWords.js';
import { escapeMarkdown } from '../../platform/escapeMarkdown.js';
import {
  colorVariable,
  lineColor,
  SIDES,
  stepBounds,
  stepColors,
  type Side,
} from './explanationScale.js';
import type { ShownExplanation, ShownWord } from './shownExplanation.js';

/** Space between columns, which the editor sets close together. */
const GAP = '&nbsp;&nbsp;&nbsp;';
/** Lines of each step, weakest first. */
const LINES = { supports: ['───', '━━━', '▄▄▄'], against: ['╌╌╌', '╍╍╍', '▄ ▄'] } as const;

/** Commands that links in the legend can run. */
export const EXPLANATION_COMMANDS: readonly CommandId[] = [
  COMMANDS.showExplanation,
  COMMANDS.clearExplanation,
];

/** Values of a decorated word. */
export function wordHover(
  word: Pick<ShownWord, 'text' | 'occlusion' | 'gradient' | 'share'>,
  { facts }: Pick<ShownExplanation, 'facts'>,
): string {
  const own = `**${escapeMarkdown(word.text)}**`;
  const prediction = `**${escapeMarkdown(facts.word)}**`;
  const nats = sizeOf(word.occlusion);
  const occlusion =
    word.occlusion < 0
      ? vscode.l10n.t(
          'Masking {0} raises the log-odds of {1} by {2} nats: it speaks against the prediction.',
          ...[own, prediction, nats],
        )
      : vscode.l10n.t(
          'Masking {0} lowers the log-odds of {1} by {2} nats: it supports the prediction.',
          ...[own, prediction, nats],
        );
  const { gradient, share } = word;
  if (gradient === null || share === null) return occlusion;
  const agrees = Math.sign(gradient) === Math.sign(word.occlusion);
  const estimate = [signed(gradient), percentage(share)];
  return [
    occlusion,
    agrees
      ? vscode.l10n.t('Input gradients agree: {0} nats, {1} of the total.', ...estimate)
      : vscode.l10n.t('Input gradients disagree: {0} nats, {1} of the total.', ...estimate),
  ].join('  \n');
}

/** The prediction that is explained, at its place. */
export function placeHover({ facts }: Pick<ShownExplanation, 'facts'>): string {
  return vscode.l10n.t(
    'Explained prediction: {0}, probability {1}. The decorated words support it or speak against it.',
    `**${escapeMarkdown(facts.word)}**`,
    formatProbability(facts.probability, EDITOR_WORDS.locale),
  );
}

/** Legend of the decorations, with a statement of the computation. */
export function explanationLegend(shown: ShownExplanation): string {
  const { facts, words } = shown;
  const title = vscode.l10n.t(
    '**Words that the prediction {0} leans on** ({1}), as {2} sees them',
    escapeMarkdown(facts.word),
    formatProbability(facts.probability, EDITOR_WORDS.locale),
    escapeMarkdown(facts.modelName),
  );
  if (words.length === 0) {
    const none = vscode.l10n.t('There are no other words near the prediction.');
    return [title, '', none, '', links()].join('\n');
  }
  return [
    title,
    '',
    ...effectTable(stepBounds(words), 'nats'),
    '',
    ...statement(shown),
    '',
    links(),
  ].join('\n');
}

/** Unit of effects: nats of log-odds, or that of a predicted number. */
export type EffectUnit = 'nats' | 'number';

/** Legend of the steps of both sides, as lines of a Markdown table. */
export function effectTable(bounds: readonly number[], unit: EffectUnit): string[] {
  const names = {
    supports: [
      vscode.l10n.t('thin line'),
      vscode.l10n.t('medium line'),
      vscode.l10n.t('thick line'),
    ],
    against: [
      vscode.l10n.t('thin dashes'),
      vscode.l10n.t('medium dashes'),
      vscode.l10n.t('thick dashes'),
    ],
  };
  const rows = bounds.map((from, step) => {
    const to = bounds[step + 1];
    const size = unit === 'nats' ? natsOf(from, to) : numberOf(from, to);
    const cells = SIDES.map((side) => `${swatch(side, step)} ${names[side][step]!}${GAP}`);
    return `| ${cells.join(' | ')} | ${size} |`;
  });
  const change =
    unit === 'nats' ? vscode.l10n.t('Change of log-odds') : vscode.l10n.t('Change of the number');
  return [
    `| ${vscode.l10n.t('Supports')}${GAP} | ${vscode.l10n.t('Speaks against')}${GAP} | ${change} |`,
    '|:--|:--|:--|',
    ...rows.reverse(),
  ];
}

function natsOf(from: number, to: number | undefined): string {
  return to === undefined
    ? vscode.l10n.t('{0} nats or more', sizeOf(from))
    : vscode.l10n.t('{0} to {1} nats', sizeOf(from), sizeOf(to));
}

function numberOf(from: number, to: number | undefined): string {
  return to === undefined
    ? vscode.l10n.t('{0} or more', sizeOf(from))
    : vscode.l10n.t('{0} to {1}', sizeOf(from), sizeOf(to));
}

/** Statement of the computation, one sentence per line. */
function statement({ facts, words }: ShownExplanation): string[] {
  const count = groupThousands(words.length, EDITOR_WORDS.locale);
  return [
    plural(
      words.length,
      vscode.l10n.t(
        '**Occlusion:** {0} context word was masked, and the change of the log-odds of the prediction is its value.',
        count,
      ),
      vscode.l10n.t(
        '**Occlusion:** each of {0} context words was masked in turn, and the change of the log-odds of the prediction is its value.',
        count,
      ),
    ),
    gradientLine(facts),
    vscode.l10n.t(
      'Attention weights are not used. The model read {0} sequences in {1} ms.',
      groupThousands(facts.sequences, EDITOR_WORDS.locale),
      groupThousands(facts.milliseconds, EDITOR_WORDS.locale),
    ),
    ...(facts.isCut ? [vscode.l10n.t('Words farther away were not considered.')] : []),
  ].map((line) => `${line}  `);
}

function gradientLine({ agreement, gradientError }: ShownExplanation['facts']): string {
  if (gradientError !== null) {
    const { message, remedy } = describeError(gradientError, EDITOR_WORDS);
    return vscode.l10n.t(
      '**Input gradients** are missing: {0}',
      escapeMarkdown(joinSentences(message, remedy)),
    );
  }
  const line = vscode.l10n.t(
    '**Input gradients** of the same log-odds, from each word toward the mask, give a first-order estimate of the same change.',
  );
  if (agreement === null) return line;
  return `${line} ${vscode.l10n.t('Rank correlation of the two: {0}.', decimal(agreement))}`;
}

function links(): string {
  return [
    commandLink(`$(list-ordered) ${vscode.l10n.t('Show Values')}`, COMMANDS.showExplanation),
    commandLink(`$(clear-all) ${vscode.l10n.t('Clear')}`, COMMANDS.clearExplanation),
  ].join(' · ');
}

/** A line as below a word, on its background; high contrast has no background. */
function swatch(side: Side, step: number): string {
  const [line, background] = [lineColor(side), stepColors(side)[step]!].map(colorVariable);
  return `<span style="color:var(${line});background-color:var(${background});">&nbsp;${LINES[side][step]!}&nbsp;</span>`;
}

const TWO_DIGITS = { minimumFractionDigits: 2, maximumFractionDigits: 2 } as const;

function sizeOf(nats: number): string {
  return decimal(Math.abs(nats));
}

function decimal(value: number): string {
  return new Intl.NumberFormat(EDITOR_WORDS.locale, TWO_DIGITS).format(value);
}

/** Nats with their sign. */
export function signed(nats: number): string {
  const options = { ...TWO_DIGITS, signDisplay: 'exceptZero' } as const;
  return new Intl.NumberFormat(EDITOR_WORDS.locale, options).format(nats);
}

/** A signed share as a percentage. */
export function percentage(share: number): string {
  const options = { style: 'percent', signDisplay: 'exceptZero' } as const;
  return new Intl.NumberFormat(EDITOR_WORDS.locale, options).format(share);
}
