import { AppError, describeError, type AppErrorData } from '../errors.js';
import { formatCount } from '../format.js';
import { ENGLISH } from '../messages/render.js';

const SHOWN = 5;

/** Rows and files that cannot be used: the first of them ends all, or they are left out and counted. */
export class BadInput {
  private count = 0;
  private readonly shown: string[] = [];

  constructor(private readonly isSkipped: boolean) {}

  /** For readers that leave out what they cannot read; absent where they are to throw. */
  get listener(): { onBad?: (error: AppErrorData) => void } {
    if (!this.isSkipped) return {};
    return {
      onBad: (error) => {
        this.add(error);
      },
    };
  }

  /** Null where what is tried throws `Data` and is to be left out. */
  attempt<T>(what: () => T): T | null {
    try {
      return what();
    } catch (thrown) {
      if (!this.isSkipped || !(thrown instanceof AppError) || thrown.data.code !== 'Data')
        throw thrown;
      this.add(thrown.data);
      return null;
    }
  }

  warnings(): string[] {
    if (this.count === 0) return [];
    const more = this.count > this.shown.length ? ' The first of them:' : '';
    const first = `${formatCount(this.count, 'row or file', 'rows or files')} left out.${more}`;
    return [[first, ...this.shown.map((message) => `${message}.`)].join(' ')];
  }

  private add(error: AppErrorData): void {
    this.count++;
    if (this.shown.length < SHOWN) this.shown.push(describeError(error, ENGLISH).message);
  }
}
