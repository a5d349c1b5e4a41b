const ATTEMPTS = 3;

/**
 * Milliseconds of processor time that work takes, at least of three attempts: other processes on the
 * machine don't count.
 */
export function leastTime(work: () => unknown): number {
  let least = Infinity;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}
