import fc from 'fast-check';
import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeFile } from '../../../../src/node/data/readers/decodeFile.js';
import { useScratchFolder } from './scratchFolder.js';
import type { ProblemId } from '../../../../src/core/messages/catalogue.js';
import { problem } from '../../../../src/core/messages/message.js';

const folder = useScratchFolder();

async function read(content: string | Uint8Array, encoding: string | null = null): Promise<string> {
  const file = folder.write('t.txt', content);
  const pieces: string[] = [];
  for await (const piece of decodeFile(file, { shownAs: 't.txt', dialect: { encoding } }))
    pieces.push(piece);
  return pieces.join('');
}
const dataError = (details: object): object => ({
  data: { code: 'Data', details: expect.objectContaining(details) as unknown },
});
const told = (id: ProblemId): unknown => expect.objectContaining({ id }) as unknown;

/** Bytes of a file are read 64 KiB at a time. */
const PIECE = 1 << 16;

describe('decodeFile', () => {
  it('reads UTF-8 and UTF-16 and drops the byte order mark', async () => {
    expect(await read('Grüße 🌍')).toBe('Grüße 🌍');
    expect(await read('\ufeffa')).toBe('a');
    expect(await read('')).toBe('');
    expect(await read(Buffer.from('\ufeffGrüße', 'utf16le'))).toBe('Grüße');
    expect(await read(Buffer.from('\ufeffGrüße', 'utf16le').swap16())).toBe('Grüße');
  });

  it('does not take a file that ends within a character for another encoding', async () => {
    const whole = Buffer.from('text,label\nA good café,x\nB bad café');
    await expect(read(whole.subarray(0, -1))).rejects.toMatchObject(
      dataError({ problem: told('data.invalidEncoding') }),
    );
    // UTF-32, which a few bytes are taken for, cannot be read.
    const [latin] = await Promise.allSettled([
      read(Buffer.from([...Buffer.from('a good x'), 0xe9])),
    ]);
    expect(JSON.stringify(latin)).not.toContain('UTF-32');
  });

  it('reads characters that lie across two pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 4 }),
        fc.string({ unit: fc.constantFrom('é', '漢', '🌍', 'a'), minLength: 5, maxLength: 9 }),
        async (before, text) => {
          const content = 'x'.repeat(PIECE - before - 4) + text + 'x'.repeat(PIECE);
          expect(await read(content)).toBe(content);
          expect(await read(Buffer.from(`\ufeff${content}`, 'utf16le'))).toBe(content);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('names the line of a broken encoding, and what it probably is', async () => {
    const german = 'one\ntwo\nGrüße aus Köln, wo die Straßen größer sind als die Häuser\n';
    await expect(read(Buffer.from(german, 'latin1'))).rejects.toMatchObject(
      dataError({
        row: 3,
        problem: problem('data.otherEncoding', { encoding: 'UTF-8', guess: 'ISO-8859-1' }),
      }),
    );
    const japanese = Buffer.from('8d9693fa82cd93568b4382aa82a282a282a982e7814182b382f1', 'hex');
    await expect(read(japanese)).rejects.toMatchObject(
      dataError({
        row: 1,
        problem: problem('data.otherEncoding', { encoding: 'UTF-8', guess: 'Shift_JIS' }),
      }),
    );
  });

  it('names the line far into a file, and across pieces', async () => {
    const lines = 'all is well\n'.repeat(40_000);
    const content = Buffer.concat([Buffer.from(lines), Buffer.from([0x61, 0xe9, 0x0a])]);
    await expect(read(content)).rejects.toMatchObject(dataError({ row: 40_001 }));
    const cutOff = Buffer.concat([Buffer.from(lines), Buffer.from('é').subarray(0, 1)]);
    await expect(read(cutOff)).rejects.toMatchObject(dataError({ row: 40_001 }));
    const across = Buffer.from('x\n'.repeat(PIECE / 2 - 1) + 'x');
    await expect(
      read(Buffer.concat([across, Buffer.from([0xe2, 0x82, 0x0a, 0x62])])),
    ).rejects.toMatchObject(dataError({ row: PIECE / 2 }));
  });

  it('does not take UTF-8 with a broken character for something else', async () => {
    const text = Buffer.from(
      'Grüße aus Köln, wo die Straßen größer sind als die Häuser\n'.repeat(9),
    );
    const broken = Buffer.concat([text, Buffer.from([0xff]), text]);
    await expect(read(broken)).rejects.toMatchObject(
      dataError({
        row: 10,
        problem: problem('data.invalidEncoding', { encoding: 'UTF-8' }),
      }),
    );
  });

  it('names the line of half a character in UTF-16', async () => {
    const content = Buffer.from('\ufeffone\ntwo \ud83c\n', 'utf16le');
    await expect(read(content)).rejects.toMatchObject(dataError({ row: 2 }));
  });

  it('decodes the encoding that is named, unless there is a byte order mark', async () => {
    expect(await read(Buffer.from('Grüße', 'latin1'), 'latin1')).toBe('Grüße');
    expect(await read(Buffer.from([0xc4, 0xe3, 0xba, 0xc3]), 'gb18030')).toBe('你好');
    expect(await read(Buffer.from([0x8d, 0xa1, 0x93, 0xfa]), 'shift_jis')).toBe('今日');
    expect(await read(Buffer.from('hé', 'utf16le'), 'utf-16le')).toBe('hé');
    expect(await read('\ufeffGrüße', 'latin1')).toBe('Grüße');
    await expect(read('a', 'latin-seven')).rejects.toMatchObject({ data: { code: 'UserInput' } });
    const broken = Buffer.from('6f6b0aff', 'hex');
    await expect(read(broken, 'shift_jis')).rejects.toMatchObject(dataError({ row: 2 }));
  });

  it('refuses binary content, and tells it from UTF-16 without a mark', async () => {
    await expect(read(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1]))).rejects.toMatchObject(
      dataError({ problem: problem('data.binaryFile') }),
    );
    await expect(read(Buffer.from('plain text', 'utf16le'))).rejects.toMatchObject(
      dataError({ problem: problem('data.noByteOrderMark', { guess: 'UTF-16LE' }) }),
    );
  });

  it('says why a file cannot be read', async () => {
    const all = async (file: string): Promise<void> => {
      for await (const piece of decodeFile(file, { shownAs: 't.txt' })) expect(piece).toBe('x');
    };
    await expect(all('/gone/t.txt')).rejects.toMatchObject(
      dataError({ problem: problem('file.notFound') }),
    );
    await expect(all(folder.path)).rejects.toMatchObject(
      dataError({ problem: told('file.isFolder') }),
    );
    const file = folder.write('t.txt', 'x');
    fs.chmodSync(file, 0);
    const isAllowed = process.getuid?.() === 0;
    const denied = expect(all(file));
    // Nothing is denied to the superuser.
    await (isAllowed
      ? denied.resolves.toBeUndefined()
      : denied.rejects.toMatchObject(dataError({ problem: problem('file.noPermission') })));
  });
});
