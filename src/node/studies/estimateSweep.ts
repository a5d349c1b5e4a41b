import { MAX_TRIALS } from '../../core/experiments/sweep/sweepFile.js';
import {
  meanTrial,
  sweepPlan,
  trialsToEstimate,
  trialsWithin,
  type SweepPlan,
} from '../../core/experiments/sweep/sweepPlan.js';
import type { RunSpec } from '../../core/runs/schema.js';
import { planRun } from '../runs/createRun.js';
import { estimateRun } from '../runs/estimateRun.js';
import type { LaunchOptions } from '../runs/trainerProcess.js';
import { requestOfTrial, trialCount, type PlannedSweep } from './createSweep.js';

/** Trials whose time decides how many fit into the hours of a sweep. */
const PROBED_TRIALS = 32;

/**
 * Trials, time and disk space of a sweep, by estimates of a few of its runs in trainer processes.
 * Checks the options of all trials. Throws like `createRun`.
 */
export async function estimateSweep(
  planned: PlannedSweep,
  launch: LaunchOptions,
): Promise<SweepPlan> {
  const count = trialCount(planned);
  const specs: RunSpec[] = [];
  for (let trial = 1; trial <= (count ?? PROBED_TRIALS); trial++) {
    specs.push((await planRun(requestOfTrial(planned, trial))).spec);
  }
  const estimated = [];
  for (const spec of trialsToEstimate(specs)) {
    const request = { spec, memoryBytes: null, findLearningRate: false };
    estimated.push({ spec, estimate: await estimateRun(request, launch) });
  }
  const mean = meanTrial(specs, estimated);
  const { design } = planned;
  const seconds = (design.hours ?? 0) * 3600;
  const trials = count ?? trialsWithin(design, mean, { seconds, most: MAX_TRIALS });
  return sweepPlan(design, trials, mean);
}
