import type { JSONPath } from 'jsonc-parser';
import type { Problem } from '../messages/message.js';

/** A problem in the text of a file. Offsets are UTF-16 units. */
export interface DocumentProblem {
  readonly offset: number;
  readonly length: number;
  readonly problem: Problem;
}

/** A problem located by a path of keys and indices instead of offsets in the text. */
export interface ProblemAt {
  readonly path: JSONPath;
  /** Property whose key, not its value, has the problem. */
  readonly key?: string;
  readonly problem: Problem;
}
