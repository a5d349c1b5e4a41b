import { groupBy } from '../collections/groupBy.js';
import { isSuggestedName } from '../runs/runId.js';
import { originalName, type RunFacts } from '../specs/runFacts.js';
import { namesByDifference } from './differences.js';
import { parametersOfRun } from './query/runFields.js';

/** A run as the name of its group is made. */
export interface RunToName {
  readonly id: string;
  /** Name that the person sees: theirs, or the original one. */
  readonly name: string;
  readonly facts: RunFacts | null;
}

/**
 * Names that tell groups of runs apart: the name that the person gave all runs of a group, or their
 * arm of a study; else what differs among the groups. Groups that were given the same name are told
 * apart by what differs among them. `null` without a given name and without a difference.
 */
export function groupNames(
  groups: readonly { readonly runs: readonly RunToName[] }[],
): (string | null)[] {
  const parameters = groups.map(({ runs: [first] }) => parametersOfRun(first!));
  const isImported = (i: number): boolean => (groups[i]!.runs[0]!.facts?.imported ?? null) !== null;
  const differences = namesByDifference(parameters, isImported);
  const names = groups.map(({ runs }, i) => givenName(runs) ?? emptyToNull(differences[i]!));
  const all = names.map((_, i) => i);
  for (const [name, sharing] of groupBy(all, (i) => names[i] ?? null)) {
    if (name === null || sharing.length === 1) continue;
    const apart = namesByDifference(
      sharing.map((i) => parameters[i]!),
      (at) => isImported(sharing[at]!),
    );
    sharing.forEach((i, at) => {
      if (apart[at] !== '') names[i] = `${name} · ${apart[at]!}`;
    });
  }
  return names;
}

function emptyToNull(text: string): string | null {
  return text === '' ? null : text;
}

/** Name that the person gave all runs of a group, or their arm of a study; `null` without one. */
function givenName(runs: readonly RunToName[]): string | null {
  const first = runs[0]!;
  const arm = first.facts?.study?.arm ?? null;
  const isShared = runs.every(({ name }) => name === first.name);
  const isOriginal = first.name === originalName(first);
  // A study names its runs itself, after their arms.
  const isGiven = !isOriginal || (arm === null && !isSuggestedName(first.name));
  return isShared && isGiven ? first.name : arm;
}
