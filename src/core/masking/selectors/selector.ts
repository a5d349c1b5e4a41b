import type { TextContext } from '../annotation/textContext.js';

/** Reports matches in a text by their UTF-16 offsets, in any order. */
export type Selector = (context: TextContext, found: (start: number, end: number) => void) => void;
