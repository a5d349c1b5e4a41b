import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findPersonalData } from '../../../../src/core/masking/personalData/findPersonalData.js';
import { FoldedText } from '../../../../src/core/masking/personalData/foldedText.js';
import { PERSONAL_DATA, type PersonalData } from '../../../../src/core/masking/policy/policy.js';

interface Sentence {
  readonly text: string;
  readonly spans: readonly { kind: PersonalData; start: number; end: number }[];
}

const sentencesOf = (file: string): Sentence[] =>
  fs
    .readFileSync(path.join(import.meta.dirname, '../../../fixtures/personalData', file), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Sentence);
const sentences = [...sentencesOf('sentences.jsonl'), ...sentencesOf('unseen.jsonl')];

describe('personal data in the sentences', () => {
  it('are many, half of them without any', () => {
    const negatives = sentences.filter(({ spans }) => spans.length === 0);
    expect(sentences.length).toBeGreaterThanOrEqual(400);
    expect(negatives.length).toBeGreaterThanOrEqual(sentences.length / 2);
  });

  it.each(PERSONAL_DATA)(
    'of kind %s are found with their exact offsets, and nothing else',
    (kind) => {
      const wrong = sentences.flatMap(({ text, spans }) => {
        const ranges: [start: number, end: number][] = [];
        findPersonalData(kind, new FoldedText(text), (start, end) => ranges.push([start, end]));
        const found = ranges
          .sort(([a], [b]) => a - b)
          .map(([start, end]) => `${String(start)}–${String(end)}`);
        const expected = spans
          .filter((span) => span.kind === kind)
          .map(({ start, end }) => `${String(start)}–${String(end)}`);
        return expected.join() === found.join() ? [] : [{ text, expected, found }];
      });
      expect(wrong).toEqual([]);
    },
  );
});
