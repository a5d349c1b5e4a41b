import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../src/core/autodiff/differentiate.js';
import { rule } from '../../../src/core/autodiff/rule.js';
import { RULES, ruleFor } from '../../../src/core/autodiff/rules/table.js';
import { AppError } from '../../../src/core/errors.js';
import { Graph } from '../../../src/core/graph/graph.js';
import { gradientError } from './checkGradient.js';
import type { GradientCase } from './gradientCases.js';
import { GRADIENT_CASES } from './gradientCases.js';

/** Float32 rounding over the smaller step leaves about 1e-5. */
const TOLERANCE = 2e-4;

const label = ({ op, opset, name }: GradientCase): string =>
  `${op}-${opset}${name === undefined ? '' : ` (${name})`}`;

describe('gradient rules', () => {
  it.each(GRADIENT_CASES.map((testCase) => [label(testCase), testCase] as const))(
    '%s agrees with finite differences',
    async (_, testCase) => {
      expect(await gradientError(testCase)).toBeLessThan(testCase.tolerance ?? TOLERANCE);
    },
  );

  it('all have a case, and every case has a rule', () => {
    const ruled = Object.entries(RULES).flatMap(([op, entry]) =>
      entry.kind === 'rule' ? [op] : [],
    );
    const tested = new Set<string>(GRADIENT_CASES.map(({ op }) => op));
    expect([...tested].sort()).toEqual(ruled.sort());
  });

  it('have their cases inside the opsets they declare', () => {
    for (const { op, opset, domain } of GRADIENT_CASES) {
      const entry = RULES[op];
      if (entry.kind !== 'rule' || domain !== undefined) continue;
      expect(opset, op).toBeGreaterThanOrEqual(entry.opsets[0]);
      expect(opset, op).toBeLessThanOrEqual(entry.opsets[1]);
    }
  });

  it.each(['Mul', 'MatMul', 'Softmax', 'LayerNormalization', 'Gather'])(
    'are found out when wrong: %s with 1% too much',
    async (op) => {
      const right = ruleFor(op);
      if (right?.kind !== 'rule') throw new Error(`no rule for ${op}`);
      const wrong = rule(right.opsets, (context) =>
        right.rule(context).map((gradient) => {
          if (typeof gradient !== 'string') return gradient;
          return context.graph.node('Mul', [gradient, context.graph.scalar(1.01)]);
        }),
      );
      const testCase = GRADIENT_CASES.find((candidate) => candidate.op === op)!;
      const rules = (name: string) => (name === op ? wrong : ruleFor(name));
      expect(await gradientError(testCase, rules)).toBeGreaterThan(testCase.tolerance ?? TOLERANCE);
    },
  );
});

describe('differentiate', () => {
  it('lists every op without a rule in one error, before adding a node', () => {
    const graph = new Graph(20);
    const w = graph.input('w', 'float32', [2, 3]);
    const [a, b] = [graph.node('Max', [w, w]), graph.node('HardSigmoid', [w])];
    const loss = graph.node('ReduceSum', [graph.node('Mul', [a, b])], {});
    const before = graph.nodes.length;
    const run = (): unknown => differentiate(graph, { loss, parameters: [w] });
    expect(run).toThrow(AppError);
    try {
      run();
    } catch (error) {
      expect((error as AppError).data).toEqual({
        code: 'UnsupportedOp',
        details: {
          ops: [
            { op: 'Max', opset: 20, node: 'Max_0' },
            { op: 'HardSigmoid', opset: 20, node: 'HardSigmoid_1' },
          ],
        },
      });
    }
    expect(graph.nodes.length).toBe(before);
  });

  it('refuses a gradient of another shape than its input', () => {
    const graph = new Graph(20);
    const w = graph.input('w', 'float32', [2, 3]);
    const loss = graph.reshape(graph.node('ReduceSum', [graph.node('Exp', [w])]), []);
    const bad = rule([1, 23], ({ graph: g }) => [g.scalar(1)]);
    const rules = (op: string) => (op === 'Exp' ? bad : ruleFor(op));
    expect(() => differentiate(graph, { loss, parameters: [w], rules })).toThrow(/Graph/);
  });

  it('gives the gradient of a looked-up parameter by rows, and leaves out what has none', () => {
    const graph = new Graph(20);
    const table = graph.input('table', 'float32', [5, 3]);
    const unused = graph.input('unused', 'float32', [2]);
    const ids = graph.input('ids', 'int64', [4]);
    const rows = graph.node('Gather', [table, ids]);
    const loss = graph.reshape(graph.node('ReduceSum', [rows]), []);
    const gradients = differentiate(graph, { loss, parameters: [table, unused] });
    expect([...gradients.keys()]).toEqual(['table']);
    const { dense, rows: byRow } = gradients.get('table')!;
    expect(dense).toBeNull();
    expect(byRow.map(({ indices }) => indices)).toEqual(['ids']);
    expect(graph.staticDims(byRow[0]!.values)).toEqual([4, 3]);
  });

  it('adds no nodes for values that no parameter reaches', () => {
    const graph = new Graph(20);
    const data = graph.input('data', 'float32', [2, 3]);
    const w = graph.input('w', 'float32', [3]);
    const fixed = graph.node('Exp', [data]);
    const loss = graph.reshape(graph.node('ReduceSum', [graph.node('Mul', [fixed, w])]), []);
    differentiate(graph, { loss, parameters: [w] });
    const derivative = graph.nodes.filter((node) => node.inputs.includes(fixed));
    expect(derivative.map((node) => node.op)).toEqual(['Mul', 'Mul']);
  });
});
