import type { JSONPath } from 'jsonc-parser';

/** Something wrong in the text of a policy. Offsets are UTF-16 units. */
export interface PolicyProblem {
  readonly offset: number;
  readonly length: number;
  /** What is wrong, in a sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** A problem by its place in the tree of values instead of in the text. */
export interface ProblemAt {
  readonly path: JSONPath;
  /** Of a property: the key is at fault, not the value. */
  readonly key?: string;
  readonly message: string;
  readonly remedy: string;
}
