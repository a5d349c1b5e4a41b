import { describe, expect, it } from 'vitest';
import { USUAL_DIALECT } from '../../../src/core/data/fileDialect.js';
import {
  rowsToClassify,
  type RowsToClassifyOptions,
} from '../../../src/core/data/rowsToClassify.js';

const OPTIONS: RowsToClassifyOptions = {
  ...{ format: 'csv', file: 'a.csv', dialect: USUAL_DIALECT, labelled: null },
  ...{ readsPairs: false, from: 0, lastLine: Infinity },
};
const CSV = 'review,verdict\ngood,praise\n"dull,\nlong",complaint\n,praise\nfine,\n';
const LABELLED = {
  columns: { text: 'review', pair: null, labels: ['verdict'] },
  labelDelimiter: null,
};

describe('texts of the rows of a document', () => {
  it('come with their labels, from the columns of the classifier’s data', () => {
    expect(rowsToClassify(CSV, { ...OPTIONS, labelled: LABELLED })).toEqual([
      { text: 'good', pair: null, labels: ['praise'], end: CSV.indexOf('\n"') },
      { text: 'dull,\nlong', pair: null, labels: ['complaint'], end: CSV.indexOf('\n,praise') },
      { text: 'fine', pair: null, labels: null, end: CSV.length - 1 },
    ]);
  });

  it('are those of the wanted lines, and of rows that reach into them', () => {
    const of = (from: number, lastLine: number): string[] =>
      rowsToClassify(CSV, { ...OPTIONS, labelled: LABELLED, from, lastLine })!.map(
        ({ text }) => text,
      );
    expect(of(CSV.indexOf('long'), 4)).toEqual(['dull,\nlong']);
    expect(of(0, 2)).toEqual(['good']);
    expect(of(CSV.length, 99)).toEqual([]);
  });

  it('are in guessed columns in a file with others, which need no labels', () => {
    const other = 'text,sentence2,label\none,two,x\n';
    const pair = { ...OPTIONS, labelled: LABELLED, readsPairs: true };
    expect(rowsToClassify(other, pair)).toMatchObject([
      { text: 'one', pair: 'two', labels: ['x'] },
    ]);
    expect(rowsToClassify('id,text\n1,one\n', OPTIONS)).toMatchObject([
      { text: 'one', pair: null, labels: null },
    ]);
    expect(rowsToClassify('a,b\n1,2\n', OPTIONS)).toBeNull();
    expect(rowsToClassify('', OPTIONS)).toEqual([]);
  });

  it('have several labels where the data of the classifier has', () => {
    const labelled = {
      columns: { text: 'text', pair: null, labels: ['tags'] },
      labelDelimiter: ';',
    };
    const document = 'text,tags\none,a; b\ntwo,\n';
    const texts = rowsToClassify(document, { ...OPTIONS, labelled });
    expect(texts!.map(({ labels }) => labels)).toEqual([['a', 'b'], []]);
  });
});
