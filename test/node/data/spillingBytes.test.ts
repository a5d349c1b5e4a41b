import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { randomStream } from '../../../src/core/random.js';
import { SpillingBytes } from '../../../src/node/data/spillingBytes.js';

let directory: string;
let file: string;
beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-store-'));
  file = path.join(directory, 'sequences.bin');
});
afterEach(() => {
  fs.rmSync(directory, { recursive: true, force: true });
});

const LIMIT = 1000;

function pieces(count: number): Uint8Array[] {
  const random = randomStream('pieces');
  return Array.from({ length: count }, () =>
    Uint8Array.from({ length: 1 + Math.floor(random() * 90) }, () => Math.floor(random() * 256)),
  );
}

describe('SpillingBytes', () => {
  it('reads anything back, from memory and from the file, while more is added', () => {
    const bytes = new SpillingBytes(file, LIMIT);
    const all = pieces(400);
    const offsets: number[] = [];
    let end = 0;
    for (const [i, piece] of all.entries()) {
      bytes.append(piece);
      offsets.push(end);
      end += piece.length;
      const earlier = i >> 1;
      expect([...bytes.read(offsets[earlier]!, all[earlier]!.length)]).toEqual([...all[earlier]!]);
    }
    all.forEach((piece, i) => {
      expect([...bytes.read(offsets[i]!, piece.length)]).toEqual([...piece]);
    });
    expect(fs.statSync(file).size).toBeGreaterThan(LIMIT);
    bytes.close();
    expect(fs.readdirSync(directory)).toEqual([]);
  });

  it('leaves the disk alone while there is little, and drops what a killed run left', () => {
    fs.writeFileSync(file, 'left over');
    const bytes = new SpillingBytes(file, LIMIT);
    bytes.append(Uint8Array.from({ length: LIMIT }, () => 1));
    expect(fs.readdirSync(directory)).toEqual([]);
    bytes.close();
  });

  it('says which file cannot be written', () => {
    const bytes = new SpillingBytes(path.join(directory, 'gone', 'sequences.bin'), 1);
    bytes.append(Uint8Array.from([1, 2]));
    expect(() => {
      bytes.append(Uint8Array.from([3]));
    }).toThrow(/Storage.*sequences\.bin/s);
  });
});
