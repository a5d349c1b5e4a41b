import type { DataProfile } from '../../src/core/profile/profile.js';
import { formatShare, groupThousands } from '../../src/core/format.js';
import { barTable, type BarRow } from './bars.js';
import { Section } from './section.js';

const CERTAINTY = {
  high: '',
  medium: 'fairly sure',
  low: 'little more than a guess',
  none: 'too little text to tell',
} as const;

/** Which languages and scripts the text is in. */
export class LanguageSection extends Section {
  constructor() {
    super('languages');
  }

  protected collect({ languages }: DataProfile): ReturnType<Section['collect']> {
    const { found, scripts, judged, sampled, certainty } = languages;
    if (sampled === 0) return null;
    const of =
      judged === 0
        ? ''
        : `in ${groupThousands(judged)} of ${groupThousands(sampled)} sampled texts`;
    const rows = (shares: readonly { name: string; share: number }[]): BarRow[] =>
      shares.map(({ name, share }) => ({ name, value: share, cells: [formatShare(share)] }));
    return {
      title: 'Languages',
      note: [of, CERTAINTY[certainty]].filter((part) => part !== '').join(', '),
      shown: [found, scripts],
      draw: () => [
        barTable({
          labelledBy: this.headingId,
          columns: ['Language', 'Share of the characters'],
          rows: rows(found),
        }),
        ...(scripts.length < 2
          ? []
          : [
              barTable({
                labelledBy: this.headingId,
                columns: ['Script', 'Share of the letters'],
                rows: rows(scripts.map(({ name, share }) => ({ name: `${name} script`, share }))),
              }),
            ]),
      ],
    };
  }
}
