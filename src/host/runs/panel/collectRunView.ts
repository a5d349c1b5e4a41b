import { fillsMasks, objectiveOfRun, predictsTexts } from '../../../core/objectives/objectives.js';
import { readsPairs } from '../../../core/specs/runFacts.js';
import type { RunSummary } from '../../../node/runs/runReader.js';
import type { RunView } from '../../../protocol/runPanelMessages.js';

/** Whether hovers use the model of a run or a checkpoint of it, and whether they follow the newest. */
export type HoverUse = Pick<RunView, 'isUsedForHovers' | 'isFollowedByHovers'>;

/** Reshapes a run for its panel. */
export function collectRunView(run: RunSummary, use: HoverUse): RunView {
  const { directory, id, name, status, problem, facts, state, hasModel } = run;
  const objective = objectiveOfRun(facts);
  return {
    directory,
    id,
    name,
    status,
    problem,
    setup: facts,
    metrics: objective.metrics,
    baselineNames: objective.data === 'labelled' ? objective.baselineNames : null,
    samplesMasks: objective.fillsMasks,
    readsPairs: facts !== null && readsPairs(facts),
    fillsMasks: fillsMasks(facts),
    predictsTexts: predictsTexts(facts),
    state,
    hasModel,
    ...use,
  };
}
