import type { Tensor } from '../../ports.js';
import type { KernelMemory, Kernels } from '../optimizer/kernels.js';
import type { DropoutMask } from './trainingGraphs.js';

/** Draws the dropout masks of a step. Streams are named by position, so resuming needs no state. */
export class DropoutMasks {
  private memory: KernelMemory | null = null;
  private bytes = 0;

  constructor(
    private readonly kernels: Kernels,
    private readonly seed: number,
  ) {}

  draw(
    masks: readonly DropoutMask[],
    { step, index }: { step: number; index: number },
  ): Record<string, Tensor> {
    if (masks.length === 0) return {};
    const aligned = (count: number): number => Math.ceil(count / 64) * 64;
    const counts = masks.map(({ dims }) => dims.reduce((a, b) => a * b, 1));
    const bytes = counts.reduce((sum, count) => sum + aligned(count), 0);
    if (this.memory === null || bytes > this.bytes) {
      this.memory = this.kernels.createMemory(bytes);
      this.bytes = bytes;
    }
    const { memory } = this;
    let at = memory.base;
    return Object.fromEntries(
      masks.map(({ name, dims, rate }, node): [string, Tensor] => {
        const count = counts[node]!;
        memory.fillDropoutMask(at, count, rate, [this.seed, step, index, node]);
        const data = new Uint8Array(memory.buffer, at, count);
        at += aligned(count);
        return [name, { type: 'bool', dims, data }];
      }),
    );
  }
}
