import fs from 'node:fs';
import path from 'node:path';
import { randomStream } from '../../src/core/random.js';
import { REFERENCE_TEXTS } from './referenceTokenizers.js';

const JOINTS = Array.from(
  '  \t\n\u0301\u0323Σ-aA好.,\'’"`´▁Ġ\u200b\u200d\u00ad\u3000\r\u00a0éﾞ🏽👍\ufeffＡ½ำ',
);
const MARKS = ['<mask>', ' <mask>', '[MASK]', '  [MASK] ', '<s>', '[SEP]', '<|mask|>', '<unk>'];

/**
 * Lines stitched from pieces of prose and of `REFERENCE_TEXTS`, so that borders fall everywhere.
 * Run as a script, it writes them as JSON for `test/fixtures/tokenizers/makeReference.py`.
 */
export function stitchedLines(count: number): string[] {
  const random = randomStream('stitched lines');
  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = (items: readonly string[]): string => items[below(items.length)]!;
  const texts = REFERENCE_TEXTS.map((text) => Array.from(text));
  const chapter = path.join(
    import.meta.dirname,
    '../../examples/workspace/moby-dick/chapter-41.txt',
  );
  const prose = fs.readFileSync(chapter, 'utf8');
  return Array.from({ length: count }, () => {
    const parts = Array.from({ length: 1 + below(8) }, () => {
      const from = below(prose.length - 50);
      const text = texts[below(texts.length)]!;
      const at = below(text.length);
      const piece =
        random() < 0.3
          ? prose.slice(from, from + below(50))
          : text.slice(at, at + below(12)).join('');
      const joint = random() < 0.6 ? pick(JOINTS) : '';
      return piece + joint + (random() < 0.03 ? pick(MARKS) : '');
    });
    return parts.join('');
  });
}

/** Number of lines that the reference library encoded. */
export const STITCHED_LINES = 5000;

if (process.argv[1] === import.meta.filename) {
  process.stdout.write(JSON.stringify(stitchedLines(STITCHED_LINES)));
}
