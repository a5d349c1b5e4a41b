import { groupKeyOf, parametersOf } from '../../core/specs/runParameters.js';
import { memoryOfRun } from './estimateRun.js';
import type { LaunchOptions } from './trainerProcess.js';
import { readRunSpec } from './runSpecFile.js';

/** Memory that runs need, estimated by a trainer process once for runs that differ in their seed. */
export class RunMemory {
  private readonly known = new Map<string, Promise<number | null>>();

  constructor(private readonly launch: LaunchOptions) {}

  /** Bytes that a run needs; `null` if they cannot be estimated, for which its trainer says why. */
  async of(directory: string): Promise<number | null> {
    try {
      const spec = await readRunSpec(directory);
      const key = groupKeyOf(parametersOf(spec));
      const estimate =
        this.known.get(key) ?? memoryOfRun(spec, this.launch).catch((): null => null);
      this.known.set(key, estimate);
      return await estimate;
    } catch {
      return null;
    }
  }
}
