// `npm run bench:data`: how fast a little text and up to 32 MB of it are tokenized and masked, against
// `@huggingface/tokenizers` and `@anush008/tokenizers` on the same tokenizer.json and text; how much memory `masklab mask` takes
// of 10 MB, 100 MB and 1 GB; how long a preview of 5,000 lines takes after a keystroke.
// --text <folder> takes its .txt and .md files instead of the text in the repository; --quick stops
// at 100 MB; --json ends with one line that holds the result as JSON.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { measureMemory, reportMemory } from './dataMemory.js';
import { measurePreview, reportPreview } from './dataPreview.js';
import { measureSpeed, reportSpeed } from './dataSpeed.js';

const root = path.join(import.meta.dirname, '../..');
const has = (flag: string): boolean => process.argv.includes(`--${flag}`);

function valueOf(flag: string): string | null {
  const at = process.argv.indexOf(`--${flag}`);
  return at < 0 ? null : (process.argv[at + 1] ?? null);
}

async function main(): Promise<void> {
  mkdirSync(path.join(root, '.cache'), { recursive: true });
  const temporary = mkdtempSync(path.join(root, '.cache/bench-data-'));
  const load = os.loadavg()[0] ?? 0;
  if (load > 0.5) {
    console.log(`WARNING: other work is running (load ${load.toFixed(1)}); run it again alone.`);
  }
  try {
    const options = { folder: valueOf('text'), quick: has('quick'), temporary };
    const speed = await measureSpeed(options);
    console.log(speed.map(reportSpeed).join('\n'));
    const memory = await measureMemory(options);
    console.log(reportMemory(memory));
    const preview = await measurePreview(options);
    console.log(reportPreview(preview));
    if (has('json')) {
      console.log(
        JSON.stringify({
          speed,
          memory,
          preview,
          node: process.version,
          cores: os.availableParallelism(),
          cpu: os.cpus()[0]?.model ?? 'unknown',
          loadAtStart: Math.round(load * 100) / 100,
        }),
      );
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
