import * as vscode from 'vscode';
import { describeError } from '../../../core/errors.js';
import { formatPerplexity, groupThousands, joinSentences } from '../../../core/format.js';
import { commandLink } from '../../platform/commandLink.js';
import { COMMANDS, type CommandId } from '../../platform/contributions.js';
import { EDITOR_WORDS, plural } from '../../platform/editorWords.js';
import { escapeMarkdown } from '../../platform/escapeMarkdown.js';
import type { DocumentPerplexity, EditorShading, WordsInView } from './editorShading.js';
import {
  oneIn,
  SHADE_COLORS,
  shadeBounds,
  shadeCounts,
  shadePercentiles,
  type ShadingScale,
} from './surprisalScale.js';

/** Space between columns, which the editor sets close together. */
const GAP = '&nbsp;&nbsp;&nbsp;';
const BITS = { minimumFractionDigits: 1, maximumFractionDigits: 1 } as const;
const SWATCH = '&nbsp;'.repeat(8);

/** Commands that links in the legend can run. */
export const LEGEND_COMMANDS: readonly CommandId[] = [
  COMMANDS.setSurprisalPercentile,
  COMMANDS.selectHoverModel,
  COMMANDS.toggleSurprisal,
];

export interface LegendContent {
  readonly shading: Pick<EditorShading, 'scale' | 'isComplete' | 'perplexity' | 'error'>;
  readonly inView: WordsInView;
  readonly percentile: number;
  readonly modelName: string;
}

/** Legend of the shades: what they mean, the number of words in view, and the pseudo-perplexity. */
export function surprisalLegend(content: LegendContent): string {
  const title = vscode.l10n.t(
    '**Surprising words are shaded**, as {0} sees them',
    escapeMarkdown(content.modelName),
  );
  return [title, '', ...body(content), '', links()].join('\n');
}

function body({ shading, inView, percentile }: LegendContent): string[] {
  const { scale, isComplete, perplexity, error } = shading;
  if (error !== null) {
    const { message, remedy } = describeError(error, EDITOR_WORDS);
    return [`$(error) ${escapeMarkdown(joinSentences(message, remedy))}`];
  }
  const bounds = shadeBounds(percentile, scale);
  const counts = shadeCounts(inView.words, bounds);
  const rows = shadePercentiles(percentile).map((each, shade) => {
    const words = vscode.l10n.t('1 in {0}', number(oneIn(each)));
    const bits = vscode.l10n.t('{0} bits or more', decimal(bounds[shade]!));
    return `| ${swatch(shade)}${GAP} | ${words}${GAP} | ${bits}${GAP} | ${number(counts[shade]!)} |`;
  });
  return [
    vscode.l10n.t(
      'Excess surprisal is the surprisal of a word minus what its place allows (the entropy of the prediction), in bits.',
    ),
    sourceText(scale),
    '',
    `| ${vscode.l10n.t('Shade')}${GAP} | ${vscode.l10n.t('Words')}${GAP} | ${vscode.l10n.t('Excess Surprisal')}${GAP} | ${vscode.l10n.t('In View')} |`,
    '|:--|:--|:--|--:|',
    ...rows,
    ...(isComplete && inView.unscored > 0 ? ['', unscoredText(inView.unscored)] : []),
    ...(perplexity === null ? [] : ['', perplexityText(perplexity)]),
  ];
}

function sourceText({ scale, source }: ShadingScale): string {
  const words = number(scale.words);
  switch (source) {
    case 'model':
      return vscode.l10n.t('Shares are those of {0} words of ordinary English.', words);
    case 'pending':
      return vscode.l10n.t(
        'Shares are those of the bundled model until they are computed for this model.',
      );
    case 'document':
      return vscode.l10n.t(
        'This model does not read English, so shares are those of {0} words of this document.',
        words,
      );
    case 'short':
      return vscode.l10n.t(
        'This model does not read English and this document is short, so shares are those of the bundled model.',
      );
  }
}

function perplexityText({ perplexity, bitsPerWord, words, isCut }: DocumentPerplexity): string {
  const of = isCut
    ? vscode.l10n.t('of the first {0} words', number(words))
    : plural(
        words,
        vscode.l10n.t('of {0} word', words),
        vscode.l10n.t('of {0} words', number(words)),
      );
  return vscode.l10n.t(
    '**Pseudo-perplexity {0} per word**, {1}: 2 to the power of the mean surprisal of a word, {2} bits. Words are masked at least 8 tokens apart, and the tokens of a word are predicted from left to right (PLL-word-l2r).',
    formatPerplexity(perplexity, EDITOR_WORDS.locale),
    of,
    decimal(bitsPerWord),
  );
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
    commandLink(
      `$(settings) ${vscode.l10n.t('Change Percentile')}`,
      COMMANDS.setSurprisalPercentile,
    ),
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

function decimal(value: number): string {
  return value.toLocaleString(EDITOR_WORDS.locale, BITS);
}
