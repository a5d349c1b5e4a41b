import { describe, expect, it } from 'vitest';
import { childEnvironment } from '../../../src/node/runs/childEnvironment.js';

describe('childEnvironment', () => {
  it('runs Electron as Node without the options of its parent, and keeps the rest', () => {
    const base = { PATH: '/bin', NODE_OPTIONS: '--inspect-brk', Node_Options: '--require x' };
    expect(childEnvironment(base)).toEqual({ PATH: '/bin', ELECTRON_RUN_AS_NODE: '1' });
    expect(base.NODE_OPTIONS).toBe('--inspect-brk');
  });
});
