import type { Rule } from '../rule.js';
import { rule } from '../rule.js';
import {
  elementwise,
  forFirst,
  keepWhere,
  outputGradient,
  SINCE_13,
  trainsOnly,
} from './helpers.js';
import { unbroadcast } from './sums.js';

// d(c ? a : b) = c ? da : db
export const Where = rule(SINCE_13, (context) => {
  const { graph, node } = context;
  const dY = outputGradient(context);
  const [condition = '', a = '', b = ''] = node.inputs;
  const dB = (): string => elementwise(graph, 'Where', [condition, graph.scalar(0), dY]);
  return [
    null,
    context.needs(1)
      ? unbroadcast(graph, keepWhere(graph, condition, dY), graph.staticDims(a))
      : null,
    context.needs(2) ? unbroadcast(graph, dB(), graph.staticDims(b)) : null,
  ];
});

// d max(a, b, …): to the first operand that equals the result
const firstEqual: Rule = (context) => {
  const { graph, node } = context;
  let rest = outputGradient(context);
  return node.inputs.map((input, i) => {
    if (!context.needs(i)) return null;
    const chosen = graph.node('Equal', [input, node.outputs[0]!]);
    const dX = keepWhere(graph, chosen, rest);
    rest = elementwise(graph, 'Where', [chosen, graph.scalar(0), rest]);
    return unbroadcast(graph, dX, graph.staticDims(input));
  });
};
export const Max = rule(SINCE_13, firstEqual);
export const Min = rule(SINCE_13, firstEqual);

// d clip(x, low, high) = [low ≤ x ≤ high] dx, for bounds that are not trained
export const Clip = rule(
  SINCE_13,
  (context) => {
    const { graph, node } = context;
    const within = graph.node('Equal', [node.inputs[0]!, node.outputs[0]!]);
    return forFirst(context, keepWhere(graph, within, outputGradient(context)));
  },
  { supports: trainsOnly(0) },
);
