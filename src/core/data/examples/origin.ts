/** Source of an example. */
export interface ExampleOrigin {
  /** Relative to the workspace, as in the run's spec. */
  readonly file: string;
  /** Line of the file, row of a table or entry of a list, from 1. */
  readonly line: number;
  /** Value of the run's group column; null without one. */
  readonly group: string | null;
}
