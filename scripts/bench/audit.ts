// `npm run bench:audit`: audits 200 texts of 60 words with a classifier of the size of the bundled model,
// and compares the time for the effects of their words with a loop of single predictions over the same
// masked texts, in turns. --json ends with one line that holds the result as JSON.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { auditedText } from '../../src/core/audit/auditedText.js';
import { occludeTexts, type AuditedModel } from '../../src/core/audit/occlusion.js';
import { createModel, parseModelConfig } from '../../src/core/models/createModel.js';
import { labelConfig } from '../../src/core/models/labels.js';
import { initializeParameters } from '../../src/core/models/weights/initialize.js';
import { randomStream } from '../../src/core/random.js';
import { loadLabelledModel } from '../../src/node/models/labelledModel.js';
import { readModelFolder, writeModelFolder } from '../../src/node/models/modelFolder.js';

const GOAL = { seconds: 60, ratio: 4 };
const TEXTS = 200;
const WORDS = 60;
/** Texts of the loop, which is too slow for all of them; its time is scaled. */
const LOOP_TEXTS = 4;
const BUNDLED = path.join(import.meta.dirname, '../../media/models/masklab-small-en');

async function makeClassifier(folder: string): Promise<void> {
  const { configJson, tokenizerJson } = await readModelFolder(BUNDLED);
  const config = parseModelConfig(configJson, 'config.json');
  const options = { head: 'sequence', labelCount: 2 } as const;
  await writeModelFolder(folder, {
    config,
    model: createModel(config, options),
    configJson: labelConfig({
      ...{ labels: ['good', 'bad'], problemType: 'single_label_classification' },
    }),
    tokenizerJson,
    parameters: initializeParameters(config, 1, options),
    modelCard: '',
    withoutOnnx: true,
  });
}

/** Texts of so many different words each. */
function textsOf(source: string): string[] {
  const words = [...new Set(source.toLowerCase().match(/[a-z]{3,}/g))];
  const random = randomStream('bench audit');
  return Array.from({ length: TEXTS }, () => {
    const chosen = new Set<string>();
    while (chosen.size < WORDS) chosen.add(words[Math.floor(random() * words.length)]!);
    return [...chosen].join(' ');
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-bench-audit-'));
  try {
    await makeClassifier(folder);
    const model = await loadLabelledModel(folder, { threads: 2 });
    const { tokenizer, labels, apply, maxLength, truncation, stride } = model;
    const audited: AuditedModel = {
      ...{ tokenizer, labels, apply, maxLength, truncation, stride },
      logitsOf: (sequences) => model.sequenceLogits(sequences),
    };
    const source = path.join(import.meta.dirname, '../../examples/workspace/notes.md');
    const chapter = path.join(
      import.meta.dirname,
      '../../examples/workspace/moby-dick/chapter-01.txt',
    );
    const texts = textsOf(fs.readFileSync(source, 'utf8') + fs.readFileSync(chapter, 'utf8'));
    const ours: number[] = [];
    const loop: number[] = [];
    // In turns, so that other work on the machine meets both alike.
    for (let block = 0; block < TEXTS / 50; block++) {
      const own = texts.slice(block * 50, (block + 1) * 50);
      let start = performance.now();
      await occludeTexts(
        audited,
        own.map((text) => ({ text, pair: null })),
      );
      ours.push((performance.now() - start) / 1000);
      start = performance.now();
      for (const text of own.slice(0, LOOP_TEXTS)) {
        await model.predict(text, null);
        for (const { ranges } of auditedText(text, null, model).words) {
          const [{ start: from, end }] = ranges as [(typeof ranges)[number]];
          const masked = `${text.slice(0, from)}${tokenizer.maskToken}${text.slice(end)}`;
          await model.predict(masked, null);
        }
      }
      loop.push(((performance.now() - start) / 1000) * (own.length / LOOP_TEXTS));
    }
    await model.release();
    const sum = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0);
    const result = { texts: TEXTS, words: WORDS, seconds: sum(ours), loopSeconds: sum(loop) };
    const ratio = result.loopSeconds / result.seconds;
    const met = (isMet: boolean): string => (isMet ? 'meets' : 'MISSES');
    console.log(
      `${TEXTS} texts of ${WORDS} words in ${result.seconds.toFixed(1)} s: ${met(result.seconds <= GOAL.seconds)} the goal of ${GOAL.seconds} s`,
    );
    console.log(
      `${ratio.toFixed(1)} times as fast as a loop of single predictions (${result.loopSeconds.toFixed(0)} s): ${met(ratio >= GOAL.ratio)} the goal of ${GOAL.ratio} times`,
    );
    if (values.json) console.log(JSON.stringify({ ...result, ratio }));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((thrown: unknown) => {
  console.error(thrown);
  process.exitCode = 1;
});
