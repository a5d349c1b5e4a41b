import { TransferSpeed } from '../../core/hub/transferSpeed.js';

/** State of a download:
 *
 * - `transferring`: bytes arrive
 * - `stalled`: the connection is open, but nothing has arrived for some seconds
 * - `retrying`: an attempt failed; the next one follows after a pause
 * - `waiting`: another process downloads the file
 * - `checking`: bytes of an earlier attempt are read for the checksum
 */
export type TransferState = 'transferring' | 'stalled' | 'retrying' | 'waiting' | 'checking';

export interface TransferProgress {
  /** File that is transferred, as the repository names it. */
  readonly file: string;
  readonly state: TransferState;
  /** Why the last attempt failed, while `retrying`. */
  readonly reason: string | null;
  readonly bytes: number;
  readonly totalBytes: number;
  /** Over the last five seconds. */
  readonly bytesPerSecond: number;
}

const REPORT_MILLISECONDS = 100;

/** Progress of a download of several files, reported at most ten times a second. */
export class Transfer {
  private readonly speed = new TransferSpeed(() => performance.now());
  private file = '';
  private state: TransferState = 'transferring';
  private reason: string | null = null;
  private bytes = 0;
  private reportedAt = -Infinity;

  constructor(
    private readonly totalBytes: number,
    private readonly onProgress: (progress: TransferProgress) => void = () => undefined,
  ) {}

  /** Names the file that follows. */
  begin(file: string): void {
    this.file = file;
    this.enter('transferring');
  }

  enter(state: TransferState, reason: string | null = null): void {
    if (state === this.state && reason === this.reason) return;
    this.state = state;
    this.reason = reason;
    this.report();
  }

  /** Counts bytes that have arrived. */
  receive(bytes: number): void {
    this.bytes += bytes;
    this.speed.add(bytes);
    if (this.state !== 'transferring') this.enter('transferring');
    else if (performance.now() - this.reportedAt >= REPORT_MILLISECONDS) this.report();
  }

  /** Counts bytes that were on this machine already; negative for bytes that are dropped. */
  keep(bytes: number): void {
    this.bytes += bytes;
    this.report();
  }

  report(): void {
    this.reportedAt = performance.now();
    const { file, state, reason, bytes, totalBytes } = this;
    const { bytesPerSecond } = this.speed;
    this.onProgress({ file, state, reason, bytes, totalBytes, bytesPerSecond });
  }
}
