/**
 * Damages valid files of every kind and reads them, for as long as asked. What is not read as it should
 * be is printed, and kept in a folder.
 *
 * Usage: npm run fuzz -- [minutes = 15] [first seed = 0]
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fuzzFiles } from '../test/support/fuzz/fuzzFiles.js';

async function main(): Promise<void> {
  const [minutes = 15, firstSeed = 0] = process.argv.slice(2).map(Number);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-fuzz-'));
  const kept = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-fuzz-found-'));
  const end = performance.now() + minutes * 60_000;
  try {
    const { tried, found } = await fuzzFiles({
      ...{ folder, firstSeed },
      continues: () => performance.now() < end,
      onFinding: ({ seed, file, problem }, content) => {
        fs.writeFileSync(path.join(kept, `${seed}-${path.basename(file)}`), content);
        console.log(`seed ${seed}, ${file}: ${problem}`);
      },
    });
    console.log(`${found.length} findings in ${tried} files, kept in ${kept}`);
    if (found.length > 0) process.exitCode = 1;
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

void main();
