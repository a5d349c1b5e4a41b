import type * as vscode from 'vscode';
import * as z from 'zod';

const KEY = 'masklab.followedRuns';
/** Maximum number of runs that are remembered; the oldest are forgotten first. */
const MOST_RUNS = 100;

/** Directories of the runs whose end is still to be announced, kept over reloads of the window. */
export class FollowedRuns {
  constructor(private readonly memory: Pick<vscode.Memento, 'get' | 'update'>) {}

  list(): readonly string[] {
    return z.array(z.string()).safeParse(this.memory.get<unknown>(KEY)).data ?? [];
  }

  async add(directory: string): Promise<void> {
    const others = this.list().filter((known) => known !== directory);
    await this.memory.update(KEY, [...others, directory].slice(-MOST_RUNS));
  }

  async remove(directory: string): Promise<void> {
    await this.memory.update(
      KEY,
      this.list().filter((known) => known !== directory),
    );
  }
}
