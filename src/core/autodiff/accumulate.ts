import type { Graph } from '../graph/graph.js';
import { add } from './rules/helpers.js';
import { isPlaced, joinPlaced } from './views.js';

/**
 * Accumulates the gradients of each value as they arrive, so that parts need not be kept. Parts
 * padded with zeros wait for their neighbors: the gradient of a value that was split is
 * concatenated without a pass over zeros.
 */
export class GradientSums {
  private readonly sums = new Map<string, string>();
  private readonly placed = new Map<string, string[]>();

  constructor(private readonly graph: Graph) {}

  add(value: string, gradient: string): void {
    if (!isPlaced(this.graph, gradient)) {
      const before = this.sums.get(value);
      this.sums.set(value, before === undefined ? gradient : add(this.graph, before, gradient));
      return;
    }
    const waiting = this.placed.get(value) ?? [];
    this.placed.set(value, waiting);
    for (const [i, other] of waiting.entries()) {
      const joined = joinPlaced(this.graph, other, gradient);
      if (joined === null) continue;
      waiting.splice(i, 1);
      this.add(value, joined);
      return;
    }
    waiting.push(gradient);
  }

  /** Current sum, or `null` if no gradient has reached the value. */
  of(value: string): string | null {
    const waiting = this.placed.get(value) ?? [];
    this.placed.delete(value);
    const parts = [...waiting];
    const sum = this.sums.get(value);
    if (sum !== undefined) parts.unshift(sum);
    const [first, ...rest] = parts;
    if (first === undefined) return null;
    const total = rest.reduce((a, b) => add(this.graph, a, b), first);
    this.sums.set(value, total);
    return total;
  }
}
