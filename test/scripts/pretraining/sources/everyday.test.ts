import { describe, expect, it } from 'vitest';
import {
  exercisesOfLesson,
  messagesOfMap,
  talkIn,
} from '../../../../scripts/pretraining/sources/everyday.js';

describe('texts of games', () => {
  it('are the usable strings of a JSON object, without comments and drawings', () => {
    const object = {
      '//': 'A comment.',
      id: 'tea',
      description: { str: 'A cup of <color_red>hot</color> tea…', str_pl: 'Cups of tea.' },
      rows: ['####'],
      responses: [
        { text: 'Good morning, <name_g>.', say: 'I lost 3% of it.' },
        { text: 'Would you like some?', no: 'Oh shit, it is cold.' },
      ],
    };
    expect([...talkIn(object)]).toEqual(['tea', 'A cup of hot tea...', 'Would you like some?']);
  });

  it('are the messages of a map, parted by what was asked', () => {
    const map = `arch sign
msg
@match key|door
The key is
under the [color=red]mat[/color].
@match *
Go away!
endmsg
end
msg
Costs $money.
endmsg
`;
    expect(messagesOfMap(map)).toEqual(['The key is under the mat.', 'Go away!']);
  });
});

describe('typing lessons', () => {
  it('give sentences and paragraphs, without drills and cut words', () => {
    const lesson = `  Lesson S1
*:LABEL
T:An explanation.
 :
I:Type this
S:The quick brown fox jumped over
 :the lazy dogs.
 :
 :How-
 :ever, no.
D:jnj not jnj ton jnj
D:Kate  uses ink.
`;
    expect(exercisesOfLesson(lesson)).toEqual([
      'The quick brown fox jumped over the lazy dogs.',
      'Kate uses ink.',
    ]);
  });
});
