import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { AppError } from '../../core/errors.js';
import {
  longWordsIn,
  spellWords,
  type LongWords,
  type SpelledWordList,
  type SpelledWords,
} from '../../core/predict/longWords.js';
import type { Tokenizer } from '../../core/tokenizer/tokenizer.js';
import { readBytesSync } from '../files/regularFile.js';
import { writeFileAtomicallySync } from '../files/storage.js';
import { Pace } from '../runtime/pace.js';

/** Files that are kept, one for each tokenizer and context; the oldest are removed. */
const MOST_FILES = 8;
const FILE = /^words-[0-9a-f]{64}\.bin$/;
const MOST_PIECES = 4;

export interface SpelledListOptions {
  readonly words: readonly string[];
  /** Folder in which the pieces of words are kept over sessions. Default: none. */
  readonly folder?: string | undefined;
  /** Identifies the program, which may spell words otherwise than another one. */
  readonly program: string;
  warn(message: string): void;
}

/** A list as one request uses it. */
export interface RequestedList extends SpelledWordList {
  /** Whether the list was spelled wherever it was asked for. */
  readonly isWhole: boolean;
  /** Spells the list in the background where it was not. */
  prepare(): void;
}

/**
 * A long list of words that is spelled once for each tokenizer and context, in the background: no
 * prediction waits for it. The pieces are kept in files.
 */
export class SpelledList {
  private readonly known = new WeakMap<Tokenizer, Map<string, LongWords>>();
  private readonly hash: string;
  private readonly running = new WeakMap<Tokenizer, Map<string, Promise<void>>>();

  constructor(private readonly options: SpelledListOptions) {
    const { words, program } = options;
    this.hash = createHash('sha256').update(program).update(words.join('\n')).digest('hex');
  }

  /** `version` identifies the files of the model. */
  forRequest(version: string): RequestedList {
    const missing: (() => void)[] = [];
    return {
      id: this.hash,
      longWords: (tokenizer, context) => {
        const key = this.keyOf(version, context);
        const found = this.knownWords(tokenizer, key);
        if (found === null) {
          missing.push(() => void this.spell(tokenizer, { context, key }));
        }
        return found;
      },
      get isWhole() {
        return missing.length === 0;
      },
      prepare: () => {
        for (const start of missing) start();
      },
    };
  }

  /** Spells the list, or waits until it is spelled. */
  spell(
    tokenizer: Tokenizer,
    { context, key }: { readonly context: string; readonly key: string },
  ): Promise<void> {
    const started = entryOf(this.running, tokenizer);
    const before = started.get(key);
    if (before !== undefined) return before;
    const work = async (): Promise<void> => {
      const pace = new Pace(undefined);
      const steps = spellWords(tokenizer, this.options.words, context);
      await pace.turn();
      for (;;) {
        const { done, value } = steps.next();
        if (done === true) {
          this.keep(tokenizer, key, value);
          this.store(key, value);
          return;
        }
        if (pace.isOver) await pace.turn();
      }
    };
    const spelling = work().catch((thrown: unknown) => {
      this.options.warn(`no words of several pieces: ${String(thrown)}`);
    });
    started.set(key, spelling);
    return spelling;
  }

  private keyOf(version: string, context: string): string {
    return createHash('sha256')
      .update(JSON.stringify([this.hash, version, context]))
      .digest('hex');
  }

  private knownWords(tokenizer: Tokenizer, key: string): LongWords | null {
    const known = entryOf(this.known, tokenizer);
    const found = known.get(key);
    if (found !== undefined) return found;
    const stored = this.read(tokenizer, key);
    return stored === null ? null : this.keep(tokenizer, key, stored);
  }

  private keep(tokenizer: Tokenizer, key: string, spelled: SpelledWords): LongWords {
    const words = longWordsIn(this.options.words, spelled);
    entryOf(this.known, tokenizer).set(key, words);
    return words;
  }

  /** Pieces of an earlier session; `null` if there are none, or the file is damaged. */
  private read(tokenizer: Tokenizer, key: string): SpelledWords | null {
    const { folder, words } = this.options;
    if (folder === undefined) return null;
    const most = words.length * (1 + MOST_PIECES * Int32Array.BYTES_PER_ELEMENT);
    let bytes: Buffer;
    try {
      bytes = readBytesSync(path.join(folder, fileOf(key)), most);
    } catch {
      return null;
    }
    const counts = bytes.subarray(0, words.length);
    const rest = bytes.subarray(words.length);
    const ids = new Int32Array(Math.floor(rest.length / Int32Array.BYTES_PER_ELEMENT));
    new Uint8Array(ids.buffer).set(rest.subarray(0, ids.byteLength));
    const limits = { words: words.length, vocabulary: tokenizer.vocabularySize };
    return isSound({ counts, ids }, limits) ? { counts, ids } : null;
  }

  private store(key: string, { counts, ids }: SpelledWords): void {
    const { folder } = this.options;
    if (folder === undefined) return;
    const bytes = Buffer.concat([counts, Buffer.from(ids.buffer, ids.byteOffset, ids.byteLength)]);
    try {
      writeFileAtomicallySync(path.join(folder, fileOf(key)), bytes);
      removeOldest(folder);
    } catch (thrown) {
      // Words that are not kept are spelled again in the next session.
      if (!(thrown instanceof AppError)) throw thrown;
    }
  }
}

function entryOf<V>(map: WeakMap<Tokenizer, Map<string, V>>, tokenizer: Tokenizer): Map<string, V> {
  let entry = map.get(tokenizer);
  if (entry === undefined) map.set(tokenizer, (entry = new Map<string, V>()));
  return entry;
}

const fileOf = (key: string): string => `words-${key}.bin`;

function isSound(
  { counts, ids }: SpelledWords,
  { words, vocabulary }: { readonly words: number; readonly vocabulary: number },
): boolean {
  let pieces = 0;
  for (let i = 0; i < counts.length; i++) pieces += counts[i]!;
  if (counts.length !== words || ids.length !== pieces) return false;
  // Loops that count take a fraction of the time that calls take before they are compiled.
  for (let i = 0; i < ids.length; i++) if (ids[i]! < 0 || ids[i]! >= vocabulary) return false;
  return true;
}

function removeOldest(folder: string): void {
  const files = fs
    .readdirSync(folder)
    .filter((name) => FILE.test(name))
    .map((name) => path.join(folder, name))
    .map((file) => ({ file, changed: fs.statSync(file).mtimeMs }))
    .sort((a, b) => b.changed - a.changed);
  for (const { file } of files.slice(MOST_FILES)) fs.rmSync(file, { force: true });
}
