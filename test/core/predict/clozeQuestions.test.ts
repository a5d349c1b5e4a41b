import { describe, expect, it } from 'vitest';
import { proseOf } from '../../../src/core/text/prose/prose.js';
import { askedText, clozeQuestionsIn } from '../../../src/core/predict/clozeQuestions.js';
import { clozeSheet } from '../../../src/core/predict/clozeSheet.js';

/** Text that is read for each question, and the words to choose from. */
function asked(text: string) {
  return clozeQuestionsIn(text).map((question) => {
    for (const { word, start, end } of question.choices) expect(text.slice(start, end)).toBe(word);
    const read = askedText(text, question, '<mask>');
    expect(read.text.slice(read.start).startsWith('<mask>')).toBe(true);
    return [read.text.trim(), question.choices.map(({ word }) => word)];
  });
}

describe('questions of a text', () => {
  it('have choices behind their blank, which the model does not read', () => {
    expect(asked('The fox ____ over the dog.   (a) jumps (b) walks (c) flies away')).toEqual([
      ['The fox <mask> over the dog.', ['jumps', 'walks', 'flies away']],
    ]);
    expect(asked('He [MASK] home. A. went, B. go; C. gone.')).toEqual([
      ['He <mask> home.', ['went', 'go', 'gone']],
    ]);
    expect(asked('The ____ (fox / dog) jumps over the ____ (cat|fence).')).toEqual([
      ['The <mask> jumps over the <mask>.', ['fox', 'dog']],
      ['The <mask> jumps over the <mask>.', ['cat', 'fence']],
    ]);
  });

  it('have choices on lines below', () => {
    const lines = 'The fox ____ over the dog.\na) jumps\nb) walks\n\nMore text.';
    expect(asked(lines)).toEqual([['The fox <mask> over the dog.', ['jumps', 'walks']]]);
    const list = '1. The fox ____ over the dog.\n\n- (a) jumps\n- (b) walks\n\nMore text.';
    expect(asked(list)).toEqual([['The fox <mask> over the dog.', ['jumps', 'walks']]]);
  });

  it('are not read with each other', () => {
    const text =
      '1. The fox ____ over the dog. (a) jumps (b) walks\n2. The cat _____ milk. (a) drinks (b) writes\n';
    expect(asked(text)).toEqual([
      ['The fox <mask> over the dog.', ['jumps', 'walks']],
      ['The cat <mask> milk.', ['drinks', 'writes']],
    ]);
    expect(asked('1. The ____ (fox/dog) ran.\n2. He ____ (saw/ate) it.')).toEqual([
      ['The <mask> ran.', ['fox', 'dog']],
      ['He <mask> it.', ['saw', 'ate']],
    ]);
  });

  it('are masks that list words', () => {
    const [question] = clozeQuestionsIn('The [MASK:fox| dog |fox] sat on the ____.');
    expect(question!.isListed).toBe(true);
    expect(asked('The [MASK:fox| dog |fox] sat on the ____.')).toEqual([
      ['The <mask> sat on the <mask>.', ['fox', 'dog']],
    ]);
  });

  it('are none without choices', () => {
    for (const text of [
      'The ____ came (a) alone.',
      'The ____ came. See part b) of it.',
      'The ____ (old) came.',
      'A line: ______________',
      'Choose: (a) one (b) two',
      '[MASK:fox]',
    ]) {
      expect(clozeQuestionsIn(text)).toEqual([]);
    }
  });

  it('are the blanks of a sheet with choices', () => {
    const text = 'It was late. The old captain sailed home and opened the door. He ate quickly.';
    const blank = (answer: string, distractors: readonly string[]) => ({
      ...{ start: text.indexOf(answer), end: text.indexOf(answer) + answer.length, answer },
      ...{ distractors, alsoRight: ['window'], surprisal: 3 },
    });
    const sheet = clozeSheet(
      {
        text,
        cloze: {
          blanks: [
            blank('sailed', ['burned', 'painted', 'counted']),
            blank('door', ['soup', 'tree', 'rain']),
            blank('quickly', []),
          ],
          solved: { of: 2, withContext: 2, withoutContext: 1 },
        },
        seed: 1,
      },
      {
        ...{ title: 'Fill in the Blanks', choices: 'Choices', key: 'Key', note: 'Note.' },
        alsoRight: (words) => `also right: ${words}`,
      },
    );
    const read = 'It was late. The old captain <mask> home and opened the <mask>. He ate <mask>.';
    for (const each of [sheet, proseOf(sheet, 'markdown', 'comments')]) {
      const questions = asked(each);
      expect(questions.map(([context]) => context)).toEqual([read, read]);
      expect(questions.map(([, words]) => [...(words as string[])].sort())).toEqual([
        ['burned', 'counted', 'painted', 'sailed'],
        ['door', 'rain', 'soup', 'tree'],
      ]);
    }
  });

  it('are found quickly in a long text', () => {
    const text = 'The ____ (a) b (b) c ______________ (1) 1. · · '.repeat(2000);
    const began = performance.now();
    clozeQuestionsIn(text);
    expect(performance.now() - began).toBeLessThan(5000);
  });
});
