import type { DataProfile } from '../../src/core/profile/profile.js';
import { formatCount, formatShare, groupThousands } from '../../src/core/format.js';
import { h } from '../shared/dom.js';
import { Section } from './section.js';

const NAMES: Readonly<Record<number, string>> = { 0: 'Shortest', 0.5: 'Median', 1: 'Longest' };

/** How long the records are: a histogram, and quantiles as a table. */
export class LengthSection extends Section {
  constructor() {
    super('lengths');
  }

  protected collect({ lengths, model, examined }: DataProfile): ReturnType<Section['collect']> {
    if (lengths.histogram.length === 0) return null;
    const limit = model?.maxLength ?? null;
    return {
      title: `Lengths in ${lengths.unit}`,
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
                `${formatShare(lengths.longer / examined.records)} longer than the ${groupThousands(limit)} tokens that the model reads at once: texts are cut there, rows of tables lose their end`,
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
    const range = `${groupThousands(from)} to ${groupThousands(to - 1)} ${unit}`;
    const column = h('div', {
      class: limit !== null && from >= limit ? 'column longer' : 'column',
      title: `${range}: ${formatCount(count, 'record')}`,
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
        'aria-label': `Histogram of lengths; the table beside it has the numbers. Most records: ${groupThousands(most)} in one bar.`,
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
    ...values.map(({ share, value }) => [NAMES[share] ?? `${share * 100}% up to`, value] as const),
    ['Mean', mean] as const,
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
