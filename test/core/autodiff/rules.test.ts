import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../src/core/autodiff/differentiate.js';
import type { RuleEntry } from '../../../src/core/autodiff/rule.js';
import { rule } from '../../../src/core/autodiff/rule.js';
import { RULES, ruleFor } from '../../../src/core/autodiff/rules/ruleTable.js';
import { AppError } from '../../../src/core/errors.js';
import { Graph } from '../../../src/core/graph/graph.js';
import { int, text } from '../../../src/core/graph/node.js';
import type { KnownOp } from '../../../src/core/graph/ops.js';
import { prune as dropUnused } from '../../../src/core/graph/passes/prune.js';
import { gradientError } from './checkGradient.js';
import { COMPOSITE_CASES } from './compositeCases.js';
import type { GradientCase } from './gradientCases.js';
import { GRADIENT_CASES } from './gradientCases.js';

/** Float32 rounding over the smaller step leaves about 1e-5. */
const TOLERANCE = 2e-4;

/** Opsets within the declared ones at which an operator's inputs or attributes changed. */
const FORM_CHANGES: Readonly<Partial<Record<KnownOp, readonly number[]>>> = {
  Pad: [18],
  ReduceL1: [18],
  ReduceL2: [18],
  ReduceLogSumExp: [18],
  ReduceMax: [18],
  ReduceMean: [18],
  ReduceMin: [18],
  ReduceSumSquare: [18],
  Reshape: [14],
  Split: [18],
};

function ruleOf(op: string): Extract<RuleEntry, { kind: 'rule' }> {
  const entry = ruleFor(op);
  if (entry?.kind !== 'rule') throw new Error(`no rule for ${op}`);
  return entry;
}

/** Removes the nodes of a graph that one value does not depend on. */
function prune(graph: Graph, wanted: string): void {
  graph.outputs.push(wanted);
  dropUnused(graph);
}

const label = ({ op, opset, name }: GradientCase): string =>
  `${op}-${opset}${name === undefined ? '' : ` (${name})`}`;

describe('gradient rules', () => {
  it.each(GRADIENT_CASES.map((testCase) => [label(testCase), testCase] as const))(
    '%s agrees with finite differences',
    async (_, testCase) => {
      expect(await gradientError(testCase)).toBeLessThan(testCase.tolerance ?? TOLERANCE);
    },
  );

  it.each(COMPOSITE_CASES.map((testCase) => [testCase.name!, testCase] as const))(
    'agree with finite differences together: %s',
    async (_, testCase) => {
      expect(await gradientError(testCase)).toBeLessThan(TOLERANCE);
    },
  );

  it('all have a case, and every case has a rule', () => {
    const ruled = Object.entries(RULES).flatMap(([op, entry]) =>
      entry.kind === 'rule' ? [op] : [],
    );
    const tested = new Set<string>(GRADIENT_CASES.map(({ op }) => op));
    expect([...tested].sort()).toEqual(ruled.sort());
  });

  const opsetsTested = (op: string): number[] =>
    GRADIENT_CASES.filter((testCase) => testCase.op === op).map(({ opset }) => opset);

  it('have cases at the first and the last opset that they declare, and none outside', () => {
    for (const [op, entry] of Object.entries<RuleEntry>(RULES)) {
      if (entry.kind !== 'rule' || entry.opsets[1] === 1) continue;
      const tested = opsetsTested(op);
      expect([op, Math.min(...tested), Math.max(...tested)]).toEqual([op, ...entry.opsets]);
    }
  });

  it.each(Object.entries(FORM_CHANGES))(
    'have cases on both sides of each change of the form of %s',
    (op, changes) => {
      const tested = opsetsTested(op);
      const { opsets } = ruleOf(op);
      const borders = [opsets[0], ...changes, opsets[1] + 1];
      borders.slice(1).forEach((border, i) => {
        const within = tested.filter((opset) => opset >= borders[i]! && opset < border);
        expect(within, `${op} from ${borders[i]!} to ${border - 1}`).not.toEqual([]);
      });
    },
  );
});

describe('the check against finite differences', () => {
  const scaled = (op: string): RuleEntry => {
    const right = ruleOf(op);
    return {
      ...right,
      rule: (context) =>
        right.rule(context).map((gradient) => {
          if (typeof gradient !== 'string') return gradient;
          return context.graph.node('Mul', [gradient, context.graph.scalar(1.01)]);
        }),
    };
  };
  const instead = (op: string, entry: RuleEntry) => (name: string) =>
    name === op ? entry : ruleFor(name);

  it.each([...new Set(GRADIENT_CASES.map(({ op }) => op))])(
    'finds out a rule that gives 1%% too much: %s',
    async (op) => {
      const testCase = GRADIENT_CASES.find((candidate) => candidate.op === op)!;
      const error = await gradientError(testCase, instead(op, scaled(op)));
      expect(error).toBeGreaterThan(testCase.tolerance ?? TOLERANCE);
    },
  );

  it('finds out a rule that does not add up what was broadcast', async () => {
    const forgetful = rule([13, 23], ({ graph, node, dY }) =>
      node.inputs.map((input) => {
        const [rows = 0] = graph.staticDims(dY[0]!);
        const bounds = [[0], [graph.staticDims(input).length === 1 ? 1 : rows], [0]];
        const kept = graph.node('Slice', [dY[0]!, ...bounds.map((at) => graph.indices(at))]);
        return graph.reshape(kept, graph.staticDims(input));
      }),
    );
    const testCase: GradientCase = {
      op: 'Add',
      opset: 20,
      inputs: [{ dims: [4, 3] }, { dims: [3] }],
    };
    expect(await gradientError(testCase)).toBeLessThan(TOLERANCE);
    expect(await gradientError(testCase, instead('Add', forgetful))).toBeGreaterThan(0.01);
  });

  it('finds out a rule that gives repeated indices only the last gradient', async () => {
    const testCase: GradientCase = {
      op: 'Gather',
      opset: 20,
      inputs: [{ dims: [5, 3] }, { dims: [3], integers: [1, 4, 1], given: 'fed' }],
    };
    const overwriting = rule([16, 23], ({ graph, node, dY }) => {
      const column = graph.reshape(node.inputs[1]!, [3, 1]);
      return [graph.node('ScatterND', [graph.filled(0, [5, 3]), column, dY[0]!]), null];
    });
    expect(await gradientError(testCase)).toBeLessThan(TOLERANCE);
    expect(await gradientError(testCase, instead('Gather', overwriting))).toBeGreaterThan(0.01);
  });
});

describe('differentiate', () => {
  /** Operators listed by the error; empty if there is none. */
  const unsupported = (graph: Graph, loss: string, parameter: string): readonly unknown[] => {
    try {
      differentiate(graph, { loss, parameters: [parameter] });
      return [];
    } catch (error) {
      if (!(error instanceof AppError) || error.data.code !== 'UnsupportedOp') throw error;
      return error.data.details.ops;
    }
  };

  it('lists every op without a rule in one error, before adding a node', () => {
    const graph = new Graph(20);
    const w = graph.input('w', 'float32', [2, 3]);
    const fraction = graph.node('Mod', [w, w], { attributes: { fmod: int(1) } });
    const bounds = graph.indices([0, 1, 0, 1]);
    const reflected = graph.node('Pad', [w, bounds], { attributes: { mode: text('reflect') } });
    const training = graph.constant('training', { type: 'bool', dims: [], data: Uint8Array.of(1) });
    const dropped = graph.node('Dropout', [w, graph.scalar(0.5), training]);
    const trainedBound = graph.node('ReduceMax', [w], { attributes: { keepdims: int(0) } });
    const clipped = graph.node('Clip', [w, '', trainedBound]);
    const [values = ''] = graph.nodeWithOutputs('TopK', [w, graph.indices([1])], {
      outputCount: 2,
    });
    const [, mean = ''] = graph.nodeWithOutputs('LayerNormalization', [w, graph.filled(1, [3])], {
      outputCount: 3,
    });
    graph.values.set('made', { type: 'float32', dims: [] });
    graph.nodes.push({
      op: 'Unheard',
      domain: 'com.example',
      name: 'the_node',
      inputs: [w],
      outputs: ['made'],
      attributes: {},
    });
    const sums = [fraction, reflected, dropped, clipped, values, mean, 'made'].map((value) =>
      graph.node('ReduceSum', [value], { attributes: { keepdims: int(0) } }),
    );
    const loss = graph.node('Sum', sums);
    const before = structuredClone(graph.nodes);
    const named = (value: string): string =>
      graph.nodes.find(({ outputs }) => outputs.includes(value))!.name;
    expect(unsupported(graph, loss, w)).toEqual([
      { op: 'Mod', opset: 20, node: named(fraction) },
      { op: 'Pad', opset: 20, node: named(reflected) },
      { op: 'Dropout', opset: 20, node: named(dropped) },
      { op: 'Clip', opset: 20, node: named(clipped) },
      { op: 'TopK', opset: 20, node: named(values) },
      { op: 'LayerNormalization', opset: 20, node: named(mean) },
      { op: 'Unheard', opset: 1, node: 'the_node' },
    ]);
    expect(graph.nodes).toEqual(before);
  });

  it('lists ops whose rule does not hold at the opset of the graph', () => {
    const graph = new Graph(12);
    const w = graph.input('w', 'float32', [2, 3]);
    const loss = graph.node('ReduceSum', [graph.node('Exp', [w])], {
      attributes: { keepdims: int(0) },
    });
    expect(unsupported(graph, loss, w)).toEqual([
      { op: 'Exp', opset: 12, node: 'Exp_0' },
      { op: 'ReduceSum', opset: 12, node: 'ReduceSum_1' },
    ]);
  });

  it('names nothing as the graph already does', () => {
    const graph = new Graph(20);
    const w = graph.input('w', 'float32', [2]);
    const data = Float32Array.of(3, 4);
    graph.constant('constant_0', { type: 'float32', dims: [2], data });
    graph.input('Mul_1', 'float32', [2]);
    const scaled = graph.node('Mul', [w, graph.scalar(2)]);
    const loss = graph.reshape(graph.node('ReduceSum', [scaled]), []);
    differentiate(graph, { loss, parameters: [w] });
    expect(graph.constants.get('constant_0')?.data).toBe(data);
    expect(graph.nodes.flatMap(({ outputs }) => outputs)).not.toContain('Mul_1');
  });

  it('lets no gradient through integers, whatever computes them', () => {
    const graph = new Graph(20);
    const w = graph.input('w', 'float32', [3]);
    const best = graph.node('Cast', [w], { attributes: { to: int(7) } });
    const wrapped = graph.node('Mod', [best, graph.indices([2])]);
    const back = graph.node('Cast', [wrapped], { attributes: { to: int(1) } });
    const sum = graph.node('ReduceSum', [graph.node('Mul', [back, w])]);
    const gradients = differentiate(graph, { loss: graph.reshape(sum, []), parameters: [w] });
    prune(graph, gradients.get('w')!.dense!);
    expect(graph.nodes.map(({ op }) => op)).not.toContain('Sub');
    expect(graph.nodes.filter(({ op }) => op === 'Mod')).toHaveLength(1);
  });

  it.each([
    ['halves', [0, 3, 1], [3, 6, 1]],
    ['pairs', [0, 6, 2], [1, 6, 2]],
  ])(
    'puts a value together again where it was taken apart by %s, without adding zeros',
    (_, first, second) => {
      const graph = new Graph(20);
      const w = graph.input('w', 'float32', [4, 6]);
      const part = ([from = 0, to = 0, step = 1]: readonly number[]): string =>
        graph.node('Slice', [w, ...[[from], [to], [1], [step]].map((at) => graph.indices(at))]);
      const turned = graph.node('Concat', [graph.node('Neg', [part(second)]), part(first)], {
        attributes: { axis: int(1) },
      });
      const mixed = graph.node('Add', [
        graph.node('Mul', [turned, graph.input('sin', 'float32', [4, 6])]),
        graph.node('Mul', [w, graph.input('cos', 'float32', [4, 6])]),
      ]);
      const loss = graph.reshape(graph.node('ReduceSum', [mixed]), []);
      const gradients = differentiate(graph, { loss, parameters: [w] });
      prune(graph, gradients.get('w')!.dense!);
      const ops = graph.nodes.map(({ op }) => op);
      expect(ops).not.toContain('Pad');
      expect(ops).not.toContain('Gather');
      expect(ops.filter((op) => op === 'Concat')).toHaveLength(1);
    },
  );

  it('does not write out a gradient that only repeats', () => {
    const graph = new Graph(20);
    const w = graph.input('w', 'float32', [4, 6]);
    const squares = graph.node('Pow', [w, graph.scalar(2)]);
    const mean = graph.node('ReduceMean', [squares, graph.indices([1])]);
    const loss = graph.reshape(graph.node('ReduceSum', [mean]), []);
    const gradients = differentiate(graph, { loss, parameters: [w] });
    prune(graph, gradients.get('w')!.dense!);
    expect(graph.nodes.map(({ op }) => op)).not.toContain('Expand');
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
