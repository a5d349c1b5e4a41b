import type fs from 'node:fs';
import path from 'node:path';
import type * as z from 'zod';
import { fileProblem, systemCodeOf } from '../../core/fileProblem.js';
import { parseJsonText } from '../../core/jsonText.js';
import { message, type Message } from '../../core/messages/message.js';
import { closeFile, openFile, readAt, statFile } from '../files/descriptors.js';
import { tooLarge } from '../files/regularFile.js';

/** Content of a JSON file, or why there is none. */
export type JsonFile<T> =
  | { readonly value: T; readonly problem: null }
  | { readonly value: null; readonly problem: Message; readonly isMissing: boolean };

/** Content of a file, with the stamp of the version that has it. */
export interface Stamped<T> {
  readonly stamp: string;
  readonly value: T;
}

/**
 * JSON files of one kind, each parsed once: a file is read again only if its modification time,
 * size or inode has changed, which every atomic replacement changes.
 */
export class StampedFiles<T> {
  private readonly known = new Map<string, Stamped<JsonFile<T>>>();
  private recalled: ReadonlyMap<string, Stamped<T>> = new Map();
  private hasParsed = false;

  /** `keep` reduces the parsed content to the part that stays in memory. */
  constructor(private readonly keep: (content: unknown, name: string) => JsonFile<T>) {}

  /** Content that was parsed before this process started; used where the stamps are the same. */
  recall(contents: ReadonlyMap<string, Stamped<T>>): void {
    this.recalled = contents;
  }

  /** The contents of all readable files for a later `recall`, or `null` if it has them already. */
  newContents(): Map<string, Stamped<T>> | null {
    if (!this.hasParsed) return null;
    this.hasParsed = false;
    const contents = new Map<string, Stamped<T>>();
    for (const [file, { stamp, value: read }] of this.known) {
      if (read.value !== null) contents.set(file, { stamp, value: read.value });
    }
    return contents;
  }

  async read(file: string): Promise<JsonFile<T>> {
    const known = this.known.get(file) ?? this.recalledOf(file);
    if (known !== undefined) {
      const stats = await statFile(file);
      if (stats !== null && stampOf(stats) === known.stamp) {
        this.known.set(file, known);
        return known.value;
      }
    }
    const name = path.basename(file);
    try {
      const { stamp, value: text } = await readText(file);
      const value = this.parse(text, name);
      this.known.set(file, { stamp, value });
      this.hasParsed = true;
      return value;
    } catch (thrown) {
      this.known.delete(file);
      const isMissing = systemCodeOf(thrown) === 'ENOENT';
      const problem = isMissing
        ? message('runs.fileMissing', { file: name })
        : unreadableFile(name, thrown);
      return { value: null, problem, isMissing };
    }
  }

  private recalledOf(file: string): Stamped<JsonFile<T>> | undefined {
    const recalled = this.recalled.get(file);
    if (recalled === undefined) return undefined;
    return { stamp: recalled.stamp, value: { value: recalled.value, problem: null } };
  }

  private parse(text: string, name: string): JsonFile<T> {
    try {
      return this.keep(parseJsonText(text), name);
    } catch (thrown) {
      return { value: null, problem: unreadableFile(name, thrown), isMissing: false };
    }
  }
}

/** Parses by schema; the problem names the file and the first place that does not fit. */
export function parseJson<T>(schema: z.ZodType<T>, content: unknown, name: string): JsonFile<T> {
  const parsed = schema.safeParse(content);
  if (parsed.success) return { value: parsed.data, problem: null };
  const [issue] = parsed.error.issues;
  const problem = message('runs.fileUnexpected', {
    file: name,
    place: issue?.path.join('.') ?? '',
    reason: issue?.message ?? '',
  });
  return { value: null, problem, isMissing: false };
}

/** A run on hundreds of thousands of files stays below it. */
const MAX_BYTES = 1 << 26;

/** Changes with each version of a file. */
function stampOf({ mtimeMs, size, ino }: fs.Stats): string {
  return `${mtimeMs} ${size} ${ino}`;
}

/** The text of a file, with the stamp of the very version that was read. */
async function readText(file: string): Promise<Stamped<string>> {
  const { handle, stats } = await openFile(file);
  try {
    if (stats.size > MAX_BYTES) throw tooLarge(MAX_BYTES);
    const buffer = Buffer.allocUnsafe(stats.size);
    const bytes = await readAt(handle, buffer, 0);
    return { stamp: stampOf(stats), value: buffer.toString('utf8', 0, bytes) };
  } finally {
    await closeFile(handle);
  }
}

/** Why a file cannot be read, with the text of the system or the parser. */
export function unreadableFile(file: string, thrown: unknown): Message {
  const reason = thrown instanceof SyntaxError ? thrown.message : fileProblem(thrown);
  return message('runs.fileUnreadable', { file, reason });
}
