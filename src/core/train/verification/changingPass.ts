import type { Graph } from '../../graph/graph.js';
import { encodeModel } from '../../graph/onnx.js';
import { lowerDecoderLoss } from '../../graph/passes/attachDecoderLoss.js';
import { lowerLoss } from '../../graph/passes/attachLoss.js';
import { lowerErfGate } from '../../graph/passes/foldGelu.js';
import type { PassResult } from '../../graph/passes/passObserver.js';
import { prune } from '../../graph/passes/prune.js';
import type { Tensor } from '../../ports.js';
import { shapeOf } from '../engine/sessionCache.js';
import { buildTrainingGraph } from '../engine/trainingGraphs.js';
import { rowsOf, type ExpectedResults } from './expectedResults.js';
import { graphInputs, runGraph, runToLoss, type VerifiedRun } from './graphRun.js';

/** State of the graph after a pass. */
interface Stage extends PassResult {
  readonly pass: string;
  readonly graph: Graph;
}

/**
 * Applies the passes one after the other and compares the result after each.
 *
 * @returns the first pass after which it differs
 */
export async function findChangingPass(
  run: VerifiedRun,
  expected: ExpectedResults,
): Promise<string> {
  const stages: Stage[] = [];
  const observe = (pass: string, graph: Graph, { value, holds }: PassResult): void => {
    stages.push({ pass, value, holds, graph: runnableCopy(graph, value) });
  };
  const { slices } = await buildTrainingGraph({ ...run.plan, observe }, shapeOf(run.batch));
  const inputs = graphInputs(run, slices);
  for (const stage of stages) {
    if (!expected.isWithin(await differenceAfter(stage, { run, expected, inputs }))) {
      return stage.pass;
    }
  }
  return stages.at(-1)!.pass;
}

async function differenceAfter(
  { graph, value, holds }: Stage,
  {
    run,
    expected,
    inputs,
  }: { run: VerifiedRun; expected: ExpectedResults; inputs: Record<string, Tensor> },
): Promise<number> {
  if (holds === 'loss') {
    return expected.differenceOfLoss(await runToLoss(run, { graph, loss: value, inputs }));
  }
  const results = await runGraph(encodeModel(graph), { ...run, inputs, wanted: [value] });
  const logits = results[value]!;
  return expected.differenceOfLogits(holds === 'rows' ? logits : rowsOf(logits, run.batch));
}

/** Copy of a graph between two passes that computes one value, in operators of the runtime. */
function runnableCopy(graph: Graph, value: string): Graph {
  const copy = graph.copy();
  copy.outputs.splice(0, copy.outputs.length, value);
  for (const lowered of [lowerDecoderLoss, lowerLoss, lowerErfGate]) lowered(copy);
  prune(copy);
  return copy;
}
