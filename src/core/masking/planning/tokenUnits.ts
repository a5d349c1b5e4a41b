import type { Annotation } from '../masker.js';
import type { Tokenizer } from '../../tokenizer/tokenizer.js';

/**
 * What a policy may mask of a sequence, a number a token: 0 for what is never masked, else the rule
 * of the unit that the token is of, with the lowest bit set where that unit begins. Two bytes a
 * token, so that gigabytes of text can be kept beside their tokens.
 */
export type TokenMarks = Int16Array;

/** Rules begin at `ALWAYS`, -2; 0 is taken. */
const FIRST_CODE = 3;

/**
 * Marks the tokens of a text that are of a unit. Those that a model cannot predict, such as words
 * that it does not know, are marked 0.
 */
export function marksOf(
  { tokenStarts, tokenEnds, rules }: Annotation,
  ids: Int32Array,
  tokenizer: Pick<Tokenizer, 'isSpecial'>,
): TokenMarks {
  const marks = new Int16Array(ids.length);
  for (let unit = 0; unit < rules.length; unit++) {
    const code = (rules[unit]! + FIRST_CODE) << 1;
    let first = 1;
    for (let token = tokenStarts[unit]!; token < tokenEnds[unit]!; token++) {
      if (tokenizer.isSpecial(ids[token]!)) continue;
      marks[token] = code | first;
      first = 0;
    }
  }
  return marks;
}

/** The units that marks stand for. Their places are in tokens: the text is not kept. */
export function unitsOf(marks: TokenMarks): Annotation {
  let count = 0;
  for (const mark of marks) count += mark & 1;
  const tokenStarts = new Int32Array(count);
  const tokenEnds = new Int32Array(count);
  const rules = new Int16Array(count);
  let unit = -1;
  for (let token = 0; token < marks.length; token++) {
    const mark = marks[token]!;
    if (mark === 0) continue;
    if ((mark & 1) === 1) {
      unit++;
      tokenStarts[unit] = token;
      rules[unit] = ruleOf(mark);
    }
    tokenEnds[unit] = token + 1;
  }
  return { starts: tokenStarts, ends: tokenEnds, tokenStarts, tokenEnds, rules };
}

/** The rule of a token that is not marked 0. */
export function ruleOf(mark: number): number {
  return (mark >> 1) - FIRST_CODE;
}
