import { describe, expect, it, vi } from 'vitest';
import type * as vscode from 'vscode';
import {
  explanationLegend,
  placeHover,
  wordHover,
} from '../../../../src/host/predictions/explain/explanationMarkdown.js';
import type { ShownExplanation } from '../../../../src/host/predictions/explain/shownExplanation.js';
import { Range } from '../../../support/fakeVscode.js';

vi.mock('vscode', () => import('../../../support/fakeVscode.js'));

const range = new Range(0, 0, 0, 3) as unknown as vscode.Range;
const words = [
  { text: 'sea|[x](command:a)', range, occlusion: 1.5, gradient: 0.9, share: 0.75 },
  { text: 'land', range, occlusion: -0.5, gradient: 0.3, share: 0.25 },
];
const shown: ShownExplanation = {
  document: {} as vscode.TextDocument,
  place: range,
  original: '[MASK]',
  asked: undefined,
  words,
  facts: {
    ...{ word: 'sh<i>p', pieces: 1, probability: 0.25, logOdds: -1.1, isCut: false },
    ...{ sequences: 3, agreement: 1, gradientError: null, modelName: 'a*b', milliseconds: 12.3 },
  },
};

describe('texts of an explanation', () => {
  it('say what masking a word does, and whether gradients agree, with foreign text escaped', () => {
    expect(wordHover(words[0]!, shown)).toBe(
      'Masking **sea\\|\\[x\\]\\(command:a\\)** lowers the log-odds of **sh\\<i\\>p** by 1.50 nats: it supports the prediction.  \n' +
        'Input gradients agree: +0.90 nats, +75% of the total.',
    );
    expect(wordHover(words[1]!, shown)).toContain('**land** raises the log-odds');
    expect(wordHover(words[1]!, shown)).toContain('disagree: +0.30 nats, +25%');
    const plain = wordHover({ ...words[1]!, gradient: null, share: null }, shown);
    expect(plain).not.toContain('gradients');
    expect(placeHover(shown)).toContain('**sh\\<i\\>p**, probability 25.0%');
  });

  it('state how the values were computed, at what cost, and what is missing', () => {
    const legend = explanationLegend(shown);
    expect(legend).toContain('a\\*b');
    expect(legend).toContain('each of 2 context words was masked in turn');
    expect(legend).toContain('Rank correlation of the two: 1.00.');
    expect(legend).toContain(
      'Attention weights are not used. The model read 3 sequences in 12 ms.',
    );
    expect(legend).not.toContain('farther away');
    expect(legend).toContain('| 0.90 nats or more |');
    expect(legend).toContain('--vscode-masklab-against3');
    const other = explanationLegend({
      ...shown,
      facts: {
        ...shown.facts,
        ...{ agreement: null, isCut: true },
        gradientError: {
          code: 'UnsupportedOp',
          details: { ops: [{ op: 'Foo', opset: 1, node: 'n' }] },
        },
      },
    });
    expect(other).toMatch(/\*\*Input gradients\*\* are missing: .*Foo/);
    expect(other).toContain('farther away');
    expect(explanationLegend({ ...shown, words: [] })).toContain('no other words');
  });
});
