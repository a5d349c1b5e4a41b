import * as z from 'zod';
import { parseJsonText } from '../../core/jsonText.js';
import { readText } from '../files/regularFile.js';
import { writeJsonAtomically } from '../files/storage.js';

const MAX_BYTES = 1 << 20;
/** Models that are remembered; the oldest are forgotten. */
const MOST = 200;

/** Facts about models that take time to find, in a file. */
export class RememberedFacts<T> {
  private readonly schema;

  constructor(
    private readonly file: string,
    fact: z.ZodType<T>,
  ) {
    this.schema = z.object({
      version: z.literal(1),
      facts: z.array(z.object({ key: z.string(), fact })),
    });
  }

  /** `key` identifies the content of a model folder, and all else that the fact depends on. */
  async get(key: string): Promise<T | null> {
    return (await this.read()).find((entry) => entry.key === key)?.fact ?? null;
  }

  async set(key: string, fact: T): Promise<void> {
    const others = (await this.read()).filter((entry) => entry.key !== key);
    const facts = [...others, { key, fact }].slice(-MOST);
    await writeJsonAtomically(this.file, { version: 1, facts });
  }

  /** A file that is missing or cannot be read holds nothing: facts are found again. */
  private async read(): Promise<readonly { readonly key: string; readonly fact: T }[]> {
    try {
      return this.schema.parse(parseJsonText(await readText(this.file, MAX_BYTES))).facts;
    } catch {
      return [];
    }
  }
}
