import fs from 'node:fs';
import path from 'node:path';
import {
  ExamplePicker,
  type ExampleFilter,
  type PickedExamples,
} from '../../core/evaluation/pickExamples.js';
import { parseJsonText } from '../../core/jsonText.js';
import {
  exampleScoreSchema,
  exampleScoresHeaderSchema,
  type ExampleScore,
  type ExampleScoresHeader,
  type ScoredSplit,
} from '../../core/runs/exampleScores.js';
import { RUN_FILES } from '../../core/runs/schema.js';
import { Pace } from '../runtime/pace.js';
import { readText } from '../files/regularFile.js';
import { asideOf, renameWithRetriesSync, storing } from '../files/storage.js';

/** More than a run may write. */
const MAX_BYTES = 1 << 28;

/** File of the scores of a run's held-out or test examples. */
export function scoresFile(directory: string, split: ScoredSplit): string {
  const name = split === 'heldOut' ? RUN_FILES.heldOutScores : RUN_FILES.testScores;
  return path.join(directory, name);
}

/** Facts of a file of scores that are known before its examples. */
export type ScoreFileFacts = Omit<ExampleScoresHeader, 'examples' | 'limitedBy'> & {
  readonly maxBytes: number;
};

/** The file of a split's scores while it is written: beside its place until it is whole. */
export class ScoreFile {
  private readonly file: string;
  private readonly aside: string;
  private descriptor: number | null;
  /** Bytes that the first line has room for; it is written again at the end. */
  private readonly headerBytes: number;
  private bytes: number;
  private examples = 0;

  /** Throws `Storage` if the file cannot be written, as the other methods do. */
  constructor(
    directory: string,
    private readonly facts: ScoreFileFacts,
  ) {
    this.file = scoresFile(directory, facts.split);
    this.aside = asideOf(this.file);
    const longest = headerLine({ ...facts, examples: facts.total, limitedBy: 'size' });
    this.headerBytes = Buffer.byteLength(longest);
    this.bytes = this.headerBytes;
    this.descriptor = storing(this.file, () => fs.openSync(this.aside, 'w'));
    this.write(longest, 0);
  }

  /** Name of the file in the run directory. */
  get name(): string {
    return path.basename(this.file);
  }

  /** Adds scores in their order; false if one did not fit, which ends the file before it. */
  add(scores: readonly Omit<ExampleScore, 'split'>[]): boolean {
    const { split, maxBytes } = this.facts;
    const lines: string[] = [];
    let end = this.bytes;
    for (const score of scores) {
      const line = `${JSON.stringify({ split, ...score })}\n`;
      const size = Buffer.byteLength(line);
      if (end + size > maxBytes) break;
      lines.push(line);
      end += size;
    }
    this.write(lines.join(''), this.bytes);
    this.bytes = end;
    this.examples += lines.length;
    return lines.length === scores.length;
  }

  /** Puts the file in its place. `limit` is recorded if it does not hold all examples. */
  finish(limit: NonNullable<ExampleScoresHeader['limitedBy']>): ExampleScoresHeader {
    const { facts, examples } = this;
    const limitedBy = examples < facts.total ? limit : null;
    const header: ExampleScoresHeader = { ...facts, examples, limitedBy };
    this.write(headerLine(header, this.headerBytes), 0);
    this.release();
    storing(this.file, () => {
      renameWithRetriesSync(this.aside, this.file);
    });
    return header;
  }

  /** Leaves nothing behind of a file that is not finished. */
  close(): void {
    this.release();
    fs.rmSync(this.aside, { force: true });
  }

  private write(lines: string, position: number): void {
    const { descriptor } = this;
    if (descriptor === null) throw new RangeError('a file of scores that is closed');
    const content = Buffer.from(lines);
    storing(this.file, () => {
      for (let at = 0; at < content.length;) {
        at += fs.writeSync(descriptor, content, at, content.length - at, position + at);
      }
    });
  }

  private release(): void {
    if (this.descriptor !== null) fs.closeSync(this.descriptor);
    this.descriptor = null;
  }
}

/** The first line of a file of scores, padded with spaces to a number of bytes. */
function headerLine(header: ExampleScoresHeader, bytes = 0): string {
  const line = JSON.stringify(header);
  return `${line}${' '.repeat(Math.max(0, bytes - Buffer.byteLength(line) - 1))}\n`;
}

/**
 * The scores of a run's held-out or test examples; null where the run has none. Throws a `ZodError`
 * or `SyntaxError` for a file that is none of Masklab's.
 */
export async function readExampleScores(
  directory: string,
  split: ScoredSplit,
): Promise<{ readonly header: ExampleScoresHeader; readonly scores: ExampleScore[] } | null> {
  const scores: ExampleScore[] = [];
  const header = await eachExampleScore(directory, {
    split,
    onScore: (score) => scores.push(score),
  });
  return header === null ? null : { header, scores };
}

/**
 * Reads scores one after the other, in time slices. Resolves to the header of the file; null where the
 * run has none. Throws as `readExampleScores` does.
 */
export async function eachExampleScore(
  directory: string,
  {
    split,
    onScore,
  }: { readonly split: ScoredSplit; readonly onScore: (score: ExampleScore) => void },
): Promise<ExampleScoresHeader | null> {
  const file = scoresFile(directory, split);
  if (!fs.existsSync(file)) return null;
  const pace = new Pace(undefined);
  let header: ExampleScoresHeader | null = null;
  for (const line of (await readText(file, MAX_BYTES, 'refused')).trimEnd().split('\n')) {
    const row: unknown = parseJsonText(line);
    if (header === null) header = exampleScoresHeaderSchema.parse(row);
    else onScore(exampleScoreSchema.parse(row));
    if (pace.isOver) await pace.turn();
  }
  return exampleScoresHeaderSchema.parse(header);
}

/** Picks examples of a split of a run; `null` if the run has no readable scores of it. */
export async function pickExamples(
  directory: string,
  { split, filter }: { readonly split: ScoredSplit; readonly filter: ExampleFilter },
): Promise<PickedExamples | null> {
  const picker = new ExamplePicker(filter);
  const onScore = (score: ExampleScore): void => {
    picker.add(score);
  };
  const header = await eachExampleScore(directory, { split, onScore }).catch(() => null);
  return header === null ? null : picker.picked();
}
