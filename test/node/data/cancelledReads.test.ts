import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunOptions } from '../../../src/core/runs/options.js';
import { dataReadingOf, selectionOf } from '../../../src/core/runs/dataSnapshot.js';
import { fingerprintFile } from '../../../src/node/data/fingerprints.js';
import { inspectData } from '../../../src/node/data/inspectData.js';
import type * as streams from '../../../src/node/files/streamBytes.js';
import { useScratchFolder } from './readers/scratchFolder.js';

const PIECE_BYTES = 1 << 16;
const PIECES_BEFORE_CANCEL = 5;

const reads = vi.hoisted(() => ({
  /** Gives the pieces of a file in place of the disk. */
  endless: null as (() => AsyncGenerator<Buffer>) | null,
}));

vi.mock('../../../src/node/files/streamBytes.js', async (original) => {
  const actual = await original<typeof streams>();
  return {
    ...actual,
    streamBytes: (file: string) => reads.endless?.() ?? actual.streamBytes(file),
  };
});

const folder = useScratchFolder();

beforeEach(() => {
  reads.endless = null;
});

const inspect = (options: RunOptions = {}, signal?: AbortSignal) =>
  inspectData(
    selectionOf(options, { workspaceFolder: folder.path, paths: ['.'], exclude: [] }),
    dataReadingOf(options),
    { modelFolder: null, signal },
  );

describe('Cancel inside a file without end', () => {
  /** Repeats a row, cancels on the way and counts the pieces that are taken after that. */
  const endlessly = (row: string, header: string) => {
    const controller = new AbortController();
    const piece = Buffer.from(row.repeat(Math.ceil(PIECE_BYTES / row.length)));
    const seen = { taken: 0, cancelledAt: 0, signal: controller.signal };
    reads.endless = async function* () {
      yield Buffer.from(header);
      for (;;) {
        await new Promise(setImmediate);
        seen.taken += 1;
        if (seen.taken === PIECES_BEFORE_CANCEL) {
          seen.cancelledAt = performance.now();
          controller.abort();
        }
        yield piece;
      }
    };
    return seen;
  };

  const refusal = async (seen: { cancelledAt: number; taken: number }, work: Promise<unknown>) => {
    await expect(work).rejects.toMatchObject({ data: { code: 'Cancelled' } });
    expect(performance.now() - seen.cancelledAt).toBeLessThan(1000);
    expect(seen.taken).toBe(PIECES_BEFORE_CANCEL);
  };

  it.each([
    ['a.txt', 'Some line of text.\n', ''],
    ['a.csv', 'Some text,yes\nOther text,no\n', 'text,label\n'],
    ['a.jsonl', '{"text":"Some text","label":"yes"}\n', ''],
  ])('ends the inspection of %s within one piece', async (name, row, header) => {
    folder.write(name, header + row);
    const seen = endlessly(row, header);
    await refusal(seen, inspect({}, seen.signal));
  });

  it('ends a fingerprint within one piece', async () => {
    folder.write('a.txt', 'text');
    const seen = endlessly('text\n', '');
    const { signal } = seen;
    await refusal(
      seen,
      fingerprintFile({ path: 'a.txt' }, { workspaceFolder: folder.path, signal }),
    );
  });
});
