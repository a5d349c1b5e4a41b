const WINDOW_MILLISECONDS = 5000;

/** Speed of a transfer over its last five seconds. */
export class TransferSpeed {
  private readonly samples: { readonly at: number; readonly bytes: number }[] = [];

  constructor(private readonly now: () => number) {}

  add(bytes: number): void {
    const at = this.now();
    const last = this.samples.at(-1);
    // One sample per tenth of a second is enough.
    if (last !== undefined && at - last.at < 100) {
      this.samples[this.samples.length - 1] = { at: last.at, bytes: last.bytes + bytes };
    } else this.samples.push({ at, bytes });
    this.forget(at);
  }

  /** Bytes per second; 0 if nothing has arrived for five seconds. */
  get bytesPerSecond(): number {
    const at = this.now();
    this.forget(at);
    const [first] = this.samples;
    if (first === undefined) return 0;
    const bytes = this.samples.reduce((sum, sample) => sum + sample.bytes, 0);
    return bytes / (Math.max(at - first.at, 100) / 1000);
  }

  private forget(at: number): void {
    while (this.samples[0] !== undefined && at - this.samples[0].at > WINDOW_MILLISECONDS) {
      this.samples.shift();
    }
  }
}
