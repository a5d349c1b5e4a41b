import * as l10n from '@vscode/l10n';
import { formatProbability, groupThousands } from '../shared/pageNumbers.js';
import { collectSamples, type Prediction, type SampleView } from './collectSamples.js';
import { h, setText } from '../shared/dom.js';
import type { PanelModel } from './state.js';

/** Table of masked words in the person's own sentences, with predictions before training and now. */
export class SampleTable {
  readonly element: HTMLElement;
  private readonly caption = h('span', { class: 'section-note' });
  private readonly nowHeading = h('th', { scope: 'col' }, l10n.t('Now'));
  private readonly body = h('tbody');
  private readonly empty = h(
    'p',
    { class: 'hint' },
    l10n.t('Predictions appear here after the first evaluation, before the first step.'),
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
          h('th', { scope: 'col' }, l10n.t('Sentence')),
          h('th', { scope: 'col', class: 'probability' }, l10n.t('Original word')),
          h('th', { scope: 'col' }, l10n.t('Before')),
          this.nowHeading,
        ),
      ),
      this.body,
    );
    this.table.hidden = true;
    this.element = h(
      'section',
      { class: 'section' },
      h('h2', { id: 'samples-heading' }, l10n.t('Predictions on Your Text'), ' ', this.caption),
      this.empty,
      this.table,
    );
  }

  draw(model: PanelModel): void {
    const { firstSamples, latestSamples } = model;
    const isImported = (model.run?.setup?.imported ?? null) !== null;
    this.element.hidden = model.run?.samplesMasks === false || isImported;
    if (this.drawn[0] === firstSamples && this.drawn[1] === latestSamples) return;
    this.drawn = [firstSamples, latestSamples];
    const samples = collectSamples(firstSamples, latestSamples);
    this.empty.hidden = samples.length > 0;
    this.table.hidden = samples.length === 0;
    const step = latestSamples?.step ?? 0;
    const isLater = samples.some(({ now }) => now !== null);
    setText(
      this.nowHeading,
      isLater ? l10n.t('Now, step {0}', groupThousands(step)) : l10n.t('Now'),
    );
    setText(this.caption, captionOf(samples));
    this.body.replaceChildren(...samples.map(drawSample));
  }
}

function captionOf(samples: readonly SampleView[]): string {
  const pairs = samples.flatMap(({ before, now }) => (now === null ? [] : [{ before, now }]));
  if (pairs.length === 0) return '';
  const better = pairs.filter((p) => p.now.originalProbability > p.before.originalProbability);
  return l10n.t(
    'original word more likely than before in {0} of {1}',
    groupThousands(better.length),
    groupThousands(pairs.length),
  );
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
          if (kind === 'gap')
            return h('span', { class: 'gap', title: l10n.t('Also masked') }, text);
          return text;
        }),
      ),
      h('span', { class: 'file' }, sample.file),
    ),
    h(
      'td',
      { class: 'probability number' },
      h('span', { 'data-testid': 'sample-before' }, formatProbability(before.originalProbability)),
      h('span', { class: 'arrow', 'aria-label': l10n.t('to') }, ' → '),
      h(
        'span',
        { class: `now ${toneOf(sample)}`, 'data-testid': 'sample-now' },
        formatProbability(now?.originalProbability),
      ),
    ),
    drawCandidates(before, 'before'),
    drawCandidates(now, 'now'),
  );
}

function toneOf({ before, now }: SampleView): string {
  // Two equal numbers have no color, or they would seem to differ.
  const shown = formatProbability(before.originalProbability);
  if (now === null || formatProbability(now.originalProbability) === shown) return '';
  return now.originalProbability > before.originalProbability ? 'better' : 'worse';
}

function drawCandidates(prediction: Prediction | null, when: 'before' | 'now'): HTMLElement {
  const label = when === 'before' ? l10n.t('Before') : l10n.t('Now');
  if (prediction === null) return h('td', { class: 'candidates', 'data-label': label }, '–');
  return h(
    'td',
    {
      class: 'candidates',
      'data-label': label,
      'data-testid': `sample-candidates-${when}`,
    },
    h(
      'ol',
      {},
      ...prediction.candidates.map(({ word, probability, isOriginal }) => {
        const bar = h('span', { class: 'bar' });
        bar.style.setProperty('--share', String(probability));
        return h(
          'li',
          isOriginal ? { class: 'original', title: l10n.t('The original word') } : {},
          bar,
          h('span', { class: 'word' }, word),
          h('span', { class: 'number' }, formatProbability(probability)),
        );
      }),
    ),
  );
}
