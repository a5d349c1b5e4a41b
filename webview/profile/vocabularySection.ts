import type { DataProfile } from '../../src/core/profile/profile.js';
import { formatShare, groupThousands } from '../../src/core/format.js';
import { h } from '../shared/dom.js';
import { barTable, countedRows, subheading } from './bars.js';
import { Section } from './section.js';

const SHOWN = 12;

/** Words that the model's tokenizer breaks up or does not know. */
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
      title: 'Words that the model breaks up',
      note: `${formatShare(overSplit / words)} of the words are ${pieces} pieces or more`,
      shown: [split, unknown],
      draw: () => [
        ...(split.length === 0
          ? []
          : [
              barTable({
                labelledBy: this.headingId,
                columns: ['Word', 'Pieces', 'Count'],
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
              subheading(unknownId, 'Words that it cannot spell'),
              barTable({
                labelledBy: unknownId,
                columns: ['Word', 'Count'],
                rows: countedRows(unknown),
              }),
            ]),
      ],
    };
  }
}

/** The most frequent terms, and those that set the text apart. */
export class TermSection extends Section {
  constructor() {
    super('terms');
  }

  protected collect({ terms }: DataProfile): ReturnType<Section['collect']> {
    const lists = (
      [
        ['Most frequent', terms.frequent],
        ['What sets it apart', terms.distinctive],
      ] as const
    ).filter(([, list]) => list.length > 0);
    if (lists.length === 0) return null;
    return {
      title: 'Terms',
      note: 'stop words left out',
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
              barTable({ labelledBy: id, columns: ['Term', 'Count'], rows: countedRows(rows) }),
            );
          }),
        ),
      ],
    };
  }
}
