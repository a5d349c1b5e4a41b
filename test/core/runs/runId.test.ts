import { describe, expect, it } from 'vitest';
import { experimentSlug, runIdOf, slugify, suggestName } from '../../../src/core/runs/runId.js';

describe('run ids', () => {
  it('sort by time and carry the name', () => {
    const early = runIdOf('Calm Otter', new Date('2026-11-23T17:15:00Z'));
    const late = runIdOf('a', new Date('2026-11-23T17:15:01Z'));
    expect(early).toBe('20261123-171500-calm-otter');
    expect([late, early].sort()).toEqual([early, late]);
  });

  it('are safe folder names whatever the name is', () => {
    expect(slugify('../../Übung: 1/2 ')).toBe('u-bung-1-2');
    expect(slugify('日本語')).toBe('run');
    expect(slugify('x'.repeat(200))).toHaveLength(48);
  });

  it('keeps the letters of every script in the name of an experiment', () => {
    expect(experimentSlug('观点 词汇：第 1 轮')).toBe('观点-词汇-第-1-轮');
    expect(experimentSlug('Opinion words')).toBe('opinion-words');
    expect(experimentSlug(' Café—Été ')).toBe('café-été');
    expect(experimentSlug('🙂')).toBe('default');
    expect(experimentSlug('𠮷'.repeat(60))).toBe('𠮷'.repeat(48));
  });

  it('suggest a name of two words for any random numbers', () => {
    expect(suggestName(() => 0)).toMatch(/^[a-z]+-[a-z]+$/);
    expect(suggestName(() => 0.999999)).toMatch(/^[a-z]+-[a-z]+$/);
  });
});
