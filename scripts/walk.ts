// Makes the animated walk of README from the frames that the suite `tour` takes: `npx tsx scripts/walk.ts`.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';

const root = path.join(import.meta.dirname, '..');
const frames = path.join(root, '.cache/walk');
const target = path.join(root, 'media/docs/walk.webp');
const MILLISECONDS = 3000;
const MOST_BYTES = 1_500_000;

async function main(): Promise<void> {
  const files = readdirSync(frames).sort();
  if (files.length === 0) throw new Error(`There are no frames in ${frames}.`);
  const pictures = files.map((name) => path.join(frames, name));
  // Small letters stay sharp without loss, and still screens are small.
  const bytes = await sharp(pictures, { join: { animated: true } })
    .webp({ lossless: true, effort: 6, loop: 0, delay: files.map(() => MILLISECONDS) })
    .toBuffer();
  if (bytes.length > MOST_BYTES) throw new Error(`${bytes.length} bytes are too many.`);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, bytes);
  console.log(`${path.relative(root, target)}: ${files.length} frames, ${bytes.length} bytes`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
