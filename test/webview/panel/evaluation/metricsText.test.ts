import '../../../support/fakePage.js';
import { expect, it } from 'vitest';
import { metricsText } from '../../../../webview/panel/evaluation/metricsText.js';

it('writes the metrics of a split in one line', () => {
  const metrics = { loss: 0.25, accuracy: 0.9, matthewsCorrelation: -0.125, other: 1 };
  expect(metricsText({ metrics })).toBe(
    'loss 0.250 · accuracy 90.0% · Matthews correlation -0.125',
  );
});
