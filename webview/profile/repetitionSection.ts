import type { DataProfile } from '../../src/core/profile/profile.js';
import { personalDataText } from '../../src/core/profile/profileFacts.js';
import { formatShare, groupThousands } from '../../src/core/format.js';
import { h } from '../shared/dom.js';
import { barTable, countedRows, subheading } from './bars.js';
import { Section } from './section.js';

/** What stands in the data again and again, and what is private in it. */
export class RepetitionSection extends Section {
  constructor() {
    super('repetition');
  }

  protected collect(profile: DataProfile): ReturnType<Section['collect']> {
    const { duplicates, boilerplate, personalData } = profile;
    const { examples, exact, exactShare, isEstimate } = duplicates;
    const tables = [
      {
        name: 'Repeated records',
        rows: examples.map(({ text, count }) => ({ name: text, count })),
      },
      {
        name: 'Repeated lines',
        rows: boilerplate.map(({ text, count }) => ({ name: text, count })),
      },
      {
        name: 'Personal data, by kind',
        rows: personalData.map(({ kind, count }) => ({
          name: personalDataText(kind, count),
          count,
        })),
      },
    ].filter(({ rows }) => rows.length > 0);
    if (tables.length === 0) return null;
    const about = isEstimate ? 'about ' : '';
    return {
      title: 'Repetition and personal data',
      note:
        exact === 0
          ? ''
          : `${about}${groupThousands(exact)} records repeat an earlier one (${formatShare(exactShare)})`,
      shown: tables,
      draw: () =>
        tables.map(({ name, rows }, i) => {
          const id = `${this.headingId}-${i}`;
          const table = barTable({
            labelledBy: id,
            columns: [name, 'Count'],
            rows: countedRows(rows),
          });
          return h('div', {}, subheading(id, name), table);
        }),
    };
  }
}
