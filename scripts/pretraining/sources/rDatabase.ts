import { inflateSync, type Inflate } from 'node:zlib';

const STRING_VECTOR = 16;
const MISSING = -1;

/**
 * The character vectors in an R lazy-load database (`.rdb`): a row of chunks, each the length of
 * its content and the content compressed with zlib, which is an object in R's XDR serialization
 * ("R Internals", section 1.8). Objects of other types are passed over.
 */
export function* readRStrings(database: Buffer): Generator<string[]> {
  for (let at = 0; at < database.length;) {
    const { content, used } = inflate(database.subarray(at + 4));
    if (content.length !== database.readUInt32BE(at)) throw new Error('not an R database');
    const strings = stringVector(content);
    if (strings !== null) yield strings;
    at += 4 + used;
  }
}

/** Inflates the stream at the start of `data` and says how long it was. */
function inflate(data: Buffer): { content: Buffer; used: number } {
  // With `info` the engine comes too, which counts the bytes it took; the types do not know that.
  const result = inflateSync(data, { info: true }) as unknown as {
    buffer: Buffer;
    engine: Inflate;
  };
  return { content: result.buffer, used: result.engine.bytesWritten };
}

function stringVector(content: Buffer): string[] | null {
  let at = 0;
  const integer = (): number => {
    at += 4;
    return content.readInt32BE(at - 4);
  };
  if (content.toString('latin1', 0, 2) !== 'X\n') throw new Error('not R’s XDR serialization');
  at = 2;
  const version = integer();
  at += 8;
  if (version === 3) {
    const encodingLength = integer();
    at += encodingLength;
  }
  if ((integer() & 0xff) !== STRING_VECTOR) return null;
  return Array.from({ length: integer() }, () => {
    integer();
    const length = integer();
    if (length === MISSING) return '';
    at += length;
    return content.toString('utf8', at - length, at);
  });
}
