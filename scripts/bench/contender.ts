/** A process that runs training steps on request, and what it took. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { TrainAnswer, TrainTask } from './trainTask.js';

export interface ContenderOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly task: TrainTask;
}

export class Contender {
  readonly name: string;
  readonly times: number[] = [];
  peakBytes = 0;
  /** Minor page faults of a step in each round; empty if unknown. */
  readonly pageFaults: number[] = [];
  version = '';
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;

  constructor(private readonly options: ContenderOptions) {
    const { command, args, env, cwd, task } = options;
    this.name = options.name;
    this.child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
      ...(cwd === undefined ? {} : { cwd }),
    });
    this.lines = createInterface({ input: this.child.stdout! })[Symbol.asyncIterator]();
    this.child.stdin!.write(`${JSON.stringify(task)}\n`);
  }

  async run(steps: number, { warmUp = false } = {}): Promise<void> {
    this.child.stdin!.write(`run ${steps}\n`);
    const line = await this.lines.next();
    if (line.done === true) throw new Error(`${this.name} ended early`);
    const answer = JSON.parse(line.value) as TrainAnswer;
    if (!Number.isFinite(answer.loss) || answer.threads !== this.options.task.threads) {
      throw new Error(`${this.name}: loss ${answer.loss}, ${answer.threads} threads`);
    }
    if (!warmUp) {
      this.times.push(...answer.times);
      if (answer.pageFaults !== undefined) this.pageFaults.push(answer.pageFaults);
    }
    this.peakBytes = answer.peakBytes;
    this.version = answer.version;
  }

  /** Resolves once the process and its memory are gone. */
  end(): Promise<void> {
    return new Promise((resolve) => {
      this.child.once('exit', () => {
        resolve();
      });
      this.child.stdin!.end();
    });
  }

  get median(): number {
    return medianOf(this.times);
  }

  /** Whether the medians of the two halves of the steps are within 3% of each other. */
  get isStable(): boolean {
    const half = this.times.length >> 1;
    const [first, second] = [this.times.slice(0, half), this.times.slice(half)].map(medianOf);
    return Math.abs(first! / second! - 1) <= 0.03;
  }

  get minimum(): number {
    return Math.min(...this.times);
  }

  report(): string {
    const milliseconds = (value: number): string => `${value.toFixed(0).padStart(6)} ms`;
    const memory = `${(this.peakBytes / 1e6).toFixed(0).padStart(5)} MB`;
    const faults = this.pageFaults.length === 0 ? '' : `  ${this.meanFaults()} page faults a step`;
    return `${this.name.padEnd(32)} median ${milliseconds(this.median)}  min ${milliseconds(this.minimum)}  peak ${memory}${faults}`;
  }

  summary(): object {
    return {
      name: this.name,
      steps: this.times.length,
      medianMs: round2(this.median),
      minimumMs: round2(this.minimum),
      peakMegabytes: Math.round(this.peakBytes / 1e6),
      isStable: this.isStable,
      ...(this.pageFaults.length > 0 && { pageFaults: this.meanFaults() }),
    };
  }

  private meanFaults(): number {
    return Math.round(this.pageFaults.reduce((a, b) => a + b, 0) / this.pageFaults.length);
  }
}

/** Warms all up, then lets them take turns until their medians are stable, for three times `rounds` at most. */
export async function interleave(
  contenders: readonly Contender[],
  { rounds, stepsARound, warmUp }: { rounds: number; stepsARound: number; warmUp: number },
): Promise<void> {
  for (const contender of contenders) await contender.run(warmUp, { warmUp: true });
  const isStable = (): boolean => contenders.every((contender) => contender.isStable);
  for (let round = 0; round < rounds || (round < 3 * rounds && !isStable()); round++) {
    for (const contender of contenders) await contender.run(stepsARound);
  }
  if (!isStable()) console.log('WARNING: medians differ by more than 3% between halves.');
  for (const contender of contenders) await contender.end();
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

export function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
