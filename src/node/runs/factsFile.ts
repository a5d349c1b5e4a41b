import fs from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { parseJsonText } from '../../core/jsonText.js';
import { runFactsSchema, type RunFacts } from '../../core/specs/runFacts.js';
import { readText } from '../files/regularFile.js';
import { writeJsonAtomically } from '../files/storage.js';
import { packageVersions } from './packageVersions.js';
import type { Stamped } from './stampedFiles.js';

/** Facts of tens of thousands of runs. */
const MAX_BYTES = 1 << 28;

const factsFileSchema = z.object({
  version: z.literal(1),
  /** The release that summarized the specs; another one may summarize them differently. */
  masklab: z.string(),
  /** By the path of `run.json`. */
  runs: z.record(z.string(), z.object({ stamp: z.string(), value: runFactsSchema })),
});

/** Facts of runs that an earlier session of this release stored; none if they cannot be read. */
export async function readFactsFile(file: string): Promise<Map<string, Stamped<RunFacts>>> {
  try {
    const content: unknown = parseJsonText(await readText(file, MAX_BYTES));
    const { masklab, runs } = factsFileSchema.parse(content);
    return new Map(masklab === packageVersions().masklab ? Object.entries(runs) : []);
  } catch {
    return new Map();
  }
}

/** Stores facts for the next session. Rejects with `Storage`. */
export async function writeFactsFile(
  file: string,
  facts: ReadonlyMap<string, Stamped<RunFacts>>,
): Promise<void> {
  const content: z.infer<typeof factsFileSchema> = {
    version: 1,
    masklab: packageVersions().masklab!,
    runs: Object.fromEntries(facts),
  };
  await fs.promises.mkdir(path.dirname(file), { recursive: true });
  await writeJsonAtomically(file, content);
}
