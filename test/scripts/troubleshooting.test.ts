import { describe, expect, it } from 'vitest';
import { compact, readSection } from '../../scripts/generatedSection.js';
import { ERRORS, errorTables } from '../../scripts/troubleshooting.js';
import { PROBLEMS } from '../../src/core/messages/catalogue.js';

describe('docs/troubleshooting.md', () => {
  it('has every error with its remedy (npx tsx scripts/troubleshooting.ts)', () => {
    expect(compact(readSection(ERRORS))).toBe(compact(errorTables()));
  });

  it('names each error code once', () => {
    const codes = [...readSection(ERRORS).matchAll(/^\| `([\w.]+)`/gm)].map(([, code]) => code);
    expect(codes.sort()).toEqual(
      Object.keys(PROBLEMS)
        .filter((code) => code !== 'verbatim')
        .sort(),
    );
  });

  it('has one section for codes of models, whatever their prefix', () => {
    const headings = [...readSection(ERRORS).matchAll(/^### (.+)$/gm)].map(
      ([, heading]) => heading,
    );
    expect(headings.filter((heading) => heading?.startsWith('Model'))).toEqual(['Model']);
    expect(headings).toContain('Process');
    expect(headings.at(-1)).toBe('Other');
  });

  it('says what both readers see, and lists remedies that depend on the case', () => {
    expect(readSection(ERRORS)).toMatch(/resume with --take-over/);
    expect(readSection(ERRORS)).toMatch(/`process\.crashed`.* Or: /);
  });
});
