import fs from 'node:fs';
import path from 'node:path';
import { randomStream, shuffled } from '../../src/core/random.js';
import { MIXED_LINES } from '../core/tokenizer/mixedText.js';
import { stitchedLines } from './stitchedLines.js';

const ROOT = path.join(import.meta.dirname, '../..');
const LONGEST_LINE = 300;

/** Shares of each kind of line. */
const SHARES = { code: 0.3, translated: 0.24, prose: 0.1, emoji: 0.06 };

/**
 * So many lines of real text and of what real text has seldom, in mixed order, the same every time:
 * code and comments, TypeScript's messages in thirteen languages (accents, Cyrillic, Chinese,
 * Japanese, Korean), prose, emoji, and lines stitched from all that normalization has rules for.
 */
export function mixedLines(count: number): string[] {
  const random = randomStream('mixed lines');
  const some = (lines: readonly string[], share: number): string[] => {
    const wanted = Math.round(count * share);
    const chosen = shuffled(lines, random).slice(0, wanted);
    while (chosen.length < wanted) chosen.push(chosen[chosen.length % lines.length]!);
    return chosen;
  };
  const lines = [
    ...MIXED_LINES,
    ...some(codeLines(), SHARES.code),
    ...some(translatedLines(), SHARES.translated),
    ...some(proseLines(), SHARES.prose),
    ...emojiLines(Math.round(count * SHARES.emoji), random),
  ];
  return shuffled([...lines, ...stitchedLines(count - lines.length)], random);
}

function codeLines(): string[] {
  // Packages whose versions are locked: our own code would be other lines tomorrow.
  const folders = ['typescript/lib', 'zod/v4', 'csv-parse/lib', 'uplot/dist', '@types/node'].map(
    (name) => path.join('node_modules', name),
  );
  const endings = /\.(?:d\.ts|ts|md|css)$/;
  const files = folders.flatMap((folder) =>
    (fs.readdirSync(path.join(ROOT, folder), { recursive: true }) as string[])
      .filter((name) => endings.test(name) && !name.includes('diagnosticMessages'))
      .sort()
      .map((name) => path.join(folder, name)),
  );
  return linesOf(files);
}

function translatedLines(): string[] {
  const folder = path.join(ROOT, 'node_modules/typescript/lib');
  return fs
    .readdirSync(folder)
    .sort()
    .map((language) => path.join(folder, language, 'diagnosticMessages.generated.json'))
    .filter((file) => fs.existsSync(file))
    .flatMap((file) =>
      Object.values(JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, string>),
    );
}

function proseLines(): string[] {
  const folder = 'examples/workspace/moby-dick';
  const names = fs.readdirSync(path.join(ROOT, folder)).sort();
  return linesOf(names.map((name) => path.join(folder, name)));
}

function linesOf(files: readonly string[]): string[] {
  return files
    .flatMap((file) => fs.readFileSync(path.join(ROOT, file), 'utf8').split('\n'))
    .filter((line) => line.trim() !== '' && line.length <= LONGEST_LINE);
}

const EMOJI = Array.from({ length: 0x1fb00 - 0x2190 }, (_, i) =>
  String.fromCodePoint(0x2190 + i),
).filter((character) => /\p{Extended_Pictographic}/u.test(character));
const SKINS = Array.from('🏻🏼🏽🏾🏿');
const FLAGS = ['🇩🇪', '🇯🇵', '🇧🇷', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🏳️‍🌈', '👩‍👩‍👧‍👦', '👩🏽‍💻', '1️⃣', '#️⃣', '❤️', '☝🏿'];
const WORDS = ['great', 'Café', 'lol', '最高', 'ура', 'ok!!', ':-)', 'so', 'good', '…'];

function emojiLines(count: number, random: () => number): string[] {
  const pick = (from: readonly string[]): string => from[Math.floor(random() * from.length)]!;
  return Array.from({ length: count }, () =>
    Array.from({ length: 2 + Math.floor(random() * 6) }, () => {
      const kind = random();
      if (kind < 0.4) return pick(WORDS);
      if (kind < 0.6) return pick(FLAGS);
      return pick(EMOJI) + (random() < 0.2 ? pick(SKINS) : '') + (random() < 0.1 ? '\ufe0f' : '');
    }).join(random() < 0.5 ? ' ' : ''),
  );
}
