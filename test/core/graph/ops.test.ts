import { describe, expect, expectTypeOf, it } from 'vitest';
import { RULES } from '../../../src/core/autodiff/rules/ruleTable.js';
import { intAttribute, intsAttribute } from '../../../src/core/graph/attributes.js';
import { Graph } from '../../../src/core/graph/graph.js';
import type { Attributes } from '../../../src/core/graph/node.js';
import { float, int, ints, text } from '../../../src/core/graph/node.js';
import type { AttributesOf, ControlFlowOp, KnownOp } from '../../../src/core/graph/ops.js';
import {
  CONTROL_FLOW_OPS,
  domainOf,
  isKnownOp,
  MASKLAB_OPS,
  MICROSOFT_OPS,
  STANDARD_OPS,
} from '../../../src/core/graph/ops.js';
import { INFERRED_OPS } from '../../../src/core/graph/shapes/inferShapes.js';

const keysOf = (...tables: object[]): string[] => tables.flatMap(Object.keys).sort();

describe('the table of operators', () => {
  it('has a gradient rule or a refusal for each of its entries, and no others', () => {
    expectTypeOf<keyof typeof RULES>().toEqualTypeOf<KnownOp | ControlFlowOp>();
    const known = keysOf(STANDARD_OPS, MICROSOFT_OPS, MASKLAB_OPS, CONTROL_FLOW_OPS);
    expect(keysOf(RULES)).toEqual(known);
  });

  it('has shapes for each standard operator, and no others', () => {
    expect([...INFERRED_OPS.keys()].sort()).toEqual(keysOf(STANDARD_OPS));
  });

  it('tells operators apart by their domains', () => {
    expect(['Gemm', 'FusedMatMul', 'ErfGate'].map((op) => domainOf(op as KnownOp))).toEqual([
      '',
      'com.microsoft',
      'masklab',
    ]);
    expect(isKnownOp('FusedMatMul', 'com.microsoft')).toBe(true);
    expect(isKnownOp('FusedMatMul', '')).toBe(false);
    expect(isKnownOp('If', '')).toBe(false);
    expect(isKnownOp('toString', '')).toBe(false);
  });
});

/** Each line below an expected error is one that the compiler must refuse. */
describe('nodes', () => {
  const graph = new Graph(20);
  const x = graph.input('x', 'float32', [2, 3]);

  it('take the attributes of their operator and its domain', () => {
    graph.node('Relu', [x]);
    graph.node('Softmax', [x], { attributes: { axis: int(-1) } });
    graph.node('FusedMatMul', [x, x], { attributes: { transB: int(1), alpha: float(2) } });
    expect(graph.nodes.map(({ op, domain }) => [op, domain])).toEqual([
      ['Relu', ''],
      ['Softmax', ''],
      ['FusedMatMul', 'com.microsoft'],
    ]);
    expectTypeOf<AttributesOf<'Cast'>['to']>().toEqualTypeOf<ReturnType<typeof int>>();
  });

  it('of wrong operators or attributes do not compile', () => {
    const given: Attributes = { axis: int(0) };
    const foreign = { axis: int(0), perm: ints([0, 1]) };
    const attempts: (() => unknown)[] = [
      // @ts-expect-error: no such operator
      () => graph.node('Softmaks', [x]),
      // @ts-expect-error: read from files only
      () => graph.node('If', [x]),
      // @ts-expect-error: no such attribute
      () => graph.node('Softmax', [x], { attributes: { axes: int(-1) } }),
      // @ts-expect-error: no such attribute, beside one that is right
      () => graph.node('Softmax', [x], { attributes: { axis: int(-1), along: int(1) } }),
      // @ts-expect-error: an attribute of another operator, beside one that is right
      () => graph.node('Softmax', [x], { attributes: foreign }),
      // @ts-expect-error: an operator without attributes
      () => graph.node('Relu', [x], { attributes: { alpha: float(1) } }),
      // @ts-expect-error: of another type
      () => graph.node('Softmax', [x], { attributes: { axis: ints([-1]) } }),
      // @ts-expect-error: of another type
      () => graph.node('Gelu', [x], { attributes: { approximate: int(1) } }),
      // @ts-expect-error: an attribute that must be given
      () => graph.node('Concat', [x, x]),
      // @ts-expect-error: an attribute that must be given
      () => graph.node('Cast', [x], { attributes: { saturate: int(1) } }),
      // @ts-expect-error: attributes that may be any
      () => graph.node('Softmax', [x], { attributes: given }),
      // @ts-expect-error: the domain follows from the operator
      () => graph.node('FusedMatMul', [x, x], { domain: 'com.microsoft' }),
      // @ts-expect-error: no operator has it
      () => intAttribute(graph.nodes[0]!, 'axi', 0),
      // @ts-expect-error: of another type
      () => intsAttribute(graph.nodes[0]!, 'axis'),
    ];
    // An operator that the compiler has not seen is refused as its shapes are inferred.
    for (const attempt of attempts.slice(0, 2)) expect(attempt).toThrow(/Graph/);
    expect(() => graph.append({ op: 'Softmaks', inputs: [x] })).toThrow(/Graph/);
    const [y = ''] = graph.append({ op: 'Gelu', inputs: [x], attributes: { approximate: text('tanh') } }); // prettier-ignore
    expect(graph.info(y).dims).toEqual([2, 3]);
  });
});
