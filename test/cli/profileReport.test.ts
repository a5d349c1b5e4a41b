import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { PROFILE, profileCommand } from '../../src/cli/profileCommand.js';
import { profileReport } from '../../src/cli/profileReport.js';
import { readCommand } from '../../src/cli/usage.js';
import { ProfileCollector } from '../../src/core/profile/profileCollector.js';
import { AlignedText } from '../../src/core/text/alignedText.js';

function reportOf(labels: readonly string[]): string[] {
  const collector = new ProfileCollector({
    ...{ model: null, tokenizer: null, cleaning: [] },
    stopWords: () => new Set(['the']),
  });
  labels.forEach((label, i) => {
    collector.add({
      ...{ file: 'films.csv', line: i + 2, pair: null, group: null, split: null },
      text: AlignedText.of(`The film number ${i} was seen by the whole family on a rainy day`),
      ...{ label, values: {} },
    });
  });
  const columns = { text: 'review', pair: null, label: 'verdict', group: null, split: null };
  const report = profileReport(collector.profile({ isComplete: true, columns }));
  return stripVTControlCharacters(report).split('\n');
}

describe('the report of a profile', () => {
  const labels = Array.from({ length: 150 }, (_, i) => (i % 15 === 0 ? 'bad' : 'good'));
  const lines = reportOf(labels);

  it('begins with the size of the data and its problems', () => {
    expect(lines[0]).toBe('Profile of 1 file (0 bytes)');
    expect(lines[2]).toBe('! The labels are imbalanced: "good" (140) and "bad" (10).');
    expect(lines[3]).toMatch(/^ {2}Train with --class-weights balanced/);
  });

  it('aligns the numbers', () => {
    const at = lines.findIndex((line) => line.startsWith('  Files'));
    const facts = lines.slice(at, at + 3);
    expect(facts.map((line) => line.trim().split(/ {2,}/)[0])).toEqual([
      'Files',
      'Records',
      'Words',
    ]);
    const ends = facts.map((line) => line.slice(0, 38).trimEnd().length);
    expect(new Set(ends).size).toBe(1);
  });

  it('shows labels as bars with counts and shares', () => {
    const at = lines.indexOf('Labels in verdict');
    expect(lines.slice(at + 1, at + 3)).toEqual([
      '  good        140   93.3%  ████████████████████████',
      '  bad          10    6.7%  ██',
    ]);
  });

  it('keeps to the width of a page', () => {
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('reports that no problems were found', () => {
    const balanced = labels.map((_, i) => (i % 2 === 0 ? 'bad' : 'good'));
    expect(reportOf(balanced)[2]).toBe('✓ No problems found.');
  });
});

describe('masklab profile', () => {
  it('requires data', async () => {
    await expect(profileCommand(readCommand(PROFILE, []))).rejects.toThrow(/requires --data/);
  });
});
