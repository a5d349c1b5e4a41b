import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import {
  exampleScoreSchema,
  exampleScoresHeaderSchema,
  type ExampleScore,
  type ExampleScoresHeader,
  type ScoredSplit,
} from '../../core/runs/exampleScores.js';
import { RUN_FILES } from '../../core/runs/schema.js';
import { asideOf, renameWithRetriesSync, storing } from '../files/storage.js';

function fileOf(directory: string, split: ScoredSplit): string {
  const name = split === 'heldOut' ? RUN_FILES.heldOutScores : RUN_FILES.testScores;
  return path.join(directory, name);
}

/** The file of a split's scores while it is written: beside its place until it is whole. */
export class ScoreFile {
  private readonly file: string;
  private readonly aside: string;
  private descriptor: number | null;

  constructor(
    directory: string,
    private readonly header: ExampleScoresHeader,
  ) {
    this.file = fileOf(directory, header.split);
    this.aside = asideOf(this.file);
    this.descriptor = storing(this.file, () => fs.openSync(this.aside, 'w'));
    this.write([header]);
  }

  add(scores: readonly Omit<ExampleScore, 'split'>[]): void {
    const { split } = this.header;
    this.write(scores.map((score) => ({ split, ...score })));
  }

  finish(): void {
    this.release();
    storing(this.file, () => {
      renameWithRetriesSync(this.aside, this.file);
    });
  }

  /** Leaves nothing behind of a file that is not finished. */
  close(): void {
    this.release();
    fs.rmSync(this.aside, { force: true });
  }

  private write(rows: readonly unknown[]): void {
    const { descriptor } = this;
    if (descriptor === null) throw new RangeError('a file of scores that is closed');
    const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    storing(this.file, () => {
      fs.writeFileSync(descriptor, lines);
    });
  }

  private release(): void {
    if (this.descriptor !== null) fs.closeSync(this.descriptor);
    this.descriptor = null;
  }
}

/**
 * The scores of a run's held-out or test examples; null where the run has none. Throws a `ZodError`
 * or `SyntaxError` for a file that is none of Masklab's.
 */
export async function readExampleScores(
  directory: string,
  split: ScoredSplit,
): Promise<{ readonly header: ExampleScoresHeader; readonly scores: ExampleScore[] } | null> {
  const file = fileOf(directory, split);
  if (!fs.existsSync(file)) return null;
  let header: ExampleScoresHeader | null = null;
  const scores: ExampleScore[] = [];
  for await (const line of readline.createInterface({ input: fs.createReadStream(file) })) {
    const row: unknown = JSON.parse(line);
    if (header === null) header = exampleScoresHeaderSchema.parse(row);
    else scores.push(exampleScoreSchema.parse(row));
  }
  return { header: exampleScoresHeaderSchema.parse(header), scores };
}
