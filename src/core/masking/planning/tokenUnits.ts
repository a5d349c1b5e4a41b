import type { Annotation } from '../masker.js';
import type { Tokenizer } from '../../tokenizer/tokenizer.js';

/**
 * Maskable units of a sequence, as one number per token: 0 for a token that is never masked, or else
 * the rule of its unit, with the lowest bit set for the first token of the unit. Two bytes per token
 * allow for gigabytes of text.
 */
export type TokenMarks = Int16Array;

/** Makes the lowest rule, `ALWAYS` (-2), positive, since 0 has another meaning. */
const FIRST_CODE = 3;

/**
 * Marks the tokens of units. Tokens that a model cannot predict, such as unknown words, are marked
 * with 0.
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

/** Units that the marks represent. Their offsets count tokens, since the text is not kept. */
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

/** Rule of a token whose mark is not 0. */
export function ruleOf(mark: number): number {
  return (mark >> 1) - FIRST_CODE;
}
