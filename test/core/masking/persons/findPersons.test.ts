import { describe, expect, it } from 'vitest';
import { findPersons } from '../../../../src/core/masking/persons/findPersons.js';
import { leastTime } from '../../../support/leastTime.js';

/** Encloses the names that are found in brackets. */
function marked(text: string): string {
  let result = '';
  let at = 0;
  findPersons(text, (start, end) => {
    result += `${text.slice(at, start)}[${text.slice(start, end)}]`;
    at = end;
  });
  return result + text.slice(at);
}

const SENTENCES = [
  // Names that the lists have, and whole names of which they have one word.
  '[John Smith] wrote to [Maria].',
  'The minutes are by [Siobhán Murphy] and [José García].',
  'Ask [Priya Natarajan] or [Nguyen Van Anh].',
  'I met [ANNA MILLER] today.',
  'thanks [john smith], see you',
  "[Anna]'s car and [James]’s bike",
  // Titles, initials, particles, suffixes.
  'Dear [Mr. Winder],',
  '[Mr Jones] and [Mrs O’Neill] met [Prof. Dr. Anna Schmidt-Weber].',
  '[Dr. House] is here.',
  'A letter to [Jan van der Berg]',
  '[J.K. Rowling] and [George W. Bush]',
  '[Thomas A Edison] and [Robert Downey Jr.]'.replace('.]', ']'),
  '[Jean-Luc Monin] won.',
  // Names that are in no list, by the words around them and by their endings.
  'Dear [Xochitl],',
  '[Juppe] told reporters.',
  'Coach [Berti Vogts] was pleased.',
  'They asked [Zdeněk Kowalczyk] again.',
  'signed by [Murkowski]',
  '--[Tom Dunlap]',
  'Regards\n\n[Ray Gardener]\nSheffield Hallam',
  'Best,\n[Rob]',
  'At 1:16 PM -0400 8/22/02, [Theo] wrote',
  // Names that are also other words.
  'Hi [Bob], please call [Mark].',
  '[Will Smith] said so.',
  'May I call you in May, April?',
  'Mark the box and grant access.',
  'Rose wine from Austin in June',
  'Apply for a Grant or a Free Grant.',
  'She wore a rose in the hall.',
  // Places, organizations and things.
  'San Francisco, Sri Lanka, St. Louis and St. Mary’s',
  'Johnson University, Lincoln Park and the Victoria Hotel',
  'Simon & Schuster and Douglas & Lomason',
  'the U.S. Gulf and the U.N. Council',
  'Microsoft SQL Server on Windows, BEA WebLogic and Sony CLIE PEG-T415',
  'Dear Homeowner, dear Customer,',
  'Update Your Account Now',
  'MS MO MT NE NV NH NJ',
  'VIN 1HGCM82633A004352',
  'the lookup of yourself',
  'john.smith@example.org, www.example.org/John and C:\\John',
  'Please Click Here To Order Online Today',
];

describe('names of persons', () => {
  it.each(SENTENCES)('in %j', (sentence) => {
    expect(marked(sentence.replaceAll(/[[\]]/g, ''))).toBe(sentence);
  });

  it('take time that grows with the text', () => {
    for (const unit of ['John ', 'JOHN ', 'van ', 'Dr. ', 'A. ', "O'", 'A-', 'Xyz Abc\n']) {
      const small = unit.repeat(40_000 / unit.length);
      const large = small.repeat(10);
      const ratio =
        leastTime(() => {
          findPersons(large, () => {});
        }) /
        leastTime(() => {
          findPersons(small, () => {});
        });
      expect(ratio, JSON.stringify(unit)).toBeLessThan(40);
    }
  });
});
