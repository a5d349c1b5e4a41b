import type { RunParameters } from '../../../core/specs/runParameters.js';
import { parametersOfFacts, type RunFacts } from '../../../core/specs/runFacts.js';
import type { RunSummary } from '../../../node/runs/runReader.js';

/** Parsed once per facts, which stay the same object while `run.json` does not change. */
const parsed = new WeakMap<RunFacts, RunParameters>();
const NONE: RunParameters = {};

/** Parameters of a run; none if it is unreadable. */
export function parametersOfRun({ facts }: Pick<RunSummary, 'facts'>): RunParameters {
  if (facts === null) return NONE;
  const known = parsed.get(facts);
  if (known !== undefined) return known;
  const parameters = parametersOfFacts(facts);
  parsed.set(facts, parameters);
  return parameters;
}
