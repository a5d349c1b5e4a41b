import { describe, expect, it } from 'vitest';
import { crc32c } from '../../../src/core/openFormats/crc32c.js';
import { metricPoints, safeName } from '../../../src/core/openFormats/exportedRun.js';
import { eventFileName } from '../../../src/core/openFormats/tensorboard.js';

describe('event files', () => {
  it('have checksums as published', () => {
    // RFC 3720, appendix B.4, and the usual check value.
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
    expect(crc32c(new Uint8Array(Buffer.from('123456789')))).toBe(0xe3069283);
  });

  it('have names by which TensorBoard finds them', () => {
    expect(eventFileName({ startedAt: 1_700_000_000_123 })).toBe(
      'events.out.tfevents.1700000000.masklab',
    );
  });
});

describe('the values of a run', () => {
  it('are all its metrics, and not their places', () => {
    const rows = [
      { step: 1, epoch: 0.5, time: 2, split: 'train', loss: 3, learningRate: 1e-3 },
      { step: 2, epoch: 1, time: 4, split: 'heldOut', loss: 2, accuracy: 0.5 },
    ] as const;
    expect(
      metricPoints({ rows }).map(({ step, split, metric, value }) => [step, split, metric, value]),
    ).toEqual([
      [1, 'train', 'loss', 3],
      [1, 'train', 'learningRate', 1e-3],
      [2, 'heldOut', 'loss', 2],
      [2, 'heldOut', 'accuracy', 0.5],
    ]);
  });

  it('go into files whose names leave no folder', () => {
    expect(safeName('../../a b/c:d\u0000')).toBe('__.._a b_c_d_');
    expect(safeName('..')).toBe('_');
    expect(safeName('')).toBe('run');
    for (const name of ['../x', '/etc/passwd', 'a\\b', '.hidden', 'a\nb']) {
      expect(safeName(name)).toMatch(/^[A-Za-z0-9_][A-Za-z0-9 _.-]*$/);
    }
  });
});
