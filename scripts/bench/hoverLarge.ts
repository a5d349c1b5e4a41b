import path from 'node:path';
import { createModel } from '../../src/core/models/createModel.js';
import { parseBertConfig } from '../../src/core/models/families/bertConfig.js';
import { initializeParameters } from '../../src/core/models/weights/initialize.js';
import { readModelFolder, writeModelFolder } from '../../src/node/models/modelFolder.js';
import {
  examples,
  hover,
  Measurement,
  memoryOf,
  modelFolder,
  Peer,
  settle,
  startClient,
  startTuned,
  threads,
  TOP_K,
} from './hoverKit.js';
import { hoverTasks, type HoverTask } from './hoverWork.js';

const GOAL_BASE = { p95: 120, ratio: 2.5 };

/**
 * Random weights of the size of BERT-base: the same masked sentences filled by Masklab and by the
 * pipeline, and hovers, which also score the word that was masked and for a word of k tokens read the
 * sentence k more times.
 */
export async function benchBase(temporary: string, hovers: number): Promise<void> {
  const folder = path.join(temporary, 'bert-base');
  await writeBase(folder);
  const tasks = hoverTasks(examples, hovers + 2);
  const [first, second, ...rest] = tasks as [HoverTask, HoverTask, ...HoverTask[]];
  const [client, form] = await startTuned(temporary, first, folder);
  const fill = (text: string) =>
    client.call('fillMasks', { modelFolder: folder, text, topK: TOP_K, lane: 'interactive' });
  const peer = await Peer.start(folder);
  for (const task of [first, second]) {
    await hover(client, task, { folder });
    await fill(task.masked);
    await peer.fill(task.masked);
  }
  const ours = new Measurement(`Masklab, mask (${form})`);
  const hovered = new Measurement(`Masklab, hover (${form})`);
  const theirs = new Measurement('transformers.js');
  for (const [i, task] of rest.entries()) {
    const turns = [
      () => ours.time(() => fill(task.masked)),
      () => theirs.time(() => peer.fill(task.masked)),
      // Another sentence, or the answer would be kept from the first of the turns.
      () => hovered.time(() => hover(client, shifted(task), { folder })),
    ];
    for (let turn = 0; turn < turns.length; turn++) {
      await settle();
      await turns[(turn + i) % turns.length]!();
    }
  }
  client.dispose();
  await peer.stop();
  console.log(`BERT-base size, ${hovers} sentences, ${threads} threads each, interleaved`);
  for (const each of [ours, hovered, theirs]) {
    const [median, p95] = [0.5, 0.95].map((share) => each.quantile(share).toFixed(1));
    console.log(`${each.name.padEnd(24)} median ${median!} ms  p95 ${p95!} ms`);
  }
  const ratio = theirs.quantile(0.5) / ours.quantile(0.5);
  const isGood = hovered.quantile(0.95) <= GOAL_BASE.p95 && ratio >= GOAL_BASE.ratio;
  console.log(
    `${ratio.toFixed(2)}× as fast: ${isGood ? 'within' : 'MISSES'} the goal of ${GOAL_BASE.p95} ms (p95) and ${GOAL_BASE.ratio}×`,
  );
}

/** The same hover with one more word in front. */
function shifted({ sentence, start, end }: HoverTask): HoverTask['window'] {
  const prefix = 'Well, ';
  return { text: prefix + sentence, start: start + prefix.length, end: end + prefix.length };
}

/** Writes a model with the tokenizer of the bundled one and random weights. */
async function writeBase(folder: string): Promise<void> {
  const bundled = await readModelFolder(modelFolder);
  const config = parseBertConfig(
    {
      ...{ model_type: 'bert', vocab_size: 30_522, hidden_size: 768, num_hidden_layers: 12 },
      ...{ num_attention_heads: 12, intermediate_size: 3072, max_position_embeddings: 512 },
    },
    'bert-base',
  );
  await writeModelFolder(folder, {
    config,
    model: createModel(config),
    tokenizerJson: bundled.tokenizerJson,
    tokenizerConfigJson: bundled.tokenizerConfigJson,
    tokenizerFiles: bundled.tokenizerFiles,
    parameters: initializeParameters(config, 1),
    modelCard: 'For a benchmark.\n',
  });
}

const INTERVAL = 500;
/** Of all hovers, after which the answers that the server keeps have reached their limit. */
const WARM_UP = 0.3;
const MOST_GROWTH = 0.05;

/**
 * Resident memory of the model server after every 500 hovers, each over new text; it must not grow once
 * the answers that are kept have reached their limit.
 */
export async function benchMemory(hovers: number): Promise<void> {
  const tasks = hoverTasks(examples, 200);
  const client = startClient();
  const resident: number[] = [];
  for (let i = 0; i < hovers; i++) {
    const task = tasks[i % tasks.length]!;
    const prefix = `${i}. `;
    const { sentence, start, end } = task;
    const moved = { start: start + prefix.length, end: end + prefix.length };
    await hover(client, { text: prefix + sentence, ...moved });
    if (i % INTERVAL === INTERVAL - 1) resident.push(memoryOf(client.pid!, 'VmRSS') / 1e6);
  }
  const peak = memoryOf(client.pid!, 'VmHWM') / 1e6;
  client.dispose();
  const warmedUp = Math.max(1, Math.round(resident.length * WARM_UP));
  const first = resident[warmedUp - 1] ?? 0;
  const last = resident.at(-1) ?? 0;
  console.log(
    `resident after every ${INTERVAL} hovers, in MB: ${resident.map((mb) => mb.toFixed(0)).join(' ')}`,
  );
  console.log(
    `after ${warmedUp * INTERVAL} hovers ${first.toFixed(0)} MB, after ${hovers} ${last.toFixed(0)} MB, peak ${peak.toFixed(0)} MB: ${last <= first * (1 + MOST_GROWTH) ? 'flat' : 'GROWS'}`,
  );
}
