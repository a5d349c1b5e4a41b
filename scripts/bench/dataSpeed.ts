/** Tokenize-and-mask throughput of Masklab and its peers, in processes that take turns. */
import { build } from 'esbuild';
import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { BUNDLED_MODEL_FOLDER } from '../../src/core/models/bundled.js';
import { round2 } from './contender.js';
import { prose, sourceOf } from './dataText.js';
import { CONTENDERS, type ContenderName, type PassAnswer } from './dataContenders.js';

const root = path.join(import.meta.dirname, '../..');

export interface SpeedResult {
  readonly source: string;
  readonly megabytes: number;
  readonly texts: number;
  readonly contenders: readonly ContenderSpeed[];
  /** Speed relative to each peer. */
  readonly ratios: Readonly<Record<string, { cold: number; firstPass: number; warm: number }>>;
}

export interface ContenderSpeed {
  readonly name: ContenderName;
  /** Reading its tokenizer, in a fresh process. */
  readonly loadMs: number;
  /** Megabytes a second: loading and the first pass; the first pass alone; later passes. */
  readonly cold: number;
  readonly firstPass: number;
  readonly warm: number;
  readonly tokens: number;
  readonly maskedShare: number;
}

/** A contender's process: one answer when it has loaded, then one a pass. */
class Runner {
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;

  constructor(args: readonly string[]) {
    this.child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.lines = createInterface({ input: this.child.stdout! })[Symbol.asyncIterator]();
  }

  async answer<T>(): Promise<T> {
    const line = await this.lines.next();
    if (line.done === true) throw new Error('a contender ended early');
    return JSON.parse(line.value) as T;
  }

  pass(): Promise<PassAnswer> {
    this.child.stdin!.write('pass\n');
    return this.answer<PassAnswer>();
  }

  end(): Promise<void> {
    return new Promise((resolve) => {
      this.child.once('exit', () => {
        resolve();
      });
      this.child.stdin!.end();
    });
  }
}

interface Times {
  readonly load: number[];
  readonly cold: number[];
  readonly first: number[];
  readonly warm: number[];
  last: PassAnswer;
}

/** Size of a measurement: amount of text, number of new processes, passes in each. */
interface Extent {
  readonly megabytes: number;
  readonly rounds: number;
  readonly warmPasses: number;
}

/** A little text shows how long a process takes to get going, much of it what it comes to. */
export async function measureSpeed(options: SpeedOptions): Promise<SpeedResult[]> {
  const { quick, temporary } = options;
  const worker = await bundled(temporary);
  const extents: Extent[] = [
    { megabytes: 2, rounds: quick ? 3 : 5, warmPasses: 3 },
    { megabytes: 32, rounds: quick ? 1 : 3, warmPasses: 1 },
  ];
  const results: SpeedResult[] = [];
  for (const extent of extents) results.push(await measureExtent(extent, worker, options));
  return results;
}

interface SpeedOptions {
  readonly folder: string | null;
  readonly quick: boolean;
  readonly temporary: string;
}

/**
 * Each round starts a fresh process of every contender in turn and has it pass over the same texts
 * several times: the first pass finds no cache filled and no code compiled. Medians over rounds.
 */
async function measureExtent(
  extent: Extent,
  worker: string,
  { folder, temporary }: SpeedOptions,
): Promise<SpeedResult> {
  const texts = prose(folder, extent.megabytes);
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const textsFile = path.join(temporary, 'texts.json');
  writeFileSync(textsFile, JSON.stringify(texts));
  const tokenizer = path.join(root, BUNDLED_MODEL_FOLDER, 'tokenizer.json');

  const times = new Map<ContenderName, Times>();
  for (let round = 0; round < extent.rounds; round++) {
    for (const name of CONTENDERS) {
      const runner = new Runner([worker, name, tokenizer, textsFile]);
      const { loadMs } = await runner.answer<{ loadMs: number }>();
      const first = await runner.pass();
      const known = times.get(name) ?? { load: [], cold: [], first: [], warm: [], last: first };
      known.load.push(loadMs);
      known.first.push(first.ms);
      known.cold.push(loadMs + first.ms);
      for (let pass = 0; pass < extent.warmPasses; pass++) {
        known.last = await runner.pass();
        known.warm.push(known.last.ms);
      }
      times.set(name, known);
      await runner.end();
    }
  }
  const contenders = CONTENDERS.map((name) => speedOf(name, times.get(name)!, bytes));
  const [ours] = contenders as [ContenderSpeed];
  const ratio = (theirs: ContenderSpeed) => ({
    cold: round2(ours.cold / theirs.cold),
    firstPass: round2(ours.firstPass / theirs.firstPass),
    warm: round2(ours.warm / theirs.warm),
  });
  return {
    source: sourceOf(folder),
    megabytes: round2(bytes / 1e6),
    texts: texts.length,
    contenders,
    ratios: Object.fromEntries(contenders.slice(1).map((each) => [each.name, ratio(each)])),
  };
}

function speedOf(name: ContenderName, times: Times, bytes: number): ContenderSpeed {
  const rate = (milliseconds: readonly number[]): number =>
    round2(bytes / 1e3 / median(milliseconds));
  return {
    name,
    loadMs: round2(median(times.load)),
    cold: rate(times.cold),
    firstPass: rate(times.first),
    warm: rate(times.warm),
    tokens: times.last.tokens,
    maskedShare: round2(times.last.masked / times.last.tokens),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

/** The contenders as one file of plain JavaScript, as everything that ships is. */
async function bundled(temporary: string): Promise<string> {
  const outfile = path.join(temporary, 'dataContenders.cjs');
  await build({
    entryPoints: [path.join(import.meta.dirname, 'dataWorker.ts')],
    bundle: true,
    platform: 'node',
    target: 'node20',
    external: ['@huggingface/tokenizers', '@anush008/tokenizers'],
    outfile,
  });
  return outfile;
}

export function reportSpeed({ source, megabytes, texts, contenders, ratios }: SpeedResult): string {
  const number = (value: number): string => value.toFixed(1).padStart(7);
  return [
    `tokenize and mask ${megabytes} MB in ${texts} paragraphs, MB/s (cold: a fresh process, with loading the tokenizer)`,
    `text: ${source}`,
    ...contenders.map(
      ({ name, loadMs, cold, firstPass, warm, maskedShare }) =>
        `${name.padEnd(16)} load ${number(loadMs)} ms  cold ${number(cold)}  first pass ${number(firstPass)}  warm ${number(warm)}  masked ${(maskedShare * 100).toFixed(0)}%`,
    ),
    ...Object.entries(ratios).map(
      ([name, { cold, firstPass, warm }]) =>
        `masklab is ${cold}× ${name} cold, ${firstPass}× on the first pass, ${warm}× warm`,
    ),
  ].join('\n');
}
