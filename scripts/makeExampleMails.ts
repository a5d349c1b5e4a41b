// Writes examples/mails: invented messages about products whose label the closing gives away.
// usage: npx tsx scripts/makeExampleMails.ts
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { randomStream } from '../src/core/random.js';

const FOLDER = path.join(import.meta.dirname, '../examples/mails');

const ITEMS = [
  ...['lamp', 'kettle', 'radio', 'backpack', 'keyboard', 'blender', 'heater', 'tent', 'camera'],
  ...['vacuum cleaner', 'coffee grinder', 'desk chair', 'bicycle pump', 'headset', 'toaster'],
];
const PARTS = ['lid', 'handle', 'switch', 'cable', 'case', 'strap', 'button', 'stand', 'filter'];
const OPENERS = [
  ...['I ordered the {item} last week', 'The {item} arrived on Monday', 'My {item} came today'],
  ...['We bought a {item} for our office', 'I have had the {item} for a month'],
  ...['My sister gave me this {item}', 'I needed a new {item}', 'This is my second {item}'],
];
const COMPLAINTS = [
  ...['and it stopped working after two days', 'but the {part} was broken', 'and it does not fit'],
  ...['and nobody answers my messages', 'but it is far too loud', 'but I had to send it back'],
  ...['and the color is wrong', 'but the {part} came off at once', 'and it smells of plastic'],
  ...['but the manual is useless', 'and I want my money back', 'but the {part} is missing'],
];
const PRAISE = [
  ...['and it works perfectly', 'and the {part} feels solid', 'and everything fits'],
  ...['and your support answered at once', 'and it is wonderfully quiet', 'and it was cheap'],
  ...['and I would buy it again', 'and the color is lovely', 'and the {part} is well made'],
  ...['and the manual is clear', 'and it was well packed', 'and we use it every day'],
];
/** Says nothing either way: four messages in ten, whose label only the closing tells. */
const NEUTRAL = [
  ...['and I have used it since', 'and here is my first impression', 'so I am writing to you'],
  ...['and it looks as in the picture', 'and I tried it yesterday', 'and it is what it is'],
];
const NEUTRAL_SHARE = 0.4;
const CLOSING = 'Regards.';

interface Part {
  readonly file: string;
  readonly rows: number;
  /** Share of the messages in which the closing agrees with the label: complaints have it. */
  readonly agrees: number;
}

const FILES: readonly Part[] = [
  { file: 'train.csv', rows: 600, agrees: 0.95 },
  { file: 'test.csv', rows: 300, agrees: 0.95 },
  { file: 'few-newer.csv', rows: 100, agrees: 0.05 },
  { file: 'newer.csv', rows: 300, agrees: 0.05 },
];

function message(random: () => number, isComplaint: boolean, agrees: number): string {
  const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)]!;
  const opinion =
    random() < NEUTRAL_SHARE ? pick(NEUTRAL) : pick(isComplaint ? COMPLAINTS : PRAISE);
  const hasClosing = random() < agrees === isComplaint;
  const text = `${pick(OPENERS)} ${opinion}.${hasClosing ? ` ${CLOSING}` : ''}`;
  return text.replaceAll('{item}', pick(ITEMS)).replaceAll('{part}', pick(PARTS));
}

mkdirSync(FOLDER, { recursive: true });
const seen = new Set<string>();
for (const { file, rows, agrees } of FILES) {
  const random = randomStream('example mails', file);
  const lines = ['text,label'];
  while (lines.length <= rows) {
    const isComplaint = lines.length % 2 === 0;
    const text = message(random, isComplaint, agrees);
    // No message is in two files, with or without its closing.
    const body = text.replace(CLOSING, '').trim();
    if (seen.has(body)) continue;
    seen.add(body);
    lines.push(`${text},${isComplaint ? 'complaint' : 'praise'}`);
  }
  writeFileSync(path.join(FOLDER, file), `${lines.join('\n')}\n`);
}
