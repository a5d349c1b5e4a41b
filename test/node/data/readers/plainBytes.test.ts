import { describe, expect, it } from 'vitest';
import * as zlib from 'node:zlib';
import type { ProblemId } from '../../../../src/core/messages/catalogue.js';
import { Fingerprint, fingerprintFile } from '../../../../src/node/data/fingerprints.js';
import { readRecords } from '../../../../src/node/data/labelledFiles.js';
import { decodeFile } from '../../../../src/node/data/readers/decodeFile.js';
import { useScratchFolder } from './scratchFolder.js';

const folder = useScratchFolder();

async function read(name: string, content: Uint8Array, tap?: Fingerprint): Promise<string> {
  const file = folder.write(name, content);
  let text = '';
  for await (const piece of decodeFile(file, { shownAs: name, tap })) text += piece;
  return text;
}

const refusal = (id: ProblemId): object => ({
  data: { code: 'Data', details: { file: expect.any(String) as unknown, problem: { id } } },
});
const TEXT = 'The ship wént to sea.\n'.repeat(20_000);

describe('compressed files', () => {
  it('are read as streams, with the fingerprint of the file', async () => {
    const compressed = zlib.gzipSync(TEXT);
    const tap = new Fingerprint();
    expect(await read('a.txt.gz', compressed, tap)).toBe(TEXT);
    expect(tap.textBytes).toBe(Buffer.byteLength(TEXT));
    expect(tap.of({ path: 'a.txt.gz' })).toEqual(
      await fingerprintFile({ path: 'a.txt.gz' }, { workspaceFolder: folder.path }),
    );
    // Members one after another, as `cat` makes them.
    expect(await read('b.gz', Buffer.concat([zlib.gzipSync('a\n'), zlib.gzipSync('b\n')]))).toBe(
      'a\nb\n',
    );
  });

  it('are read in every text format, by the extension before that of the compression', async () => {
    const rows = async (name: string, content: string): Promise<unknown[]> => {
      const file = folder.write(name, zlib.gzipSync(content));
      const values: unknown[] = [];
      for await (const record of readRecords(file, { shownAs: name, format: null }))
        values.push(record.values);
      return values;
    };
    const row = [{ text: 'a', label: 'b' }];
    expect(await rows('a.csv.gz', 'text,label\na,b\n')).toEqual(row);
    expect(await rows('A.TSV.GZ', 'text\tlabel\na\tb\n')).toEqual(row);
    expect(await rows('a.jsonl.gz', '{"text":"a","label":"b"}\n')).toEqual(row);
    expect(await rows('a.json.gz', '[{"text":"a","label":"b"}]')).toEqual(row);
    expect(await rows('a.conll.gz', 'a b\n')).toEqual([{ tokens: ['a'], tags: ['b'] }]);
    await expect(rows('a.parquet.gz', 'x')).rejects.toMatchObject(
      refusal('data.compressedParquet'),
    );
  });

  it('that no runtime here can read are named', async () => {
    const zip = Buffer.from([0x50, 0x4b, 3, 4, 0, 0]);
    await expect(read('a.zip', zip)).rejects.toThrow(/ZIP.*unzip/s);
    await expect(read('a.xlsx', zip)).rejects.toMatchObject(refusal('data.officeFile'));
    await expect(read('a.csv.bz2', Buffer.from('BZh91AY&SY'))).rejects.toThrow(/bzip2.*bunzip2/s);
    await expect(read('a.xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]))).rejects.toThrow(
      /unxz/,
    );
    const zstd = Buffer.from('28b52ffd0401000061', 'hex');
    await expect(read('a.zst', zstd)).rejects.toMatchObject(
      'createZstdDecompress' in zlib
        ? refusal('data.damagedCompression')
        : refusal('data.compressedFile'),
    );
  });

  it('that are damaged or blow up are refused', async () => {
    const compressed = zlib.gzipSync(TEXT);
    await expect(read('a.gz', compressed.subarray(0, 100))).rejects.toMatchObject(
      refusal('data.damagedCompression'),
    );
    const flipped = Buffer.from(compressed);
    flipped[60]! ^= 0xff;
    await expect(read('a.gz', flipped)).rejects.toMatchObject(refusal('data.damagedCompression'));
    const bomb = zlib.gzipSync(Buffer.alloc(200_000_000, 'a'));
    const file = folder.write('bomb.gz', bomb);
    let size = 0;
    const reading = (async () => {
      for await (const piece of decodeFile(file, { shownAs: 'bomb.gz' })) size += piece.length;
    })();
    await expect(reading).rejects.toMatchObject(refusal('data.decompressionBomb'));
    expect(size).toBeLessThan(150_000_000);
  });

  it('name the line of a broken encoding', async () => {
    const content = Buffer.concat([
      Buffer.from('a\n'.repeat(99_999)),
      Buffer.from('caf\u00e9\n', 'latin1'),
    ]);
    await expect(read('a.gz', zlib.gzipSync(content))).rejects.toMatchObject({
      data: { details: { row: 100_000 } },
    });
  });
});
