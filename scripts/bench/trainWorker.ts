// Runs training steps of the engine on request: reads a JSON task, then `run N` lines, from stdin.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { createBatch, createEngine } from './trainEngine.js';
import type { TrainAnswer, TrainTask } from './trainTask.js';

async function main(kernelsPath: string): Promise<void> {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const task = JSON.parse(String((await lines.next()).value)) as TrainTask;
  const batch = createBatch(task);
  const engine = await createEngine(task, kernelsPath);
  const require = createRequire(import.meta.url);
  const { version } = require('onnxruntime-node/package.json') as { version: string };
  for (;;) {
    const line = await lines.next();
    if (line.done) return;
    const times: number[] = [];
    let loss = 0;
    const faults = process.resourceUsage().minorPageFault;
    const steps = Number(line.value.split(' ')[1]);
    for (let i = 0; i < steps; i++) {
      const start = performance.now();
      ({ loss } = await engine.step([batch], 1e-4));
      times.push(performance.now() - start);
    }
    const peakBytes = process.resourceUsage().maxRSS * 1024;
    const pageFaults = (process.resourceUsage().minorPageFault - faults) / steps;
    const { threads } = task;
    const answer: TrainAnswer = { times, loss, peakBytes, pageFaults, version, threads };
    console.log(JSON.stringify(answer));
  }
}

await main(process.argv[2]!);
