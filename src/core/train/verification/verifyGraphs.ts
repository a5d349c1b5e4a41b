import { lossNamed } from '../../batches/losses.js';
import { encodeModel } from '../../graph/onnx.js';
import { shapeOf } from '../engine/sessionCache.js';
import { buildLogitsGraph, buildTrainingGraph } from '../engine/trainingGraphs.js';
import { findChangingPass } from './changingPass.js';
import { ExpectedResults, type TrainedLoss } from './expectedResults.js';
import { graphInputs, runGraph, runToLoss, type VerifiedRun } from './graphRun.js';

/** A graph that does not compute the results of its file. */
export interface Divergence {
  /** Pass that changed the results. */
  readonly pass: string;
  /** Largest difference of a logit or a loss, as a part of the largest logit. */
  readonly difference: number;
}

/**
 * Compares the logits and the loss of the graphs that a run is evaluated and trained with, dropout
 * off, with the logits of the file that its model was imported from.
 *
 * @returns the pass that changed them; `null` if none did
 */
export async function verifyGraphs(
  run: VerifiedRun,
  { logits, tolerance }: { readonly logits: Float32Array; readonly tolerance: number },
): Promise<Divergence | null> {
  const { plan, batch } = run;
  const term = lossNamed(plan.losses, batch.loss);
  const expected = new ExpectedResults(logits, batch, term, tolerance);
  const evaluated = expected.differenceOfLogits(await evaluatedLogits(run));
  const trained = expected.differenceOfLoss(await trainedLoss(run));
  if (expected.isWithin(evaluated) && expected.isWithin(trained)) return null;
  const difference = expected.isWithin(evaluated) ? trained : evaluated;
  return { difference, pass: await findChangingPass(run, expected) };
}

async function evaluatedLogits(run: VerifiedRun): Promise<Float32Array> {
  const { graph, logits } = await buildLogitsGraph(run.plan, shapeOf(run.batch));
  const inputs = graphInputs(run, new Map());
  const results = await runGraph(encodeModel(graph), { ...run, inputs, wanted: [logits] });
  return results[logits]!;
}

async function trainedLoss(run: VerifiedRun): Promise<TrainedLoss> {
  const { graph, loss, slices } = await buildTrainingGraph(run.plan, shapeOf(run.batch));
  return runToLoss(run, { graph, loss, inputs: graphInputs(run, slices) });
}
