import { describe, expect, it } from 'vitest';
import { COMMANDS_SECTION, commandSections } from '../../scripts/commandLinePage.js';
import { compact, readSection } from '../../scripts/generatedSection.js';

describe('docs/command-line.md', () => {
  it('has every command as the program has it (npx tsx scripts/commandLinePage.ts)', () => {
    expect(compact(readSection(COMMANDS_SECTION))).toBe(compact(commandSections()));
  });
});
