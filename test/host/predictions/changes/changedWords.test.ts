import { describe, expect, it, vi } from 'vitest';
import {
  blocksNear,
  changesReport,
  rankChanges,
} from '../../../../src/host/predictions/changes/changedWords.js';
import type { TextBlock } from '../../../../src/host/predictions/surprisal/textBlocks.js';

vi.mock('vscode', () => import('../../../support/fakeVscode.js'));

const blockAt = (line: number, text: string): TextBlock => ({
  ...{ line, character: 0, lastLine: line, text },
});
const predicted = (word: string, surprisal: number) => ({
  best: { word, probability: 0.5 },
  surprisal,
});
const changeOf = (start: number, end: number, change: number) => ({
  ...{ start, end, change },
  before: predicted('sea', 9.1),
  after: predicted('a|b', 3.2),
});

describe('changed words', () => {
  it('are ranked over all blocks, at their places in the document, without what stayed', () => {
    const ranked = rankChanges([
      { block: blockAt(2, 'the sea'), words: [changeOf(0, 3, 0.0001), changeOf(4, 7, 0.2)] },
      { block: blockAt(9, 'a whale'), words: [changeOf(2, 7, 0.6)] },
    ]);
    expect(ranked).toMatchObject([
      { text: 'whale', line: 9, character: 2, change: 0.6 },
      { text: 'sea', line: 2, character: 4, change: 0.2 },
    ]);
  });

  it('come from the text around what is visible if there are too many', () => {
    const blocks = [0, 10, 20, 30].map((line) => blockAt(line, 'one two'));
    const near = (most: number) =>
      blocksNear(blocks, { first: 19, last: 22 }, { wordsOf: () => 2, most });
    expect(near(8)).toEqual({ blocks, isCut: false });
    expect(near(5).blocks.map(({ line }) => line)).toEqual([20, 30]);
    expect(near(5).isCut).toBe(true);
    // At least one.
    expect(near(1).blocks.map(({ line }) => line)).toEqual([20]);
  });

  it('are a table that a predicted word cannot break', () => {
    const listed = rankChanges([{ block: blockAt(4, 'the'), words: [changeOf(0, 3, 0.25)] }]);
    const report = changesReport(
      { measure: 'jensenShannon', listed, compared: 12, isCut: false },
      { before: 'base', after: 'run', file: 'story.md' },
    );
    expect(report).toContain('12 words compared');
    const [row] = report.split('\n').filter((line) => line.startsWith('| the'));
    expect(row).toContain('| 5 | 0.250 bits | sea ');
    expect(row).toContain(' → a\\|b ');
    expect(row).toMatch(/ 9\.1 → 3\.2 \|$/);
  });
});
