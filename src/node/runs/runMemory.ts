import { groupKeyOf, parametersOf } from '../../core/specs/runParameters.js';
import { memoryOfRun } from './estimateRun.js';
import type { LaunchOptions } from './trainerProcess.js';
import { readRunSpec } from './runSpecFile.js';

/** Memory that runs need, estimated by a trainer process once for runs that differ in their seed. */
export class RunMemory {
  private readonly bySetting = new Map<string, Promise<number | null>>();
  /** The queue asks whenever a run progresses; specs, which never change, can be large. */
  private readonly byRun = new Map<string, Promise<number | null>>();

  constructor(private readonly launch: LaunchOptions) {}

  /** Bytes that a run needs; `null` if they cannot be estimated, for which its trainer says why. */
  async of(directory: string): Promise<number | null> {
    const found = this.byRun.get(directory) ?? this.estimate(directory);
    this.byRun.set(directory, found);
    try {
      return await found;
    } catch {
      this.byRun.delete(directory);
      return null;
    }
  }

  /** Rejects if the spec cannot be read. */
  private async estimate(directory: string): Promise<number | null> {
    const spec = await readRunSpec(directory);
    const key = groupKeyOf(parametersOf(spec));
    const estimate =
      this.bySetting.get(key) ?? memoryOfRun(spec, this.launch).catch((): null => null);
    this.bySetting.set(key, estimate);
    return estimate;
  }
}
