import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { BUNDLED_MODEL_FOLDER } from '../../src/core/models/bundled.js';
import type { Candidate } from '../../src/core/predict/candidate.js';
import { ModelClient } from '../../src/host/models/modelClient.js';
import { serverThreads } from '../../src/modelServer/serverThreads.js';
import type { HoverTask } from './hoverWork.js';

const here = import.meta.dirname;
export const root = path.join(here, '../..');
export const modelFolder = path.join(root, BUNDLED_MODEL_FOLDER);
export const examples = path.join(root, 'examples/workspace/moby-dick');
export const TOP_K = 5;
/** Number of threads of the model server. */
export const threads = serverThreads();

export class Measurement {
  readonly times: number[] = [];
  peakBytes = 0;

  constructor(readonly name: string) {}

  async time<T>(work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    const result = await work();
    this.times.push(performance.now() - started);
    return result;
  }

  quantile(share: number): number {
    const sorted = this.times.toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  }
}

/** transformers.js in its own process. */
export class Peer {
  private constructor(private readonly child: ChildProcess) {}

  static async start(folder: string): Promise<Peer> {
    const child = fork(path.join(here, 'hoverPeer.mjs'), [folder, String(threads)], {
      execArgv: [],
    });
    await once(child, 'message');
    return new Peer(child);
  }

  get pid(): number {
    return this.child.pid!;
  }

  async fill(text: string): Promise<Candidate[]> {
    this.child.send({ text, topK: TOP_K });
    const [answer] = (await once(this.child, 'message')) as [Candidate[]];
    return answer;
  }

  async stop(): Promise<void> {
    this.child.disconnect();
    await once(this.child, 'exit');
  }
}

/** With a folder for its choice, the server predicts in the fastest form of a model. */
export const startClient = (storage: readonly string[] = []): ModelClient =>
  new ModelClient({
    serverPath: path.join(root, 'dist/modelServer.js'),
    serverArguments: storage,
    log: () => undefined,
  });

/**
 * Waits until the threads of the contender before sleep: those of ONNX Runtime's default wait for more
 * work in a loop, and take a core from the next contender.
 */
export const settle = (): Promise<void> => setTimeout(30);

/** A client whose server has chosen the form of the bundled model. */
export async function startTuned(
  storage: string,
  task: HoverTask,
  folder = modelFolder,
): Promise<[ModelClient, string]> {
  const client = startClient([storage]);
  const chosen = new Promise<string>((resolve) => {
    client.on('form', ({ precision }) => {
      resolve(precision);
    });
  });
  await hover(client, task, { folder });
  return [client, await chosen];
}

/** A hover over the word of a task, with `words` as the words of the document. */
export const hover = (
  client: ModelClient,
  task: HoverTask | HoverTask['window'],
  {
    folder = modelFolder,
    words,
  }: { readonly folder?: string; readonly words?: readonly string[] } = {},
) =>
  client.call('predictWord', {
    modelFolder: folder,
    text: 'sentence' in task ? task.sentence : task.text,
    start: task.start,
    end: task.end,
    topK: TOP_K,
    lane: 'interactive',
    ...(words !== undefined && { words }),
  });

/** Memory of a process on Linux in bytes; 0 elsewhere. `VmHWM` is its peak. */
export function memoryOf(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

export const peakBytes = (pid: number): number => memoryOf(pid, 'VmHWM');
