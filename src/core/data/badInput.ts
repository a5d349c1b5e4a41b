import { AppError, errorMessage, type AppErrorData } from '../errors.js';
import { message, type Message } from '../messages/message.js';

const SHOWN = 5;

/** Whether a warning is the count of skipped input. */
export function countsSkipped({ id }: Message): boolean {
  return id === 'data.inputSkipped' || id === 'data.muchInputSkipped';
}

/** Rows and files that cannot be used: the first one ends the reading, or all are skipped and counted. */
export class BadInput {
  private count = 0;
  private readonly shown: Message[] = [];

  constructor(readonly isSkipped: boolean) {}

  /** Listener for readers that skip unreadable rows and files; absent if they must throw. */
  get listener(): { onBad?: (error: AppErrorData) => void } {
    if (!this.isSkipped) return {};
    return {
      onBad: (error) => {
        this.add(error);
      },
    };
  }

  /**
   * Runs `read` and returns its result, or `null` if it throws `Data` and bad input is skipped, which
   * counts `rows`.
   */
  attempt<T>(read: () => T, rows = 1): T | null {
    try {
      return read();
    } catch (thrown) {
      if (!this.isSkipped || !(thrown instanceof AppError) || thrown.data.code !== 'Data')
        throw thrown;
      this.add(thrown.data, rows);
      return null;
    }
  }

  warnings(): Message[] {
    if (this.count === 0) return [];
    const { count, shown } = this;
    const errors = { list: shown, join: 'sentences' } as const;
    return [
      count === shown.length
        ? message('data.inputSkipped', { count, errors })
        : message('data.muchInputSkipped', { count, errors, shown: shown.length }),
    ];
  }

  private add(error: AppErrorData, rows = 1): void {
    this.count += rows;
    if (this.shown.length < SHOWN) this.shown.push(errorMessage(error));
  }
}
