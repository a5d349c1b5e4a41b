import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { JsonLinesTail } from '../../../src/node/runs/jsonLinesTail.js';

const schema = z.object({ text: z.string() });

let folder: string;
let file: string;
let seen: string[];
let tail: JsonLinesTail<{ text: string }>;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-tail-'));
  file = path.join(folder, 'rows.jsonl');
  seen = [];
  tail = new JsonLinesTail(file, schema, (rows) => {
    seen.push(...rows.map(({ text }) => text));
  });
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});
const line = (text: string): Buffer => Buffer.from(`${JSON.stringify({ text })}\n`);
const read = (): Promise<void> => tail.read(() => false);

describe('JsonLinesTail', () => {
  it('waits for the rest of a line, even inside of a character', async () => {
    const bytes = line('鯨🐋');
    for (let cut = 1; cut < bytes.length; cut++) {
      fs.writeFileSync(file, bytes.subarray(0, cut));
      tail.rewind();
      await read();
      fs.appendFileSync(file, bytes.subarray(cut));
      expect(await tail.look()).toBe('grown');
      await read();
    }
    expect(seen).toEqual(Array.from({ length: bytes.length - 1 }, () => '鯨🐋'));
  });

  it('tells an unchanged file from one that was appended to, cut, or replaced', async () => {
    expect(await tail.look()).toBe('same');
    fs.writeFileSync(file, Buffer.concat([line('a'), line('b')]));
    expect(await tail.look()).toBe('grown');
    await read();
    expect(await tail.look()).toBe('same');
    fs.truncateSync(file, line('a').length);
    expect(await tail.look()).toBe('cut');
    tail.rewind();
    await read();
    expect(seen).toEqual(['a', 'b', 'a']);
    fs.rmSync(file);
    expect(await tail.look()).toBe('cut');
  });

  it('notices a file that was cut in place and has grown past the cursor since', async () => {
    fs.writeFileSync(file, Buffer.concat([line('a'), line('b')]));
    await read();
    fs.truncateSync(file, line('a').length);
    fs.appendFileSync(file, Buffer.concat([line('c'), line('d'), line('e')]));
    expect(await tail.look()).toBe('cut');
  });

  it('reads a file of many chunks without holding it, and stops when told to', async () => {
    const rows = Buffer.concat(Array.from({ length: 20_000 }, (_, i) => line(`row ${i} 🐋`)));
    fs.writeFileSync(file, rows);
    let chunks = 0;
    const counting = new JsonLinesTail(file, schema, () => chunks++);
    await counting.read(() => chunks === 1);
    expect(chunks).toBe(1);
    await counting.read(() => false);
    expect(chunks).toBeGreaterThan(1);
    await read();
    expect(seen.length).toBe(20_000);
    expect(seen.at(-1)).toBe('row 19999 🐋');
  });
});
