import { expect, it } from 'vitest';
import { serverThreads } from '../../src/modelServer/serverThreads.js';

it('the model server takes at most two threads, and one where there is no second core', () => {
  expect([0, 1, 2, 4, 64].map(serverThreads)).toEqual([1, 1, 2, 2, 2]);
});
