import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FILE_SCHEMAS } from '../../scripts/fileSchemas.js';

describe('the JSON schemas of files that people write', () => {
  it.each(Object.keys(FILE_SCHEMAS))(
    '%s is up to date (npx tsx scripts/fileSchemas.ts updates it)',
    (name) => {
      const file = new URL(`../../media/schemas/${name}`, import.meta.url);
      const schema: unknown = JSON.parse(JSON.stringify(FILE_SCHEMAS[name]!()));
      expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(schema);
    },
  );
});
