/**
 * Reads things by key, one read a key at a time: a slow old read can never come in after a newer
 * one and overwrite it. Calls during a read share the one that follows it.
 */
export class FreshReads<T> {
  private readonly current = new Map<string, Promise<T>>();
  private readonly following = new Map<string, Promise<T>>();

  constructor(private readonly readOne: (key: string) => Promise<T>) {}

  /** The result of a read that began after this call. */
  read(key: string): Promise<T> {
    const running = this.current.get(key);
    if (running === undefined) return this.start(key);
    const waiting = this.following.get(key);
    if (waiting !== undefined) return waiting;
    const next = running
      .catch(() => undefined)
      .then(() => {
        this.following.delete(key);
        return this.start(key);
      });
    this.following.set(key, next);
    return next;
  }

  private start(key: string): Promise<T> {
    const reading = this.readOne(key).finally(() => {
      if (this.current.get(key) === reading) this.current.delete(key);
    });
    this.current.set(key, reading);
    return reading;
  }
}
