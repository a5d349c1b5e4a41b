import type { Graph } from '../../graph/graph.js';
import { int } from '../../graph/node.js';
import { reducedAxes } from '../../graph/shapes/reductionShapes.js';
import type { Rule } from '../rule.js';
import { rule } from '../rule.js';
import { expandTo } from '../views.js';
import {
  count,
  div,
  elementwise,
  forFirst,
  keepWhere,
  mul,
  outputGradient,
  reshapeTo,
  scale,
  SINCE_13,
  sub,
} from './helpers.js';
import { sumOver } from './sums.js';

interface Reduced {
  readonly graph: Graph;
  readonly x: string;
  readonly axes: readonly number[];
  /** Number of elements in each sum. */
  readonly n: number;
  /** dY and y with the reduced axes at size 1. */
  readonly dY: string;
  readonly y: string;
}

/** Rule of a reduction, from the gradient in a shape that broadcasts to the input. */
const reduction =
  (gradient: (reduced: Reduced) => string): Rule =>
  (context) => {
    const { graph, node } = context;
    const x = node.inputs[0]!;
    const dims = graph.staticDims(x);
    const axes = reducedAxes(graph, node);
    const kept = dims.map((dim, i) => (axes.includes(i) ? 1 : dim));
    const dX = gradient({
      graph,
      x,
      axes,
      n: count(axes.map((axis) => dims[axis]!)),
      dY: reshapeTo(graph, outputGradient(context), kept),
      y: reshapeTo(graph, node.outputs[0]!, kept),
    });
    return forFirst(context, expandTo(graph, dX, dims));
  };

// y = Σ x: dX = dY at every position
export const ReduceSum = rule(
  SINCE_13,
  reduction(({ dY }) => dY),
);

// y = Σ x / n: dX = dY / n at every position
export const ReduceMean = rule(
  SINCE_13,
  reduction(({ graph, dY, n }) => scale(graph, dY, 1 / n)),
);

// y = Σ x²: dX = 2x dY
export const ReduceSumSquare = rule(
  SINCE_13,
  reduction(({ graph, x, dY }) => mul(graph, x, scale(graph, dY, 2))),
);

// y = Σ |x|: dX = sign x dY
export const ReduceL1 = rule(
  SINCE_13,
  reduction(({ graph, x, dY }) => mul(graph, graph.node('Sign', [x]), dY)),
);

// y = √Σ x²: dX = x dY / y, and 0 where y is
export const ReduceL2 = rule(
  SINCE_13,
  reduction(({ graph, x, dY, y }) => {
    const zero = graph.node('Equal', [y, graph.scalar(0)]);
    const ratio = elementwise(graph, 'Where', [zero, graph.scalar(0), div(graph, dY, y)]);
    return mul(graph, x, ratio);
  }),
);

// y = ln Σ eˣ: dX = e^(x - y) dY
export const ReduceLogSumExp = rule(
  SINCE_13,
  reduction(({ graph, x, dY, y }) => mul(graph, graph.node('Exp', [sub(graph, x, y)]), dY)),
);

// y = max x: dX = dY at the largest, divided among equal ones
const extreme = reduction(({ graph, x, axes, dY, y }) => {
  const chosen = graph.node('Equal', [x, y]);
  const ones = graph.node('Cast', [chosen], { attributes: { to: int(1) } });
  return keepWhere(graph, chosen, div(graph, dY, sumOver(graph, ones, axes)));
});
export const ReduceMax = rule(SINCE_13, extreme);
export const ReduceMin = rule(SINCE_13, extreme);
