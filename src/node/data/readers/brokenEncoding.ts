import { TextDecoder } from 'node:util';
import * as chardet from 'chardet';
import { AppError } from '../../../core/errors.js';
import { bytesOf, openDataFile } from './dataFile.js';
import { dataError, resave, unreadable } from './fileErrors.js';

/** Bytes that are looked through for the broken line and its encoding. */
const SAMPLE_BYTES = 1 << 19;
/** What chardet says with less confidence (of 100) is a guess in the dark. */
const LEAST_CONFIDENCE = 20;

/**
 * Says where a file is not what `encoding` allows, at byte `offset` or soon after, and what it
 * probably is written in. Throws `Cancelled`.
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
    const sample = await bytesFrom(file, offset, signal);
    const { line, start } = brokenLine(sample, encoding);
    const row = (await lineFeedsBefore(file, offset, signal)) + line;
    const problem = `is not valid ${encoding.toUpperCase()}`;
    const guess = encoding === 'utf-8' ? likelyEncoding(sample, start) : null;
    return dataError(shownAs, {
      row,
      problem: guess === null ? problem : `${problem}; it is probably ${guess}`,
      remedy: resave(guess),
    });
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    return unreadable(shownAs, thrown);
  }
}

async function bytesFrom(
  file: string,
  offset: number,
  signal: AbortSignal | undefined,
): Promise<Buffer> {
  const handle = await openDataFile(file, signal);
  try {
    const end = Math.min(handle.size, offset + SAMPLE_BYTES);
    return Buffer.from((await handle.read(offset, end)).buffer);
  } finally {
    await handle.close();
  }
}

async function lineFeedsBefore(
  file: string,
  offset: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  if (offset === 0) return 0;
  let count = 0;
  for await (const piece of bytesOf(file, signal, offset)) {
    for (let at = piece.indexOf(FEED); at !== -1; at = piece.indexOf(FEED, at + 1)) count++;
  }
  return count;
}

const FEED = 0x0a;

/** The first line, from 1, that does not decode. A line feed is part of no character but its own. */
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

/** Null for UTF-8 with some broken characters, and where nothing is likely. */
function likelyEncoding(bytes: Buffer, brokenFrom: number): string | null {
  const lenient = new TextDecoder('utf-8').decode(bytes);
  const broken = lenient.match(/\uFFFD/g)?.length ?? 0;
  const whole = lenient.match(/[^\0-\x7f\uFFFD]/gu)?.length ?? 0;
  if (whole > broken) return null;
  const [best] = chardet.analyse(bytes.subarray(brokenFrom, brokenFrom + (1 << 16)));
  if (best === undefined || best.confidence < LEAST_CONFIDENCE || best.name === 'UTF-8')
    return null;
  return best.name;
}
