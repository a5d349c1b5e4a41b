import type { TextContext } from '../annotation/textContext.js';

/** Reports where in a text something is: UTF-16 offsets, in any order. */
export type Selector = (context: TextContext, found: (start: number, end: number) => void) => void;
