import { describe, expect, it } from 'vitest';
import { chaptersOfUsfm, stringsOfLua } from '../../../../scripts/pretraining/sources/markup.js';

describe('USFM', () => {
  it('has a list of paragraphs for each chapter, without numbers, notes and titles', () => {
    const book = `\\id RUT 08-RUT-web.sfm
\\mt1 Ruth
\\c 1
\\p
\\v 1 In the days\\f + \\fr 1:1 \\ft a note\\f* there was a famine.
\\v 2 A man went \\add out\\add* of the city.
\\q1
\\v 3 \\wj “Where you go,\\wj*
\\q2 I will go.”
\\c 2
\\s1 A heading
\\p
\\v 1-2 She came home.
`;
    expect(chaptersOfUsfm(book)).toEqual([
      ['In the days there was a famine. A man went out of the city. "Where you go, I will go."'],
      ['She came home.'],
    ]);
  });
});

describe('Lua', () => {
  it('has strings that are marked for translation', () => {
    const code = String.raw`
title = _("A \"new\" job")
plain = "not for the player"
show(_"First.\nStill first.\n\nSecond.", my_("other"))
text = _([[
  "Hello there,
  nice to meet you!"]])`;
    expect(stringsOfLua(code)).toEqual([
      'A "new" job',
      'First. Still first.',
      'Second.',
      '"Hello there, nice to meet you!"',
    ]);
  });
});
