/**
 * Draws encoders that no library has, and compares what training computes with their files: logits,
 * loss, gradients and the written file.
 *
 * Usage: npm run check:encoders -- [number of encoders = 500] [first seed = 0]
 */
import { checkEncoder } from '../test/support/randomEncoder/checkEncoder.js';
import { randomEncoder } from '../test/support/randomEncoder/randomEncoder.js';

async function main(): Promise<void> {
  const [count = 500, first = 0] = process.argv.slice(2).map(Number);
  const started = performance.now();
  let wrong = 0;
  for (let seed = first; seed < first + count; seed++) {
    const encoder = randomEncoder(seed);
    const differences = await checkEncoder(encoder, { seed });
    if (differences.length === 0) continue;
    wrong++;
    console.log(`seed ${seed}: ${encoder.choices.join(' ')}`);
    for (const { of, found } of differences) console.log(`  ${of}: ${found}`);
  }
  const seconds = Math.round((performance.now() - started) / 1000);
  const seeds = `seeds ${first} to ${first + count - 1}`;
  console.log(`${count - wrong} of ${count} encoders agree (${seeds}, ${seconds} s)`);
  if (wrong > 0) process.exitCode = 1;
}

void main();
