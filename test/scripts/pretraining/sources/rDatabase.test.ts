import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRFrames, readRStrings } from '../../../../scripts/pretraining/sources/rDatabase.js';

const integers = (...values: number[]): Buffer => {
  const buffer = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => buffer.writeInt32BE(value, 4 * i));
  return buffer;
};
const join = (...parts: Buffer[]): Buffer => Buffer.concat(parts);

/** Items in R's XDR serialization ("R Internals", section 1.8). */
const string = (text: string | null): Buffer =>
  text === null
    ? integers(9, -1)
    : join(integers(0x40009, Buffer.byteLength(text)), Buffer.from(text));
const symbol = (name: string): Buffer => join(integers(1), string(name));
const attributes = (...pairs: [tag: Buffer, value: Buffer][]): Buffer =>
  join(...pairs.map(([tag, value]) => join(integers(0x402), tag, value)), integers(254));
const vector = (type: number, items: readonly Buffer[], own?: Buffer): Buffer =>
  join(
    integers(type | (own === undefined ? 0 : 0x200), items.length),
    ...items,
    own ?? Buffer.alloc(0),
  );
const strings = (...texts: (string | null)[]): Buffer => vector(16, texts.map(string));
const whole = (...values: number[]): Buffer =>
  vector(
    13,
    values.map((value) => integers(value)),
  );
const object = (item: Buffer): Buffer =>
  join(Buffer.from('X\n'), integers(3, 0x40201, 0x30500, 5), Buffer.from('UTF-8'), item);

const FRAME = vector(
  19,
  [
    vector(16, [string('naïve'), string(null)]),
    vector(
      13,
      [integers(2), integers(1)],
      attributes([symbol('levels'), strings('low', 'high')], [symbol('class'), strings('factor')]),
    ),
  ],
  // The second reference to a symbol is by its number.
  attributes(
    [symbol('names'), strings('text', 'score')],
    [integers(0x2ff), strings('data.frame')],
    [symbol('row.names'), whole(-2147483648, -2)],
  ),
);
const ENVIRONMENT = integers(4, 0, 254, 254, 254, 254);

describe('an R database', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-r-'));
  const database = path.join(folder, 'Rdata');

  beforeAll(() => {
    const objects: [string, Buffer][] = [
      ['lines', strings('EMMA', '', null, 'é')],
      ['other', ENVIRONMENT],
      ['frame', FRAME],
    ];
    const chunks = objects.map(([, item], i) => {
      const content = object(item);
      const packed = i === 0 ? join(Buffer.from('0'), content) : deflateSync(content);
      return join(integers(content.length), packed);
    });
    let at = 0;
    const places = chunks.map(({ length }) => whole((at += length) - length, length));
    // Variables are by name, and not in the order of their places.
    const order = [2, 0, 1];
    const names = strings(...order.map((i) => objects[i]![0]));
    const variables = vector(
      19,
      order.map((i) => places[i]!),
      attributes([symbol('names'), names]),
    );
    const index = vector(
      19,
      [variables, whole(1)],
      attributes([integers(0x1ff), strings('variables', 'compressed')]),
    );
    fs.writeFileSync(`${database}.rdb`, join(...chunks));
    fs.writeFileSync(`${database}.rdx`, gzipSync(object(index)));
  });
  afterAll(() => {
    fs.rmSync(folder, { recursive: true });
  });

  it('has character vectors, which are read in the order of the file', () => {
    expect([...readRStrings(database)]).toEqual([['EMMA', '', '', 'é']]);
  });

  it('has data frames, whose factors are read as strings', () => {
    const frames = readRFrames(database);
    expect([...frames.keys()]).toEqual(['frame']);
    expect([...frames.get('frame')!]).toEqual([
      ['text', ['naïve', null]],
      ['score', ['high', 'low']],
    ]);
  });
});
