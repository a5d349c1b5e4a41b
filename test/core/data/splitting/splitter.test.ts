import { describe, expect, it } from 'vitest';
import { SPLIT_NAMES } from '../../../../src/core/data/records.js';
import { RecordSplitter } from '../../../../src/core/data/splitting/splitter.js';

const splitterBy = (splitColumn: string): RecordSplitter =>
  new RecordSplitter({
    splitSeed: 0,
    heldOutFraction: 0.5,
    testFraction: 0,
    nearDuplicates: null,
    groupColumn: null,
    splitColumn,
    files: [],
  });
const recordOf = (line: number, split: unknown) => ({
  file: 'a.csv',
  line,
  values: { text: `row ${line}`, split },
});
const keyed = (line: number) => ({ text: `row ${line}`, key: `${line}`.repeat(8) });

describe("a table's own splits", () => {
  it('are kept, and a row that leaves its split open is split by its content', () => {
    const splitter = splitterBy('split');
    for (let line = 1; line <= 40; line++) {
      splitter.addRecord(recordOf(line, line <= 10 ? 'test' : ''), keyed(line));
    }
    const plan = splitter.finish({ nonEmpty: true });
    const of = Array.from(plan.splits, (place) => SPLIT_NAMES[place]);
    expect(new Set(of.slice(0, 10))).toEqual(new Set(['test']));
    expect(new Set(of.slice(10))).toEqual(new Set(['train', 'heldOut']));
  });

  it('are named where they are none', () => {
    expect(() => splitterBy('split').addRecord(recordOf(7, 'maybe'), keyed(7))).toThrow(
      /line 7.*"maybe" is not the name of a split/,
    );
  });
});
