import { describe, expect, it, vi } from 'vitest';
import type * as vscode from 'vscode';
import { masksIn } from '../../../src/core/predict/spelledMasks.js';
import { maskBatches } from '../../../src/host/predictions/maskBatches.js';
import { oneLine, Range } from '../../support/fakeVscode.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));

/** The masks of a line, as they are asked for together. */
function batchesOf(text: string): string[][] {
  const document = oneLine(text) as unknown as vscode.TextDocument;
  const ranges = masksIn(text).map(({ start, end }) => new Range(0, start, 0, end));
  return maskBatches(document, ranges as unknown as vscode.Range[]).map((batch) =>
    batch.map((range) => document.getText(range)),
  );
}

describe('maskBatches', () => {
  it('asks for masks together, at most 16 of them', () => {
    expect(batchesOf('the [MASK] '.repeat(40)).map(({ length }) => length)).toEqual([16, 16, 8]);
    expect(batchesOf('')).toEqual([]);
  });

  it('asks apart for masks that are far away', () => {
    expect(batchesOf(`[MASK] ${'far '.repeat(6000)}[MASK] ____`)).toEqual([
      ['[MASK]'],
      ['[MASK]', '____'],
    ]);
  });

  it('asks alone for a mask that lists words', () => {
    expect(batchesOf('[MASK] [MASK] [MASK:fox|dog] ____ <mask>')).toEqual([
      ['[MASK]', '[MASK]'],
      ['[MASK:fox|dog]'],
      ['____', '<mask>'],
    ]);
  });
});
