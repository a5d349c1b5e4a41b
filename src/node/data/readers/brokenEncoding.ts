import { TextDecoder } from 'node:util';
import * as chardet from 'chardet';
import { AppError } from '../../../core/errors.js';
import { problem } from '../../../core/messages/message.js';
import { dataError, unreadable } from './fileErrors.js';
import { plainBytesOf, type PlainBytesOptions } from './plainBytes.js';

/** Bytes that are searched for the invalid line and its encoding. */
const SAMPLE_BYTES = 1 << 19;
/** Minimum confidence of chardet, of 100, for a guess to be reported. */
const LEAST_CONFIDENCE = 20;

/**
 * Locates the first line that is not valid in `encoding`, at byte `offset` or shortly after, and
 * guesses the encoding of the file. Throws `Cancelled`.
 */
export async function brokenEncoding(
  file: string,
  {
    shownAs,
    encoding,
    offset,
    signal,
  }: { shownAs: string; encoding: string; offset: number; signal: AbortSignal | undefined },
): Promise<AppError> {
  try {
    const { feeds, sample } = await bytesAround(file, { shownAs, offset, signal });
    const { line, start } = brokenLine(sample, encoding);
    const row = feeds + line;
    const guess = encoding === 'utf-8' ? likelyEncoding(sample, start) : null;
    const expected = encoding.toUpperCase();
    return dataError(
      shownAs,
      guess === null
        ? problem('data.invalidEncoding', { encoding: expected })
        : problem('data.otherEncoding', { encoding: expected, guess }),
      { row },
    );
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    return unreadable(shownAs, thrown);
  }
}

/** Bytes of the text from `offset` on, and the number of line feeds before. */
async function bytesAround(
  file: string,
  { offset, ...options }: PlainBytesOptions & { readonly offset: number },
): Promise<{ feeds: number; sample: Buffer }> {
  const end = offset + SAMPLE_BYTES;
  const sample: Buffer[] = [];
  let feeds = 0;
  let at = 0;
  for await (const piece of plainBytesOf(file, options)) {
    const before = piece.subarray(0, Math.max(0, offset - at));
    for (let feed = before.indexOf(FEED); feed !== -1; feed = before.indexOf(FEED, feed + 1))
      feeds++;
    if (at + piece.length > offset) sample.push(piece.subarray(before.length, end - at));
    at += piece.length;
    if (at >= end) break;
  }
  return { feeds, sample: Buffer.concat(sample) };
}

const FEED = 0x0a;

/** The first line, from 1, that does not decode. Line feeds are never part of other characters. */
function brokenLine(bytes: Buffer, encoding: string): { line: number; start: number } {
  if (encoding.startsWith('utf-16')) {
    const text = new TextDecoder(encoding).decode(bytes);
    const before = text.slice(0, Math.max(0, text.indexOf('\uFFFD')));
    return { line: before.split('\n').length, start: 0 };
  }
  const decoder = new TextDecoder(encoding, { fatal: true });
  let start = 0;
  for (let line = 1; ; line++) {
    const feed = bytes.indexOf(FEED, start);
    try {
      decoder.decode(bytes.subarray(start, feed === -1 ? bytes.length : feed));
    } catch {
      return { line, start };
    }
    if (feed === -1) return { line, start };
    start = feed + 1;
  }
}

/** `null` for UTF-8 with some invalid characters, and if no encoding is likely. */
function likelyEncoding(bytes: Buffer, brokenFrom: number): string | null {
  const lenient = new TextDecoder('utf-8').decode(bytes);
  const broken = lenient.match(/\uFFFD/g)?.length ?? 0;
  const whole = lenient.match(/[^\0-\x7f\uFFFD]/gu)?.length ?? 0;
  if (whole > 0 && whole >= broken) return null;
  const [best] = chardet
    .analyse(bytes.subarray(brokenFrom, brokenFrom + (1 << 16)))
    .filter(({ name }) => isReadable(name));
  if (best === undefined || best.confidence < LEAST_CONFIDENCE || best.name === 'UTF-8')
    return null;
  return best.name;
}

/** Whether files can be read in an encoding: not in UTF-32, which a few bytes are often taken for. */
function isReadable(encoding: string): boolean {
  try {
    return new TextDecoder(encoding) instanceof TextDecoder;
  } catch {
    return false;
  }
}
