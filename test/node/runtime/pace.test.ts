import { describe, expect, it } from 'vitest';
import { Pace } from '../../../src/node/runtime/pace.js';

describe('Pace', () => {
  it('asks for a turn as soon as work is aborted, however fast it is', async () => {
    const controller = new AbortController();
    const pace = new Pace(controller.signal);
    controller.abort();
    expect(pace.isOver).toBe(true);
    await expect(pace.turn()).rejects.toMatchObject({ data: { code: 'Cancelled' } });
  });
});
