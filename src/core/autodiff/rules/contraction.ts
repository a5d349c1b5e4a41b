import { einsumLabels } from '../../graph/shapes/linearShapes.js';
import { text } from '../../graph/node.js';
import { rule } from '../rule.js';
import { expandTo } from '../views.js';
import { outputGradient, reshapeTo, SINCE_13 } from './helpers.js';
import { unbroadcast } from './sums.js';

// Y = Σ ∏ Xᵢ over letters not in the result: dXᵢ = Σ dY ∏ Xⱼ over letters not in Xᵢ
export const Einsum = rule(
  SINCE_13,
  (context) => {
    const { graph, node } = context;
    const { operands, result } = einsumLabels(graph, node);
    return node.inputs.map((input, i) => {
      if (!context.needs(i)) return null;
      const terms = [result, ...operands.filter((_, j) => j !== i)];
      const values = [outputGradient(context), ...node.inputs.filter((_, j) => j !== i)];
      const dims = graph.staticDims(input);
      const letters = Array.from(operands[i]!);
      const found = letters.filter((letter) => terms.some((term) => term.includes(letter)));
      const dX = graph.node('Einsum', values, {
        attributes: { equation: text(`${terms.join()}->${found.join('')}`) },
      });
      // Letters that only this operand has were summed over: the same gradient at each of them.
      const sizes = graph.staticDims(dX);
      const aligned = letters.map((letter) => sizes[found.indexOf(letter)] ?? 1);
      const full = aligned.map((size, axis) => Math.max(size, dims[axis]!));
      const spread = expandTo(graph, reshapeTo(graph, dX, aligned), full);
      return unbroadcast(graph, spread, dims);
    });
  },
  {
    supports: ({ graph, node }) =>
      einsumLabels(graph, node).operands.every((term) => new Set(term).size === term.length),
  },
);
