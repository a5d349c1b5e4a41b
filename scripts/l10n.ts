/**
 * Brings the editor's translations up to date with its texts: `npm run l10n`. Texts without a
 * translation are added as empty strings, translations without a text are removed. A unit test fails
 * while either is left.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { editorTemplates } from './l10nKeys.js';

const root = path.join(import.meta.dirname, '..');
const folder = path.join(root, 'l10n');

async function main(): Promise<void> {
  const templates = [...(await editorTemplates(root))].sort();
  for (const name of readdirSync(folder).filter((entry) => entry.endsWith('.json'))) {
    const file = path.join(folder, name);
    const known = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
    const bundle = Object.fromEntries(templates.map((key) => [key, known[key] ?? '']));
    writeFileSync(file, `${JSON.stringify(bundle, null, 2)}\n`);
    const missing = templates.filter((key) => bundle[key] === '');
    console.log(`${name}: ${templates.length} texts, ${missing.length} not translated`);
    for (const key of missing) console.log(`  ${JSON.stringify(key)}`);
  }
}

void main();
