import { formatProbability, groupThousands } from '../../src/core/format.js';
import { collectSamples, type Prediction, type SampleView } from './collectSamples.js';
import { h, setText } from '../shared/dom.js';
import type { PanelModel } from './state.js';

/** Masked places in the person's own sentences: predictions before training and now. */
export class SampleTable {
  readonly element: HTMLElement;
  private readonly caption = h('span', { class: 'section-note' });
  private readonly nowHeading = h('th', { scope: 'col' }, 'Now');
  private readonly body = h('tbody');
  private readonly empty = h(
    'p',
    { class: 'hint' },
    'Predictions appear here after the first evaluation, made before the first step.',
  );
  private readonly table: HTMLElement;
  private drawn: [unknown, unknown] = [null, null];

  constructor() {
    this.table = h(
      'table',
      { class: 'samples', 'aria-labelledby': 'samples-heading' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, 'Sentence'),
          h('th', { scope: 'col', class: 'probability' }, 'Original word'),
          h('th', { scope: 'col' }, 'Before'),
          this.nowHeading,
        ),
      ),
      this.body,
    );
    this.table.hidden = true;
    this.element = h(
      'section',
      { class: 'section' },
      h('h2', { id: 'samples-heading' }, 'Predictions on your text ', this.caption),
      this.empty,
      this.table,
    );
  }

  draw(model: PanelModel): void {
    const { firstSamples, latestSamples } = model;
    this.element.hidden = model.run?.samplesMasks === false;
    if (this.drawn[0] === firstSamples && this.drawn[1] === latestSamples) return;
    this.drawn = [firstSamples, latestSamples];
    const samples = collectSamples(firstSamples, latestSamples);
    this.empty.hidden = samples.length > 0;
    this.table.hidden = samples.length === 0;
    const step = latestSamples?.step ?? 0;
    const isLater = samples.some(({ now }) => now !== null);
    setText(this.nowHeading, isLater ? `Now, step ${groupThousands(step)}` : 'Now');
    setText(this.caption, captionOf(samples));
    this.body.replaceChildren(...samples.map(drawSample));
  }
}

function captionOf(samples: readonly SampleView[]): string {
  const pairs = samples.flatMap(({ before, now }) => (now === null ? [] : [{ before, now }]));
  if (pairs.length === 0) return '';
  const better = pairs.filter((p) => p.now.originalProbability > p.before.originalProbability);
  return `original word more likely than before in ${better.length} of ${pairs.length}`;
}

function drawSample(sample: SampleView): HTMLElement {
  const { before, now } = sample;
  return h(
    'tr',
    { 'data-testid': 'sample' },
    h(
      'td',
      { class: 'sentence', title: sample.sentence },
      h(
        'p',
        {},
        ...sample.segments.map(({ kind, text }) => {
          if (kind === 'mask') return h('mark', { 'data-testid': 'sample-mask' }, text);
          if (kind === 'gap') return h('span', { class: 'gap', title: 'Masked too' }, text);
          return text;
        }),
      ),
      h('span', { class: 'file' }, sample.file),
    ),
    h(
      'td',
      { class: 'probability number' },
      h('span', { 'data-testid': 'sample-before' }, formatProbability(before.originalProbability)),
      h('span', { class: 'arrow', 'aria-label': 'to' }, ' → '),
      h(
        'span',
        { class: `now ${toneOf(sample)}`, 'data-testid': 'sample-now' },
        formatProbability(now?.originalProbability),
      ),
    ),
    drawCandidates(before, 'Before'),
    drawCandidates(now, 'Now'),
  );
}

function toneOf({ before, now }: SampleView): string {
  // Green or red over two equal numbers would puzzle.
  const shown = formatProbability(before.originalProbability);
  if (now === null || formatProbability(now.originalProbability) === shown) return '';
  return now.originalProbability > before.originalProbability ? 'better' : 'worse';
}

function drawCandidates(prediction: Prediction | null, when: 'Before' | 'Now'): HTMLElement {
  if (prediction === null) return h('td', { class: 'candidates', 'data-label': when }, '–');
  return h(
    'td',
    {
      class: 'candidates',
      'data-label': when,
      'data-testid': `sample-candidates-${when.toLowerCase()}`,
    },
    h(
      'ol',
      {},
      ...prediction.candidates.map(({ word, probability, isOriginal }) => {
        const bar = h('span', { class: 'bar' });
        bar.style.setProperty('--share', String(probability));
        return h(
          'li',
          isOriginal ? { class: 'original', title: 'The original word' } : {},
          bar,
          h('span', { class: 'word' }, word),
          h('span', { class: 'number' }, formatProbability(probability)),
        );
      }),
    ),
  );
}
