import os from 'node:os';
import { afterEach, expect, it, vi } from 'vitest';
import { memoryBudget } from '../../src/trainer/memoryBudget.js';

afterEach(() => {
  vi.restoreAllMocks();
});

it.each([
  ['the machine', 0, 8e9],
  ['the machine, whose limit is more than it has', 2 ** 63, 8e9],
  ['the container that the trainer runs in', 6e9, 3e9],
])('a batch is fitted to half the memory of %s', (_where, limit, budget) => {
  vi.spyOn(os, 'totalmem').mockReturnValue(16e9);
  vi.spyOn(process, 'constrainedMemory').mockReturnValue(limit);
  expect(memoryBudget()).toBe(budget);
});
