import { describe, expect, it, vi } from 'vitest';
import { cancelled } from '../../../../src/core/errors.js';
import { BUNDLED_SCALE } from '../../../../src/core/predict/bundledScale.js';
import { excessScaleOf, type ExcessScale } from '../../../../src/core/predict/excessScale.js';
import { ModelScales } from '../../../../src/host/predictions/surprisal/modelScales.js';

const OWN = excessScaleOf(Array.from({ length: 1000 }, (_, i) => i / 100))!;
const DOCUMENT = Array.from({ length: 400 }, (_, i) => i / 10);

function scalesWith(ask: () => Promise<ExcessScale | null>) {
  const asked = vi.fn(ask);
  const events = { changes: 0, errors: 0 };
  const scales = new ModelScales({
    bundledFolder: 'bundled',
    ask: asked,
    onDidChange: () => events.changes++,
    onError: () => events.errors++,
  });
  return { scales, asked, events };
}
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
const none = () => [];

describe('ModelScales', () => {
  it('has the scale of the bundled model without asking', () => {
    const { scales, asked } = scalesWith(() => Promise.resolve(OWN));
    scales.load('bundled');
    expect(scales.of('bundled', none)).toEqual({ scale: BUNDLED_SCALE, source: 'model' });
    expect(asked).not.toHaveBeenCalled();
  });

  it('asks once for another model, and has the scale of the bundled one until then', async () => {
    const { scales, asked, events } = scalesWith(() => Promise.resolve(OWN));
    scales.load('a');
    scales.load('a');
    expect(scales.of('a', none)).toEqual({ scale: BUNDLED_SCALE, source: 'pending' });
    await settled();
    expect(scales.of('a', none)).toEqual({ scale: OWN, source: 'model' });
    expect(asked).toHaveBeenCalledOnce();
    expect(events).toEqual({ changes: 1, errors: 0 });
  });

  it('takes the words of the document for a model that does not read English', async () => {
    const { scales } = scalesWith(() => Promise.resolve(null));
    scales.load('a');
    await settled();
    expect(scales.of('a', () => DOCUMENT)).toEqual({
      scale: excessScaleOf(DOCUMENT),
      source: 'document',
    });
    expect(scales.of('a', () => DOCUMENT.slice(0, 200))).toEqual({
      scale: BUNDLED_SCALE,
      source: 'short',
    });
  });

  it('asks again after an error, which it reports, and after it was stopped', async () => {
    const answers = [() => Promise.reject(new Error('gone')), () => Promise.reject(cancelled())];
    const { scales, asked, events } = scalesWith(() => answers.shift()?.() ?? Promise.resolve(OWN));
    for (let i = 0; i < 3; i++) {
      scales.load('a');
      await settled();
    }
    expect(events).toEqual({ changes: 1, errors: 1 });
    scales.clear();
    scales.load('a');
    expect(asked).toHaveBeenCalledTimes(4);
    scales.clear();
    await settled();
    expect(scales.of('a', none).source).toBe('pending');
  });
});
