import * as vscode from 'vscode';
import { describeError } from '../../../core/errors.js';
import { groupThousands, joinSentences } from '../../../core/format.js';
import { commandLink } from '../../platform/commandLink.js';
import { COMMANDS, type CommandId } from '../../platform/contributions.js';
import { EDITOR_WORDS, plural } from '../../platform/editorWords.js';
import { escapeMarkdown } from '../../platform/escapeMarkdown.js';
import type { EditorShading } from './surprisalController.js';
import { oddsOf, SHADE_COLORS, shadeBounds, shadeCounts } from './surprisalScale.js';

/** Space between columns, which the editor sets close together. */
const GAP = '&nbsp;&nbsp;&nbsp;';
const SWATCH = '&nbsp;'.repeat(8);

/** Commands that links in the legend can run. */
export const LEGEND_COMMANDS: readonly CommandId[] = [
  COMMANDS.setSurprisalThreshold,
  COMMANDS.selectHoverModel,
  COMMANDS.toggleSurprisal,
];

export interface LegendContent {
  readonly shading: EditorShading;
  readonly threshold: number;
  readonly modelName: string;
}

/** Number of words in sight that are shaded. */
export function shadedCount({ words }: EditorShading, threshold: number): number {
  return words.filter(({ bits }) => bits >= threshold).length;
}

/** Legend of the shades: their surprisal, and the number of words in sight. */
export function surprisalLegend({ shading, threshold, modelName }: LegendContent): string {
  const title = vscode.l10n.t(
    '**Unlikely words are shaded**, as {0} sees them',
    escapeMarkdown(modelName),
  );
  return [title, '', ...body(shading, threshold), '', links()].join('\n');
}

function body(shading: EditorShading, threshold: number): string[] {
  const { words, unscored, isComplete, error } = shading;
  if (error !== null) {
    const { message, remedy } = describeError(error, EDITOR_WORDS);
    return [`$(error) ${escapeMarkdown(joinSentences(message, remedy))}`];
  }
  const bounds = shadeBounds(threshold);
  const counts = shadeCounts(words, bounds);
  const rows = bounds.map((from, shade) => {
    const to = bounds[shade + 1];
    const bits =
      to === undefined
        ? vscode.l10n.t('{0} bits or more', from)
        : vscode.l10n.t('{0} to {1} bits', from, to);
    return `| ${swatch(shade)}${GAP} | ${bits}${GAP} | ${vscode.l10n.t('up to 1 in {0}', number(oddsOf(from)))}${GAP} | ${number(counts[shade]!)} |`;
  });
  return [
    vscode.l10n.t(
      'Surprisal says how unexpected a word is in its context: {0} bits mean that the model gives it a probability of 1 in {1}.',
      threshold,
      number(oddsOf(threshold)),
    ),
    '',
    `| ${vscode.l10n.t('Shade')}${GAP} | ${vscode.l10n.t('Surprisal')}${GAP} | ${vscode.l10n.t('Probability')}${GAP} | ${vscode.l10n.t('In view')} |`,
    '|:--|:--|:--|--:|',
    ...rows,
    ...(isComplete && unscored > 0 ? ['', unscoredText(unscored)] : []),
  ];
}

function unscoredText(count: number): string {
  return plural(
    count,
    vscode.l10n.t('{0} word in view is not shaded because the model cannot read it.', count),
    vscode.l10n.t(
      '{0} words in view are not shaded because the model cannot read them.',
      number(count),
    ),
  );
}

function links(): string {
  return [
    commandLink(`$(settings) ${vscode.l10n.t('Change Threshold')}`, COMMANDS.setSurprisalThreshold),
    commandLink(`$(beaker) ${vscode.l10n.t('Select Another Model')}`, COMMANDS.selectHoverModel),
    commandLink(`$(eye-closed) ${vscode.l10n.t('Turn Off')}`, COMMANDS.toggleSurprisal),
  ].join(' · ');
}

function swatch(shade: number): string {
  const variable = SHADE_COLORS[shade]!.replaceAll('.', '-');
  return `<span style="background-color:var(--vscode-${variable});">${SWATCH}</span>`;
}

function number(value: number): string {
  return groupThousands(value, EDITOR_WORDS.locale);
}
