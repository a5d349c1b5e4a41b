import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { editorTemplates } from '../../scripts/l10nKeys.js';
import { ROOT } from '../architecture/sources.js';

const FOLDER = path.join(ROOT, 'l10n');
const HINT = 'run "npm run l10n" and translate what is empty';

describe.each(readdirSync(FOLDER))('the texts in %s', (name) => {
  const bundle = JSON.parse(readFileSync(path.join(FOLDER, name), 'utf8')) as Record<
    string,
    string
  >;

  it('are those of the editor, all translated', async () => {
    const templates = await editorTemplates(ROOT);
    const missing = [...templates].filter((key) => (bundle[key] ?? '').trim() === '');
    const unused = Object.keys(bundle).filter((key) => !templates.has(key));
    expect({ missing, unused }, HINT).toEqual({ missing: [], unused: [] });
    // Reads every source with the TypeScript compiler.
  }, 240_000);

  it('have the placeholders of the English', () => {
    const differing = Object.entries(bundle).filter(
      ([english, translated]) => placeholders(english) !== placeholders(translated),
    );
    expect(differing).toEqual([]);
  });
});

function placeholders(template: string): string {
  return [...new Set(template.match(/\{\w+\}/g))].sort().join(' ');
}
