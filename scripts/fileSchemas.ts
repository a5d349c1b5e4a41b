/**
 * Writes the JSON schemas by which editors complete and check the files that people write: policies,
 * run files, studies and sweeps. They come from the schemas in the code; a unit test compares them.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'prettier';
import { studyFileJsonSchema } from '../src/core/experiments/study/studyFileJsonSchema.js';
import { sweepFileJsonSchema } from '../src/core/experiments/sweep/sweepFileJsonSchema.js';
import { policyJsonSchema } from '../src/core/masking/policy/policyJsonSchema.js';
import { runFileJsonSchema } from '../src/core/specs/runFileJsonSchema.js';

/** Schemas by the name of their file. */
export const FILE_SCHEMAS: Readonly<Record<string, () => object>> = {
  'mask-policy.schema.json': policyJsonSchema,
  'run-file.schema.json': runFileJsonSchema,
  'study-file.schema.json': studyFileJsonSchema,
  'sweep-file.schema.json': sweepFileJsonSchema,
};

async function main(): Promise<void> {
  const folder = path.join(import.meta.dirname, '../media/schemas');
  mkdirSync(folder, { recursive: true });
  for (const [name, schemaOf] of Object.entries(FILE_SCHEMAS)) {
    const text = await format(JSON.stringify(schemaOf()), { parser: 'json', printWidth: 100 });
    writeFileSync(path.join(folder, name), text);
  }
}

if (process.argv[1] === import.meta.filename) void main();
