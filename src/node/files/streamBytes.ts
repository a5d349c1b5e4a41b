import fs from 'node:fs';
import { readAt } from './descriptors.js';
import { openRegularSync } from './regularFile.js';

/** Bytes that are read at once. */
const PIECE = 1 << 16;

const firstPiece = Buffer.allocUnsafeSlow(PIECE);

/**
 * The bytes of a file, piece by piece. Throws as `openRegularSync` does. A small file is read without a
 * turn of the event loop, which takes ten times as long as the reading: whoever streams many files
 * gives others their turns.
 */
export async function* streamBytes(file: string): AsyncGenerator<Buffer> {
  const handle = openRegularSync(file);
  try {
    let position = fs.readSync(handle, firstPiece, 0, PIECE, 0);
    if (position > 0) yield Buffer.from(firstPiece.subarray(0, position));
    if (position < PIECE && fs.readSync(handle, firstPiece, 0, 1, position) === 0) return;
    for (;;) {
      const piece = Buffer.allocUnsafeSlow(PIECE);
      const bytes = await readAt(handle, piece, position);
      if (bytes === 0) return;
      position += bytes;
      yield piece.subarray(0, bytes);
    }
  } finally {
    fs.closeSync(handle);
  }
}
