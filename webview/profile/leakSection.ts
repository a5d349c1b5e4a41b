import * as l10n from '@vscode/l10n';
import { cueMessage } from '../../src/core/interference/cueTexts.js';
import type { Cue } from '../../src/core/interference/cues.js';
import { explanationOf, shareMessage, STABILITY_TEXTS } from '../../src/core/profile/leakTexts.js';
import type { DataProfile, ProfileLeak } from '../../src/core/profile/profile.js';
import { h } from '../shared/dom.js';
import { formatFraction, formatShare, groupThousands } from '../shared/pageNumbers.js';
import { plural, say } from '../shared/pageWords.js';
import { Section } from './section.js';

const SHOWN = 20;

interface Asked {
  readonly cue: Cue;
  readonly inShifted: boolean;
}

/** Words and patterns that predict a label, each with buttons that list its rows. */
export class LeakSection extends Section {
  constructor(private readonly onOpen: (asked: Asked) => void) {
    super('leaks');
    this.element.classList.add('wide');
  }

  protected collect({ leaks, shifted }: DataProfile): ReturnType<Section['collect']> {
    if (leaks === null || leaks.count === 0) return null;
    const found = leaks.found.slice(0, SHOWN);
    return {
      title: l10n.t('Words and Patterns That Predict a Label'),
      note:
        shifted === null
          ? l10n.t(
              '{0} of {1} tests, with Bonferroni’s correction',
              groupThousands(leaks.count),
              groupThousands(leaks.tests),
            )
          : l10n.t(
              '{0} of {1} are not reproduced in the shifted sample',
              groupThousands(leaks.unstable),
              groupThousands(leaks.count),
            ),
      shown: [found, leaks, shifted],
      draw: () => [
        this.table(found, shifted !== null),
        ...(leaks.count > found.length
          ? [h('p', { class: 'hint' }, moreLeaks(leaks.count - found.length))]
          : []),
        h('p', { class: 'hint' }, hintOf(shifted)),
      ],
    };
  }

  private table(leaks: readonly ProfileLeak[], isCompared: boolean): HTMLElement {
    const columns = [
      l10n.t('Word or pattern'),
      l10n.t('Label'),
      l10n.t('Texts with the label'),
      l10n.t('Share of the label'),
      l10n.t('z'),
      ...(isCompared ? [l10n.t('In the shifted sample')] : []),
    ];
    return h(
      'div',
      { class: 'leaks' },
      h(
        'table',
        { class: 'plain', 'aria-labelledby': this.headingId },
        h('thead', {}, h('tr', {}, ...columns.map((column) => h('th', { scope: 'col' }, column)))),
        h('tbody', {}, ...leaks.map((leak) => this.row(leak, isCompared))),
      ),
    );
  }

  private row(leak: ProfileLeak, isCompared: boolean): HTMLElement {
    const { cue, label, baseShare, z } = leak;
    return h(
      'tr',
      {},
      h('th', { scope: 'row' }, this.link(say(cueMessage(cue)), { cue, inShifted: false })),
      h('td', { class: 'leak-label', title: label }, label),
      h('td', { class: 'number' }, say(shareMessage(leak))),
      h('td', { class: 'number' }, formatShare(baseShare)),
      h('td', { class: 'number' }, formatFraction(z, 1)),
      isCompared ? this.shiftedCell(leak) : null,
    );
  }

  private shiftedCell(leak: ProfileLeak): HTMLElement {
    const { cue, shifted } = leak;
    const title = say(explanationOf(leak));
    if (shifted === null) return h('td', { title }, l10n.t('not compared'));
    const { share, texts, stability } = shifted;
    return h(
      'td',
      { class: `stability ${stability}`, title },
      ...(share === null
        ? []
        : [this.link(say(shareMessage({ share, texts })), { cue, inShifted: true }), ', ']),
      say(STABILITY_TEXTS[stability]),
    );
  }

  private link(text: string, asked: Asked): HTMLElement {
    const title = asked.inShifted
      ? l10n.t('List these texts of the shifted sample')
      : l10n.t('List the texts with it');
    const button = h('button', { type: 'button', class: 'link', title }, text);
    button.addEventListener('click', () => {
      this.onOpen(asked);
    });
    return button;
  }
}

function hintOf(shifted: DataProfile['shifted']): string {
  if (shifted === null) {
    return l10n.t(
      'A label that a word gives away may be learned from that word alone. The list does not say that a word is wrong: compare with a shifted sample to see which associations hold.',
    );
  }
  const count = groupThousands(shifted.compared);
  return plural(
    shifted.compared,
    l10n.t('{0} text of the shifted sample was compared, at its class balance.', count),
    l10n.t('{0} texts of the shifted sample were compared, at their class balance.', count),
  );
}

function moreLeaks(count: number): string {
  const shown = groupThousands(count);
  return plural(count, l10n.t('and {0} more', shown), l10n.t('and {0} more', shown));
}
