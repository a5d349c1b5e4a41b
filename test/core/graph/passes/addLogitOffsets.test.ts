import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../../src/core/autodiff/differentiate.js';
import type { RuleEntry } from '../../../../src/core/autodiff/rule.js';
import { ruleFor } from '../../../../src/core/autodiff/rules/ruleTable.js';
import { Graph } from '../../../../src/core/graph/graph.js';
import { addLogitOffsets } from '../../../../src/core/graph/passes/addLogitOffsets.js';
import { attachHeadLoss, type HeadLoss } from '../../../../src/core/graph/passes/attachHeadLoss.js';
import { attachLoss } from '../../../../src/core/graph/passes/attachLoss.js';
import { gradientError, type CheckedCase } from '../../autodiff/checkGradient.js';

/** As for the rules of operators. */
const TOLERANCE = 2e-4;

const fed = (dims: readonly number[], range: readonly [number, number]) =>
  ({ dims, range, given: 'fed' }) as const;
const offsets = fed([4, 3], [-3, 1]);
/** Weights of examples, one of which counts for nothing. */
const weights = { dims: [4, 1], values: [1, 0, 2.5, 0.3], given: 'fed' } as const;
const labels = { dims: [4, 1], integers: [0, 2, 1, 1], given: 'fed' } as const;

/** Reads operands of a case in place of the inputs that a pass has added. */
function feedInstead(graph: Graph, operands: Readonly<Record<string, string>>): void {
  const nameOf = (name: string): string => operands[name] ?? name;
  for (const node of graph.nodes) node.inputs = node.inputs.map(nameOf);
  const kept = graph.inputs.filter((name) => operands[name] === undefined);
  graph.inputs.splice(0, graph.inputs.length, ...kept);
}

const ofHead = (kind: HeadLoss): CheckedCase => ({
  name: kind,
  opset: 20,
  inputs: [{ dims: [4, 3] }, offsets, weights, fed([4, 3], [0, 1])],
  make(graph, [logits = '', logitOffsets = '', rowWeights = '', targets = '']) {
    const loss = attachHeadLoss(graph, addLogitOffsets(graph, logits), kind);
    feedInstead(graph, { logit_offsets: logitOffsets, weights: rowWeights, targets });
    return loss;
  },
});

const ofVocabulary: CheckedCase = {
  name: 'vocabulary',
  opset: 20,
  inputs: [{ dims: [4, 3] }, offsets, weights, labels],
  make(graph, [logits = '', logitOffsets = '', rowWeights = '', ids = '']) {
    const { loss } = attachLoss(graph, addLogitOffsets(graph, logits));
    feedInstead(graph, { logit_offsets: logitOffsets, weights: rowWeights, labels: ids });
    return loss;
  },
};

const CASES: readonly CheckedCase[] = [
  ofVocabulary,
  ofHead('crossEntropy'),
  ofHead('binaryCrossEntropy'),
  ofHead('meanSquaredError'),
];

describe('losses of weighted rows with constants on their logits', () => {
  it.each(CASES.map((testCase) => [testCase.name!, testCase] as const))(
    'have gradients that agree with finite differences: %s',
    async (_, testCase) => {
      expect(await gradientError(testCase)).toBeLessThan(TOLERANCE);
    },
  );

  it('would not agree with a sum whose gradient is one percent too large', async () => {
    const right = ruleFor('Add');
    if (right?.kind !== 'rule') throw new Error('no rule for Add');
    const wrong: RuleEntry = {
      ...right,
      rule: (context) =>
        right.rule(context).map((gradient) => {
          if (typeof gradient !== 'string') return gradient;
          return context.graph.node('Mul', [gradient, context.graph.scalar(1.01)]);
        }),
    };
    const rules = (op: string) => (op === 'Add' ? wrong : ruleFor(op));
    expect(await gradientError(ofVocabulary, rules)).toBeGreaterThan(TOLERANCE);
  });

  it('let no gradient flow into the constants', () => {
    const graph = new Graph(20);
    const logits = graph.input('logits', 'float32', [4, 3]);
    const loss = attachHeadLoss(graph, addLogitOffsets(graph, logits), 'crossEntropy');
    const before = graph.nodes.length;
    const gradients = differentiate(graph, { loss, parameters: [logits] });
    expect([...gradients.keys()]).toEqual([logits]);
    expect(graph.nodes.length).toBeGreaterThan(before);
    expect(graph.inputs).toEqual(['logits', 'logit_offsets', 'targets', 'weights']);
  });
});
