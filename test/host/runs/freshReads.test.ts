import { describe, expect, it } from 'vitest';
import { FreshReads } from '../../../src/host/runs/freshReads.js';

/** A file whose reads end when the test says so; a read gives what the file held as it began. */
class SlowFile {
  content = 'running';
  readonly ends: (() => void)[] = [];

  read = (): Promise<string> => {
    const seen = this.content;
    return new Promise((resolve) => {
      this.ends.push(() => {
        resolve(seen);
      });
    });
  };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('FreshReads', () => {
  it('ends with the newest content, however reads and writes overlap', async () => {
    const file = new SlowFile();
    const shown: string[] = [];
    const reads = new FreshReads(async () => {
      shown.push(await file.read());
    });
    const polled = reads.read('run');
    file.content = 'stopped';
    const watched = reads.read('run');
    expect(file.ends).toHaveLength(1);
    file.ends[0]!();
    await polled;
    await settled();
    file.ends[1]!();
    await watched;
    expect(shown).toEqual(['running', 'stopped']);
  });

  it('reads once more for all calls made during a read', async () => {
    const file = new SlowFile();
    const reads = new FreshReads(file.read);
    const first = reads.read('run');
    const second = reads.read('run');
    expect(reads.read('run')).toBe(second);
    file.ends[0]!();
    await first;
    await settled();
    expect(file.ends).toHaveLength(2);
    file.ends[1]!();
    expect(await second).toBe('running');
  });

  it('reads different keys at the same time', () => {
    const file = new SlowFile();
    const reads = new FreshReads(file.read);
    void reads.read('a');
    void reads.read('b');
    expect(file.ends).toHaveLength(2);
  });

  it('goes on after a read that failed', async () => {
    let calls = 0;
    const reads = new FreshReads(() => {
      calls++;
      return calls === 1 ? Promise.reject(new Error('unreadable')) : Promise.resolve('read');
    });
    const first = reads.read('run');
    const second = reads.read('run');
    await expect(first).rejects.toThrow('unreadable');
    expect(await second).toBe('read');
    expect(await reads.read('run')).toBe('read');
  });
});
