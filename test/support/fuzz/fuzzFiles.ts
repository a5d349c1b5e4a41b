import fs from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describeError, toAppErrorData, type AppErrorData } from '../../../src/core/errors.js';
import { ENGLISH } from '../../../src/core/messages/render.js';
import { randomStream } from '../../../src/core/random.js';
import { fuzzSubjects } from './fuzzSubjects.js';
import { mutateBytes } from './mutateBytes.js';

/** A changed file that was not read as it should be. */
export interface Finding {
  readonly seed: number;
  readonly file: string;
  readonly problem: string;
}

export interface FuzzOptions {
  readonly folder: string;
  readonly firstSeed: number;
  /** Whether to try another one. */
  readonly continues: (tried: number) => boolean;
  readonly onFinding?: (finding: Finding, content: Buffer) => void;
}

/** Processor time for files of a few kilobytes; what takes longer would take hours for large ones. */
const MOST_MILLISECONDS = 5_000;
/** Time including waiting, in which other work of the machine has its share. */
const MOST_WAITED = 60_000;
const MOST_BYTES = 500_000_000;

/**
 * Changes valid files of every kind, in turn, and reads them. Each must give a value, or an error of
 * ours that names the file and has a remedy, in bounded time and memory, and leave the folder as it was.
 */
export async function fuzzFiles(
  options: FuzzOptions,
): Promise<{ tried: number; found: Finding[] }> {
  const { folder, firstSeed, continues, onFinding } = options;
  const subjects = await fuzzSubjects(folder);
  const names = namesBelow(folder);
  const found: Finding[] = [];
  let tried = 0;
  for (; continues(tried); tried++) {
    const seed = firstSeed + tried;
    const subject = subjects[seed % subjects.length]!;
    const content = mutateBytes(subject.content, randomStream('fuzz', seed));
    const file = path.join(folder, subject.file);
    fs.writeFileSync(file, content);
    const report = (problem: string): void => {
      const finding = { seed, file: subject.file, problem };
      found.push(finding);
      onFinding?.(finding, content);
    };
    const started = performance.now();
    const worked = process.cpuUsage();
    const memory = process.memoryUsage().rss;
    try {
      for (const error of await subject.read(folder))
        judge(error as AppErrorData, subject.file, report);
    } catch (thrown) {
      judge(toAppErrorData(thrown), subject.file, report);
    }
    const took = performance.now() - started;
    const { user, system } = process.cpuUsage(worked);
    const work = (user + system) / 1000;
    if (work > MOST_MILLISECONDS) report(`took ${Math.round(work)} ms of processor time`);
    if (took > MOST_WAITED) report(`took ${Math.round(took)} ms`);
    const more = process.memoryUsage().rss - memory;
    if (more > MOST_BYTES) report(`took ${more} bytes`);
    fs.writeFileSync(file, subject.content);
    if (!isDeepStrictEqual(namesBelow(folder), names)) report('changed the folder');
  }
  return { tried, found };
}

function judge(error: AppErrorData, file: string, report: (problem: string) => void): void {
  const { message, remedy } = describeError(error, ENGLISH);
  if (error.code === 'Internal') report(message);
  else if (remedy === '') report(`has no remedy: ${message}`);
  else if (!JSON.stringify(error.details).includes(path.basename(file)))
    report(`is not named: ${message}`);
}

function namesBelow(folder: string): string[] {
  return fs.readdirSync(folder, { recursive: true }).map(String).sort();
}
