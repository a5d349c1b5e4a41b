/**
 * Prints the results of the study of classifier defaults as Markdown tables.
 *
 *     npx tsx scripts/studies/classifierReport.ts
 */
import fs from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { STUDIES, STUDY_SETS } from './studyData.js';

const resultSchema = z.object({
  set: z.string(),
  variant: z.string(),
  seed: z.int(),
  accuracy: z.number(),
  loss: z.number().nullable(),
  beforeLoss: z.number().optional(),
});
type Result = z.infer<typeof resultSchema>;

const results = fs
  .readFileSync(path.join(STUDIES, 'classifierDefaults.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => resultSchema.parse(JSON.parse(line)));

/** `76.6 ± 3.6 (3)`: mean and standard deviation over seeds, and their number. */
function summary(found: readonly Result[]): string {
  if (found.length === 0) return '–';
  const values = found.map(({ accuracy }) => 100 * accuracy);
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  if (values.length === 1) return `${mean.toFixed(1)} (1)`;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (values.length - 1));
  return `${mean.toFixed(1)} ± ${deviation.toFixed(1)} (${values.length})`;
}

const sets = STUDY_SETS.map(({ name }) => name);
const variants = [...new Set(results.map(({ variant }) => variant))];
console.log(`| variant | ${sets.join(' | ')} |`);
console.log(`|---|${sets.map(() => '---|').join('')}`);
for (const variant of variants) {
  const cells = sets.map((set) =>
    summary(results.filter((result) => result.set === set && result.variant === variant)),
  );
  console.log(`| ${variant} | ${cells.join(' | ')} |`);
}
