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
    if (!warmUp) this.times.push(...answer.times);
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
    return this.times.toSorted((a, b) => a - b)[this.times.length >> 1]!;
  }

  get minimum(): number {
    return Math.min(...this.times);
  }

  report(): string {
    const milliseconds = (value: number): string => `${value.toFixed(0).padStart(6)} ms`;
    const memory = `${(this.peakBytes / 1e6).toFixed(0).padStart(5)} MB`;
    return `${this.name.padEnd(32)} median ${milliseconds(this.median)}  min ${milliseconds(this.minimum)}  peak ${memory}`;
  }

  summary(): object {
    return {
      name: this.name,
      steps: this.times.length,
      medianMs: round2(this.median),
      minimumMs: round2(this.minimum),
      peakMegabytes: Math.round(this.peakBytes / 1e6),
    };
  }
}

/** Warms all up, then lets them take turns. */
export async function interleave(
  contenders: readonly Contender[],
  { rounds, stepsARound, warmUp }: { rounds: number; stepsARound: number; warmUp: number },
): Promise<void> {
  for (const contender of contenders) await contender.run(warmUp, { warmUp: true });
  for (let round = 0; round < rounds; round++) {
    for (const contender of contenders) await contender.run(stepsARound);
  }
  for (const contender of contenders) await contender.end();
}

export function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
