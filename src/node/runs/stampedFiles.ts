import fs from 'node:fs';
import path from 'node:path';
import type * as z from 'zod';

/** Content of a JSON file, or why there is none. */
export type JsonFile<T> =
  | { readonly value: T; readonly problem: null }
  | { readonly value: null; readonly problem: string; readonly isMissing: boolean };

/**
 * JSON files of one kind, each parsed once: a file is read again only if its modification time,
 * size or inode has changed, which every atomic replacement changes.
 */
export class StampedFiles<T> {
  private readonly known = new Map<
    string,
    { readonly stamp: string; readonly read: JsonFile<T> }
  >();

  /** `keep` reduces the parsed content to what is to stay in memory. */
  constructor(private readonly keep: (content: unknown, name: string) => JsonFile<T>) {}

  async read(file: string): Promise<JsonFile<T>> {
    const name = path.basename(file);
    const stamp = await stampOf(file);
    if (stamp === null) {
      this.known.delete(file);
      return { value: null, problem: `${name} is missing`, isMissing: true };
    }
    const known = this.known.get(file);
    if (known?.stamp === stamp) return known.read;
    const read = await this.parse(file, name);
    this.known.set(file, { stamp, read });
    return read;
  }

  private async parse(file: string, name: string): Promise<JsonFile<T>> {
    try {
      return this.keep(JSON.parse(await readText(file)), name);
    } catch (thrown) {
      const isMissing = (thrown as NodeJS.ErrnoException).code === 'ENOENT';
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      return {
        value: null,
        problem: isMissing ? `${name} is missing` : `${name}: ${reason}`,
        isMissing,
      };
    }
  }
}

/** Parses by schema; the problem names the file and the first place that does not fit. */
export function parseJson<T>(schema: z.ZodType<T>, content: unknown, name: string): JsonFile<T> {
  const parsed = schema.safeParse(content);
  if (parsed.success) return { value: parsed.data, problem: null };
  const issue = parsed.error.issues[0];
  const place = issue === undefined ? '' : ` at "${issue.path.join('.')}": ${issue.message}`;
  const problem = `${name} is not what this version of Masklab writes${place}`;
  return { value: null, problem, isMissing: false };
}

/** Changes with each version of a file; null where there is none. */
function stampOf(file: string): Promise<string | null> {
  // Callbacks: a listing asks thousands of times, and promises of `fs` cost twice as much.
  return new Promise((resolve) => {
    fs.stat(file, (error, stats) => {
      resolve(error === null ? `${stats.mtimeMs} ${stats.size} ${stats.ino}` : null);
    });
  });
}

export function fileExists(file: string): Promise<boolean> {
  return new Promise((resolve) => {
    fs.access(file, (error) => {
      resolve(error === null);
    });
  });
}

function readText(file: string): Promise<string> {
  return new Promise((resolve, reject) => {
    fs.readFile(file, 'utf8', (error, text) => {
      if (error === null) resolve(text);
      else reject(error);
    });
  });
}
