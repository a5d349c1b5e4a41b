import * as z from 'zod';
import { parseJsonText } from '../../core/jsonText.js';
import { readText } from '../files/regularFile.js';
import { writeJsonAtomicallySync } from '../files/storage.js';

/** An answer with the hash of its request, as it is kept. */
export type StoredAnswer = readonly [key: string, response: unknown];

/** Characters of answers that are kept on the disk, about a thousand screens of text. */
const MOST_CHARACTERS = 4_000_000;
const MOST_BYTES = 4 * MOST_CHARACTERS;

const schema = z.object({
  version: z.literal(1),
  /** Program whose answers these are: another one may answer differently. */
  program: z.string(),
  answers: z.array(z.tuple([z.string(), z.unknown()])),
});

/**
 * Answers of the model server in a file, so that a text that was read in an earlier session needs no
 * model. Requests are stored as hashes; answers hold predicted words, but no text.
 */
export class StoredAnswers {
  constructor(
    private readonly file: string,
    private readonly program: string,
  ) {}

  /** The answers of earlier sessions, oldest first. A file that cannot be read holds none. */
  async read(): Promise<readonly StoredAnswer[]> {
    try {
      return this.answersIn(await readText(this.file, MOST_BYTES));
    } catch {
      return [];
    }
  }

  /** Writes the newest of `answers`, which are oldest first. */
  write(answers: readonly StoredAnswer[]): void {
    const kept: StoredAnswer[] = [];
    let characters = 0;
    for (const answer of answers.toReversed()) {
      characters += JSON.stringify(answer).length;
      if (characters > MOST_CHARACTERS) break;
      kept.push(answer);
    }
    const { program } = this;
    writeJsonAtomicallySync(this.file, { version: 1, program, answers: kept.reverse() });
  }

  private answersIn(text: string): readonly StoredAnswer[] {
    const { program, answers } = schema.parse(parseJsonText(text));
    return program === this.program ? answers : [];
  }
}
