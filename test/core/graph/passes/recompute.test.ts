import { describe, expect, it } from 'vitest';
import type { GraphNode } from '../../../../src/core/graph/node.js';
import { createModel } from '../../../../src/core/models/createModel.js';
import { methodSpecSchema } from '../../../../src/core/runs/schema.js';
import { selectTrained } from '../../../../src/core/train/engine/trainedParameters.js';
import { lossOf } from '../../../../src/core/objectives/objectives.js';
import {
  buildTrainingGraph,
  type TrainingGraph,
} from '../../../../src/core/train/engine/trainingGraphs.js';
import { FAMILIES, tinyModelConfig } from '../../../support/families.js';

const LAYERS = 6;

function build(family: (typeof FAMILIES)[number], recompute: boolean): Promise<TrainingGraph> {
  const size = { num_hidden_layers: LAYERS, n_layers: LAYERS };
  const model = createModel(tinyModelConfig(family, size));
  const trained = selectTrained(model, methodSpecSchema.parse({}));
  const losses = [lossOf({ kind: 'masked-lm' })] as const;
  const shape = {
    batchSize: 4,
    length: 32,
    rowCount: 16,
    padded: false,
    typed: false,
    offset: false,
  };
  return buildTrainingGraph({ model, losses, trained, dropout: false, recompute }, shape);
}

/** Largest sum of the sizes of values that are alive at once, run in the order of the nodes. */
function peakOf({ graph }: TrainingGraph): number {
  const lastRead = new Map<string, number>();
  graph.nodes.forEach((node, i) => {
    node.inputs.forEach((input) => lastRead.set(input, i));
  });
  const size = (name: string): number => graph.staticDims(name).reduce((a, b) => a * b, 1);
  const isKept = new Set(graph.outputs);
  let alive = 0;
  let peak = 0;
  const made = new Set<string>();
  const each = (node: GraphNode, i: number): void => {
    for (const output of node.outputs) {
      if (isKept.has(output) || !lastRead.has(output)) continue;
      made.add(output);
      alive += size(output);
    }
    peak = Math.max(peak, alive);
    for (const input of new Set(node.inputs)) {
      if (made.has(input) && lastRead.get(input) === i) alive -= size(input);
    }
  };
  graph.nodes.forEach(each);
  return peak;
}

describe('activations computed again', () => {
  it.each(FAMILIES)('%s: far fewer values are alive at once', async (family) => {
    const kept = await build(family, false);
    const again = await build(family, true);
    const copies = again.graph.nodes.filter(({ outputs }) => outputs[0]!.endsWith(':again'));
    expect(copies.length).toBeGreaterThan(5 * (LAYERS - 1));
    expect(peakOf(again) / peakOf(kept)).toBeLessThan(0.45);
  });
});
