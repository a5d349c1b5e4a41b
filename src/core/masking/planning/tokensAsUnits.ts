import type { Encoding } from '../../tokenizer/tokenizer.js';
import { NO_RULE, type Annotation } from '../masker.js';

/** Length up to which annotations share the arrays that are equal in all of them. */
const MAX_SHARED = 1024;

type Common = Pick<Annotation, 'rules' | 'tokenStarts' | 'tokenEnds'>;

const shared: (Common | undefined)[] = [];

/**
 * Annotation of a text in which each token is a unit and no rule covers any. It shares its arrays
 * with the encoding and other annotations, so they must not be written to or transferred.
 */
export function tokensAsUnits({ ids, starts, ends }: Encoding): Annotation {
  const { length } = ids;
  const { rules, tokenStarts, tokenEnds } =
    length > MAX_SHARED ? commonOf(length) : (shared[length] ??= commonOf(length));
  return { starts, ends, rules, tokenStarts, tokenEnds };
}

function commonOf(length: number): Common {
  const indices = new Int32Array(length + 1);
  for (let i = 0; i <= length; i++) indices[i] = i;
  return {
    rules: new Int16Array(length).fill(NO_RULE),
    tokenStarts: indices.subarray(0, length),
    tokenEnds: indices.subarray(1),
  };
}
