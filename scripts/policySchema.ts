/**
 * Writes the JSON schema of masking policies, which editors complete and check `*.mask.json` by,
 * from the schema in the code. A unit test compares the two.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'prettier';
import { policyJsonSchema } from '../src/core/masking/policy/policyJsonSchema.js';

const file = path.join(import.meta.dirname, '../media/schemas/mask-policy.schema.json');

async function main(): Promise<void> {
  mkdirSync(path.dirname(file), { recursive: true });
  const options = { parser: 'json', printWidth: 100 };
  writeFileSync(file, await format(JSON.stringify(policyJsonSchema()), options));
}

void main();
