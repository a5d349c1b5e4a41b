import '../../support/fakePage.js';
import { describe, expect, it } from 'vitest';
import type { RunView } from '../../../src/protocol/runPanelMessages.js';
import { baselineLinesOf } from '../../../webview/panel/baselineLines.js';

const heldOut = {
  constant: { loss: 0.7, accuracy: 0.5 },
  bagOfWords: { loss: 0.4, accuracy: 0.8 },
};
const runOf = (baselineNames: RunView['baselineNames']): { run: RunView } => ({
  run: { baselineNames, state: { baselines: { heldOut } } } as unknown as RunView,
});
const classifier = runOf({ constant: 'mostFrequent', bagOfWords: 'bagOfWords' });

describe('the baselines in a chart', () => {
  it('are named by the task, with their value of the metric', () => {
    expect(baselineLinesOf(classifier, 'accuracy')).toEqual([
      { id: 'bagOfWords', name: 'bag of words', value: 0.8 },
      { id: 'constant', name: 'most frequent label', value: 0.5 },
    ]);
    const tagger = runOf({ constant: 'mostFrequent', bagOfWords: 'wordLabels' });
    expect(baselineLinesOf(tagger, 'loss')[0]).toMatchObject({
      ...{ name: 'most frequent label of each word', value: 0.4 },
    });
  });

  it('are only drawn for metrics that they have', () => {
    expect(baselineLinesOf(classifier, 'macroF1')).toEqual([]);
    expect(baselineLinesOf(classifier, 'learningRate')).toEqual([]);
    expect(baselineLinesOf(runOf(null), 'loss')).toEqual([]);
    expect(baselineLinesOf({ run: null }, 'loss')).toEqual([]);
  });
});
