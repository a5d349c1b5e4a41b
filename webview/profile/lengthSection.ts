import * as l10n from '@vscode/l10n';
import type { DataProfile } from '../../src/core/profile/profile.js';
import { h } from '../shared/dom.js';
import { formatShare, groupThousands } from '../shared/pageNumbers.js';
import { recordsText } from './recordsText.js';
import { Section } from './section.js';

const NAMES: Readonly<Record<number, string>> = {
  0: l10n.t('Shortest'),
  0.5: l10n.t('Median'),
  1: l10n.t('Longest'),
};

/** Lengths of the records: a histogram, and a table of percentiles. */
export class LengthSection extends Section {
  constructor() {
    super('lengths');
  }

  protected collect({ lengths, model, examined }: DataProfile): ReturnType<Section['collect']> {
    if (lengths.histogram.length === 0) return null;
    const limit = model?.maxLength ?? null;
    return {
      title: lengths.unit === 'tokens' ? l10n.t('Lengths in Tokens') : l10n.t('Lengths in Words'),
      shown: [lengths, limit, examined.records],
      draw: () => [
        h(
          'div',
          { class: 'lengths' },
          histogram(lengths, limit),
          quantiles(lengths, this.headingId),
        ),
        ...(limit === null || lengths.longer === 0
          ? []
          : [
              h(
                'p',
                { class: 'hint' },
                h('span', { class: 'key longer', 'aria-hidden': 'true' }),
                l10n.t(
                  '{0} longer than {1} tokens, the maximum sequence length of the model. Running text is split there; table rows are truncated.',
                  formatShare(lengths.longer / examined.records),
                  groupThousands(limit),
                ),
              ),
            ]),
      ],
    };
  }
}

function histogram(
  { histogram: bars, unit }: DataProfile['lengths'],
  limit: number | null,
): HTMLElement {
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const last = bars.at(-1)!;
  const columns = bars.map(({ from, to, count }) => {
    const numbers = [groupThousands(from), groupThousands(to - 1), recordsText(count)] as const;
    const column = h('div', {
      class: limit !== null && from >= limit ? 'column longer' : 'column',
      title:
        unit === 'tokens'
          ? l10n.t('{0} to {1} tokens: {2}', ...numbers)
          : l10n.t('{0} to {1} words: {2}', ...numbers),
    });
    column.style.setProperty('--share', String(count / most));
    return column;
  });
  const middle = bars[Math.floor(bars.length / 2)]!;
  const axis = [...new Set([bars[0]!.from, middle.from, last.from])];
  return h(
    'div',
    { class: 'histogram' },
    h(
      'div',
      {
        class: 'columns',
        role: 'img',
        'aria-label': l10n.t('Histogram of lengths. The numbers are in the table beside it.'),
      },
      ...columns,
    ),
    h(
      'div',
      { class: 'axis', 'aria-hidden': 'true' },
      ...axis.map((value, i) =>
        h(
          'span',
          { class: 'number' },
          `${groupThousands(value)}${i === axis.length - 1 ? '+' : ''}`,
        ),
      ),
    ),
  );
}

function quantiles(
  { quantiles: values, mean }: DataProfile['lengths'],
  labelledBy: string,
): HTMLElement {
  const rows = [
    ...values.map(
      ({ share, value }) =>
        [NAMES[share] ?? l10n.t('{0}th percentile', Math.round(share * 100)), value] as const,
    ),
    [l10n.t('Mean'), mean] as const,
  ];
  return h(
    'table',
    { class: 'plain', 'aria-labelledby': labelledBy },
    h(
      'tbody',
      {},
      ...rows.map(([name, value]) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, name),
          h('td', { class: 'number' }, groupThousands(value)),
        ),
      ),
    ),
  );
}
