import { describe, expect, it, vi } from 'vitest';
import type * as vscode from 'vscode';
import { clozeText } from '../../../../src/host/predictions/clozeExercise.js';
import { fillsText } from '../../../../src/host/predictions/inlineFills.js';
import {
  limitStatus,
  PredictionLimits,
} from '../../../../src/host/predictions/limits/predictionLimits.js';
import { partToVary } from '../../../../src/host/predictions/variationCommand.js';
import { editor, oneLine, window } from '../../../support/fakeVscode.js';

vi.mock('vscode', () => import('../../../support/fakeVscode.js'));

describe('limits of predictions', () => {
  it('are in the status bar while they are reached in the active document', () => {
    const document = oneLine('text');
    const other = oneLine('other') as unknown as vscode.TextDocument;
    Object.assign(window, {
      activeTextEditor: { document },
      onDidChangeActiveTextEditor: () => ({ dispose: () => undefined }),
    });
    const limits = new PredictionLimits();
    const status = limitStatus(limits);
    const own = document as unknown as vscode.TextDocument;
    limits.set(other, 'fills', 'Fills of the other');
    expect(editor.statusItem.isShown).toBe(false);
    limits.set(own, 'variations', 'Variations of a part');
    expect(editor.statusItem).toMatchObject({
      text: '$(info) Variations of a part',
      isShown: true,
    });
    limits.set(own, 'fills', fillsText(340));
    expect(editor.statusItem.text).toBe('$(info) Fills of the first 200 of 340 masks in view (+1)');
    expect(editor.statusItem.tooltip).toContain('\nVariations of a part');
    limits.set(own, 'fills', fillsText(200));
    limits.set(own, 'variations', null);
    expect(editor.statusItem.isShown).toBe(false);
    status.dispose();
    limits.dispose();
  });

  it('cut a text that is varied at a space', () => {
    expect(partToVary('a few words')).toEqual({ length: 11, isCut: false });
    const long = partToVary('word '.repeat(1200));
    expect(long.isCut).toBe(true);
    expect('word '.repeat(1200).slice(0, long.length)).toMatch(/word$/);
    expect(partToVary('x'.repeat(6000))).toEqual({ length: 5000, isCut: true });
    expect(partToVary(`${'x'.repeat(5000)} y`).length).toBe(5000);
  });

  it('of an exercise are its blanks or its characters', () => {
    expect(clozeText({ isCut: false, blanks: 12 })).toBeNull();
    expect(clozeText({ isCut: true, blanks: 12 })).toBe('Exercise of the first 20,000 characters');
    expect(clozeText({ isCut: false, blanks: 30 })).toBe('Exercise with the first 30 blanks');
  });
});
