import * as l10n from '@vscode/l10n';
import type { DataProfile } from '../../src/core/profile/profile.js';
import { formatShare, groupThousands } from '../shared/pageNumbers.js';
import { h } from '../shared/dom.js';
import { barTable, countedRows, subheading } from './bars.js';
import { Section } from './section.js';

const SHOWN = 12;

/** Words that the tokenizer splits into many pieces or does not know. */
export class VocabularySection extends Section {
  constructor() {
    super('vocabulary');
  }

  protected collect({ vocabulary }: DataProfile): ReturnType<Section['collect']> {
    if (vocabulary === null || vocabulary.words === 0) return null;
    const { overSplitWords, unknownWords, overSplit, words, pieces } = vocabulary;
    if (overSplitWords.length === 0 && unknownWords.length === 0) return null;
    const split = overSplitWords.slice(0, SHOWN);
    const unknown = unknownWords.slice(0, SHOWN).map(({ term, count }) => ({ name: term, count }));
    const unknownId = `${this.headingId}-unknown`;
    return {
      title: l10n.t('Over-Split Words'),
      note: l10n.t(
        '{0} of the words have {1} pieces or more',
        formatShare(overSplit / words),
        pieces,
      ),
      shown: [split, unknown],
      draw: () => [
        ...(split.length === 0
          ? []
          : [
              barTable({
                labelledBy: this.headingId,
                columns: [l10n.t('Word'), l10n.t('Pieces'), l10n.t('Count')],
                rows: split.map(({ term, count, pieces: parts }) => ({
                  name: term,
                  value: count,
                  cells: [parts.join('·'), groupThousands(count)],
                })),
              }),
            ]),
        ...(unknown.length === 0
          ? []
          : [
              subheading(unknownId, l10n.t('Words with Unknown Characters')),
              barTable({
                labelledBy: unknownId,
                columns: [l10n.t('Word'), l10n.t('Count')],
                rows: countedRows(unknown),
              }),
            ]),
      ],
    };
  }
}

/** The most frequent terms and the distinctive ones. */
export class TermSection extends Section {
  constructor() {
    super('terms');
  }

  protected collect({ terms }: DataProfile): ReturnType<Section['collect']> {
    const lists = (
      [
        [l10n.t('Most Frequent'), terms.frequent],
        [l10n.t('Distinctive'), terms.distinctive],
      ] as const
    ).filter(([, list]) => list.length > 0);
    if (lists.length === 0) return null;
    return {
      title: l10n.t('Terms'),
      note: l10n.t('without stop words'),
      shown: terms,
      draw: () => [
        h(
          'div',
          { class: 'pair' },
          ...lists.map(([name, list], i) => {
            const id = `${this.headingId}-${i}`;
            const rows = list.slice(0, SHOWN).map(({ term, count }) => ({ name: term, count }));
            return h(
              'div',
              {},
              subheading(id, name),
              barTable({
                labelledBy: id,
                columns: [l10n.t('Term'), l10n.t('Count')],
                rows: countedRows(rows),
              }),
            );
          }),
        ),
      ],
    };
  }
}
