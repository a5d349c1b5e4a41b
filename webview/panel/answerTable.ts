import { groupThousands } from '../../src/core/format.js';
import { answerText } from '../../src/core/runs/answerText.js';
import type { AnsweredText, SampleRow } from '../../src/core/runs/schema.js';
import { h, setText } from '../shared/dom.js';
import type { PanelModel } from './state.js';

/** A held-out text with its label, and what the model predicted before training and predicts now. */
export interface AnswerView {
  readonly text: string;
  readonly place: string;
  readonly expected: string;
  readonly before: string;
  /** Null until there is a second evaluation. */
  readonly now: string | null;
  readonly isRight: boolean;
}

/** Pairs the first predictions with the latest ones. */
export function collectAnswers(
  first: SampleRow | null,
  latest: SampleRow | null,
): readonly AnswerView[] {
  if (first === null) return [];
  const isLater = latest !== null && latest.step > first.step;
  return first.answered.map((sample, i): AnswerView => {
    const { expected, predicted, isRight } = answerText(sample);
    const now = isLater ? latest.answered[i] : undefined;
    const again = now === undefined ? null : answerText(now);
    return {
      text: wholeText(sample),
      place: `${sample.file}, row ${groupThousands(sample.line)}`,
      expected,
      before: predicted,
      now: again?.predicted ?? null,
      isRight: again?.isRight ?? isRight,
    };
  });
}

function wholeText({ text, pair }: AnsweredText): string {
  return pair === null ? text : `${text} / ${pair}`;
}

/** Labelled texts that were held out: what the data says, predictions before training and now. */
export class AnswerTable {
  readonly element: HTMLElement;
  private readonly caption = h('span', { class: 'section-note' });
  private readonly nowHeading = h('th', { scope: 'col' }, 'Now');
  private readonly body = h('tbody');
  private drawn: [unknown, unknown] = [null, null];

  constructor() {
    this.element = h(
      'section',
      { class: 'section' },
      h('h2', { id: 'answers-heading' }, 'Predictions on held-out data ', this.caption),
      h(
        'table',
        { class: 'samples', 'aria-labelledby': 'answers-heading' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            h('th', { scope: 'col' }, 'Text'),
            h('th', { scope: 'col' }, 'Data says'),
            h('th', { scope: 'col' }, 'Before'),
            this.nowHeading,
          ),
        ),
        this.body,
      ),
    );
    this.element.hidden = true;
  }

  draw({ firstSamples, latestSamples }: PanelModel): void {
    if (this.drawn[0] === firstSamples && this.drawn[1] === latestSamples) return;
    this.drawn = [firstSamples, latestSamples];
    const answers = collectAnswers(firstSamples, latestSamples);
    this.element.hidden = answers.length === 0;
    const isLater = answers.some(({ now }) => now !== null);
    const step = latestSamples?.step ?? 0;
    setText(this.nowHeading, isLater ? `Now, step ${groupThousands(step)}` : 'Now');
    const right = answers.filter(({ isRight }) => isRight).length;
    setText(this.caption, `${right} of ${answers.length} right`);
    this.body.replaceChildren(...answers.map(drawAnswer));
  }
}

function drawAnswer({ text, place, expected, before, now, isRight }: AnswerView): HTMLElement {
  const verdict = now === null ? '' : isRight ? 'better' : 'worse';
  return h(
    'tr',
    { 'data-testid': 'answer' },
    h(
      'td',
      { class: 'sentence', title: text },
      h('p', { class: 'answer-text' }, text),
      h('span', { class: 'file' }, place),
    ),
    h('td', { 'data-label': 'Data says', 'data-testid': 'answer-expected' }, expected),
    h('td', { 'data-label': 'Before' }, before),
    h(
      'td',
      { 'data-label': 'Now', 'data-testid': 'answer-now' },
      h('span', { class: `now ${verdict}` }, now ?? '–'),
      // The colour of the verdict never stands alone.
      verdict === 'worse' ? h('span', { class: 'file' }, ' not what the data says') : null,
    ),
  );
}
