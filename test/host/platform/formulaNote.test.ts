import { expect, it, vi } from 'vitest';
import { formulaNotes } from '../../../src/host/platform/formulaNote.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));

it('formulas in a written CSV file are noted, unless there are none or they are escaped', () => {
  expect(formulaNotes(0, { areEscaped: false })).toEqual([]);
  expect(formulaNotes(2, { areEscaped: true })).toEqual([]);
  expect(formulaNotes(1, { areEscaped: false })).toEqual([
    expect.stringMatching(/^1 cell begins like a formula.*masklab\.safeCsv/),
  ]);
  expect(formulaNotes(2, { areEscaped: false })).toEqual([expect.stringMatching(/^2 cells begin/)]);
});
