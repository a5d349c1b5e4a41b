import type { RunParameters } from '../../../core/specs/runParameters.js';
import { parametersOfFacts } from '../../../core/specs/runFacts.js';
import type { RunSummary } from '../../../node/runs/runReader.js';

const NONE: RunParameters = {};

/** Parameters of a run; none if it is unreadable. */
export function parametersOfRun({ facts }: Pick<RunSummary, 'facts'>): RunParameters {
  return facts === null ? NONE : parametersOfFacts(facts);
}
