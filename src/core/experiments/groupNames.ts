import { isSuggestedName } from '../runs/runId.js';
import { originalName, type RunFacts } from '../specs/runFacts.js';

/** A run as the name of its group is made. */
export interface RunToName {
  readonly id: string;
  /** Name that the person sees: theirs, or the original one. */
  readonly name: string;
  readonly facts: Pick<RunFacts, 'name' | 'study'> | null;
}

/** Name that the person gave all runs of a group, or their arm of a study; `null` without one. */
export function givenName(runs: readonly RunToName[]): string | null {
  const first = runs[0]!;
  const isShared = runs.every(({ name }) => name === first.name);
  const isSuggested = first.name === originalName(first) && isSuggestedName(first.name);
  if (isShared && !isSuggested) return first.name;
  return first.facts?.study?.arm ?? null;
}
