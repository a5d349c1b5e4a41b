import type { MetricsRow } from '../core/runs/schema.js';

/** Memory and processor time of this process between the rows of its metrics. */
export class ProcessUsage {
  private last = { at: performance.now(), cpu: process.cpuUsage() };

  /** Memory now, and the mean number of busy cores since the last call. */
  sinceLast(): Pick<MetricsRow, 'memoryBytes' | 'busyCores'> {
    const now = { at: performance.now(), cpu: process.cpuUsage() };
    const { user, system } = process.cpuUsage(this.last.cpu);
    const microseconds = 1000 * (now.at - this.last.at);
    this.last = now;
    return {
      memoryBytes: process.memoryUsage.rss(),
      ...(microseconds > 0
        ? { busyCores: Number(((user + system) / microseconds).toFixed(2)) }
        : {}),
    };
  }
}
