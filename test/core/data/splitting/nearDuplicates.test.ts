import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentKey } from '../../../../src/core/data/examples/chunk.js';
import { NearDuplicates } from '../../../../src/core/data/splitting/nearDuplicates.js';
import { randomStream } from '../../../../src/core/random.js';

const random = randomStream('near-duplicates');
const draw = (count: number): number => Math.floor(random() * count);
const wordsOf = (count: number): string[] =>
  Array.from({ length: count }, () => draw(50_000).toString(36));

/** Share of the sets' elements that both have. */
function jaccard(a: readonly string[], b: readonly string[]): number {
  const shingles = (words: readonly string[]): Set<string> =>
    new Set(words.slice(2).map((_, i) => words.slice(i, i + 3).join(' ')));
  const [first, second] = [shingles(a), shingles(b)];
  const common = [...first].filter((shingle) => second.has(shingle)).length;
  return common / (first.size + second.size - common);
}

const withChanges = (words: readonly string[], count: number): string[] => {
  const changed = [...words];
  for (let i = 0; i < count; i++) changed[draw(changed.length)] = `changed${i}`;
  return changed;
};

describe('NearDuplicates', () => {
  it('finds pairs above the threshold, and none far below', () => {
    const texts = Array.from({ length: 2000 }, () => wordsOf(20 + draw(200)));
    const index = new NearDuplicates();
    for (const words of texts) expect(index.add(words.join(' '))).toBeNull();
    const counts = { above: 0, foundAbove: 0, below: 0, foundBelow: 0 };
    texts.forEach((words, i) => {
      const changed = withChanges(words, draw(1 + words.length / 12));
      const similarity = jaccard(words, changed);
      const found = index.add(changed.join(' '));
      if (found !== null) expect(found).toBe(i);
      // Two standard errors of the estimate to either side.
      if (similarity > 0.88) {
        counts.above++;
        if (found !== null) counts.foundAbove++;
      } else if (similarity < 0.72) {
        counts.below++;
        if (found !== null) counts.foundBelow++;
      }
    });
    expect(counts.above).toBeGreaterThan(300);
    expect(counts.below).toBeGreaterThan(300);
    expect(counts.foundAbove / counts.above).toBeGreaterThan(0.96);
    expect(counts.foundBelow / counts.below).toBeLessThan(0.04);
  });

  it.each([0.5, 0.7, 0.9, 1])('keeps to a threshold of %d', (threshold) => {
    const index = new NearDuplicates({ threshold });
    const texts = Array.from({ length: 400 }, () => wordsOf(150));
    for (const words of texts) index.add(words.join(' '));
    let wrong = 0;
    for (const words of texts) {
      const changed = withChanges(words, draw(40));
      const similarity = jaccard(words, changed);
      const isFound = index.add(changed.join(' ')) !== null;
      if (Math.abs(similarity - threshold) > 0.11 && isFound !== similarity > threshold) wrong++;
    }
    expect(wrong).toBeLessThan(12);
  });

  it('finds every text with the content key of one before, whatever it is made of', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary', maxLength: 12 }), { minLength: 1, maxLength: 40 }),
        fc.constantFrom(' ', '\n\n', '\t', '\u3000'),
        (texts, space) => {
          const index = new NearDuplicates();
          texts.forEach((text) => index.add(text));
          for (const text of texts) {
            const copy = `${space}${text.replaceAll(/\s/g, space)} `;
            expect(contentKey(copy)).toBe(contentKey(text));
            const found = index.add(copy);
            expect(found).not.toBeNull();
            expect(found).toBeLessThan(texts.length);
          }
        },
      ),
      { seed: 2, numRuns: 200 },
    );
  });

  it('finds copies even where very many texts are alike', () => {
    const index = new NearDuplicates();
    const words = wordsOf(300);
    const texts = Array.from({ length: 300 }, (_, i) => words.toSpliced(i, 1, 'x').join(' '));
    texts.forEach((text) => index.add(text));
    for (const text of texts) expect(index.add(text)).toBeLessThan(texts.length);
  });

  it('looks at case, punctuation and compatible spellings no more than at white space', () => {
    const index = new NearDuplicates();
    index.add('The ﬁrst words, of a text; that is ten words long');
    expect(index.add('“THE FIRST WORDS” of a text – that is ten words long!')).toBe(0);
  });

  it('compares Chinese, Japanese and Thai by characters', () => {
    const texts = [
      '自然语言处理是人工智能和语言学领域的分支学科，探讨如何处理及运用自然语言，包括多方面和步骤，基本有认知、理解、生成等部分。自然语言认知和理解是让电脑把输入的语言变成有意义的符号和关系，然后根据目的再处理。',
      '自然言語処理は、人間が日常的に使っている自然言語をコンピュータに処理させる一連の技術であり、人工知能と言語学の一分野である。計算言語学との類似もあるが、自然言語処理は工学的な視点からの言語処理をさすのに対して、計算言語学は言語学的視点を重視する手法をさす事が多い。',
      'การประมวลผลภาษาธรรมชาติเป็นสาขาย่อยของภาษาศาสตร์วิทยาการคอมพิวเตอร์และปัญญาประดิษฐ์ที่เกี่ยวข้องกับปฏิสัมพันธ์ระหว่างคอมพิวเตอร์กับภาษามนุษย์โดยเฉพาะวิธีการเขียนโปรแกรมคอมพิวเตอร์เพื่อประมวลผลและวิเคราะห์ข้อมูลภาษาธรรมชาติจำนวนมาก',
    ];
    const index = new NearDuplicates();
    for (const text of texts) expect(index.add(text)).toBeNull();
    texts.forEach((text, i) => {
      expect(index.add(`${text.slice(0, -4)}。`)).toBe(i);
      expect(index.add(text.slice(0, text.length / 3))).toBeNull();
    });
  });

  it('keeps short texts apart that differ in a word', () => {
    const index = new NearDuplicates();
    for (const text of ['yes', 'no', 'yes and no', '', '!', '?', '好', '坏']) {
      expect(index.add(text)).toBeNull();
    }
    expect(index.add('YES!')).toBe(0);
    expect(index.size).toBe(9);
  });
});
