// What the bundled model, or another, knows: acceptable words among its first five on the cloze
// set, and, where the corpus's held-out documents are at hand, masked tokens predicted right, by
// source. Nothing is ever chosen by the cloze set.
// usage: npm run eval:bundled [-- --model <folder>] [--held-out <folder>] [--misses] [--json]
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { formatShare } from '../../src/core/format.js';
import { BUNDLED_MODEL_FOLDER } from '../../src/core/models/bundled.js';
import { loadPredictionModel } from '../../src/node/models/predictionModel.js';
import type { ClozeAnswer } from './cloze.js';
import type { HeldOutFigures } from './heldOut.js';
import { measureModel } from './measure.js';
import { PATHS } from './recipe.js';

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: path.join(PATHS.root, BUNDLED_MODEL_FOLDER) },
    'held-out': { type: 'string', default: PATHS.heldOut },
    misses: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  const model = await loadPredictionModel(values.model, { threads: os.availableParallelism() });
  const { cloze, heldOut } = await measureModel(model, values['held-out']);
  for (const [name, { top1, top5, sentences, answers }] of Object.entries(cloze)) {
    console.log(
      `cloze, ${name} (${sentences} sentences): ${formatShare(top5)} acceptable in the first five, ${formatShare(top1)} first`,
    );
    if (values.misses) printMisses(answers);
  }
  if (heldOut === null) {
    console.log(`held-out text: not measured, there is no ${values['held-out']}`);
  } else {
    printHeldOut(heldOut);
  }
  if (values.json) {
    const shares = Object.entries(cloze).map(([name, { sentences, top1, top5 }]) => {
      return [name, { sentences, top1, top5 }] as const;
    });
    console.log(JSON.stringify({ model: model.name, cloze: Object.fromEntries(shares), heldOut }));
  }
  await model.release();
}

function printMisses(answers: readonly ClozeAnswer[]): void {
  for (const { item, candidates, rank } of answers) {
    if (rank < 0) console.log(`  ${item.text}  ${candidates.join(', ')}`);
  }
}

function printHeldOut(figures: Readonly<Record<string, HeldOutFigures>>): void {
  console.log('held-out text, 17% of the tokens masked (80/10/10)');
  const header = ['', 'tokens', 'loss', 'top-1', 'top-5', 'content', 'function'];
  const rows = Object.entries(figures).map(([name, row]) => [
    name,
    String(row.tokens),
    row.loss.toFixed(3),
    ...[row.top1, row.top5, row.contentTop1, row.functionTop1].map((share) => formatShare(share)),
  ]);
  for (const row of [header, ...rows]) {
    console.log(row.map((cell, i) => (i === 0 ? cell.padEnd(22) : cell.padStart(9))).join(''));
  }
}

main().catch((thrown: unknown) => {
  console.error(thrown);
  process.exitCode = 1;
});
