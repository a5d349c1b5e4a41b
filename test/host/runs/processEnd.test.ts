import { describe, expect, it } from 'vitest';
import { legacyToken, type Sighting } from '../../../src/core/runs/processToken.js';
import { trainerGone } from '../../../src/host/runs/processEnd.js';

const token = legacyToken(17, 'here');
const seen = (...sightings: Sighting[]) => ({
  isAlive: () => Promise.resolve(sightings.length > 1 ? sightings.shift()! : sightings[0]!),
});

describe('trainerGone', () => {
  it('waits for the process, and gives up on one that stays', async () => {
    expect(await trainerGone(token, { timeout: 0, ...seen('alive') })).toBe(false);
    expect(await trainerGone(token, { timeout: 10_000, ...seen('alive', 'alive', 'gone') })).toBe(
      true,
    );
  });

  it('does not wait for a process of another machine, or for none', async () => {
    expect(await trainerGone(token, { timeout: 0, ...seen('elsewhere') })).toBe(true);
    expect(await trainerGone(null, { timeout: 0, ...seen('alive') })).toBe(true);
  });
});
