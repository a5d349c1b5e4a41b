import { describe, expect, it } from 'vitest';
import { markedSenses, textOfMail } from '../../../scripts/studies/labelledTexts.js';

describe('textOfMail', () => {
  it('has the subject and the body without tags', () => {
    const mail = 'From: a@example.com\r\nSubject: Hello\r\nX: y\r\n\r\n<p>One</p>\r\n\r\nTwo\u0000';
    expect(textOfMail(mail)).toBe('Hello\n One \n\nTwo');
    expect(textOfMail('From: a@example.com\n\nBody')).toBe('Body');
  });
});

describe('markedSenses', () => {
  it('reads a sense whose mark is in the head line, and not the headword behind its source', () => {
    const entry = `Acarina \\Ac\`a*ri"na\\, prop. n. pl. [NL., from Gr. ? a mite.]
   (Zo["o]l.)
   The order of {Arachnida} which includes the mites and
   ticks.
   [1913 Webster] acarine
`;
    expect(markedSenses(entry)).toEqual([
      { label: 'animal', text: 'The order of Arachnida which includes the mites and ticks.' },
    ]);
  });

  it('reads numbered senses, and leaves out references, other fields and WordNet', () => {
    const entry = `Choragus \\Cho*ra"gus\\, n.
   1. (Mus.) One who sings the leading part. [Obs.]
      [1913 Webster]

   2. (Min.) A salt.
      [1913 Webster]

   3. (Bot.) See {Bean}.
      [1913 Webster]

   4. (Anat.) A bone.
      [WordNet 1.5]
`;
    expect(markedSenses(entry)).toEqual([{ label: 'substance', text: 'A salt.' }]);
  });
});
