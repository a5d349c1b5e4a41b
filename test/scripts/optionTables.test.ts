import { describe, expect, it } from 'vitest';
import { compact, readSection } from '../../scripts/generatedSection.js';
import { OPTIONS, optionTables } from '../../scripts/optionTables.js';
import { readOption, RUN_OPTION_NAMES, RUN_OPTIONS } from '../../src/core/runs/options.js';
import type { RunOption } from '../../src/core/runs/options/runOption.js';

describe('docs/training.md', () => {
  it('has every option as the program has it (npx tsx scripts/optionTables.ts)', () => {
    expect(compact(readSection(OPTIONS))).toBe(compact(optionTables()));
  });

  it.each(RUN_OPTION_NAMES)('shows a value that %s takes', (name) => {
    const option: RunOption = RUN_OPTIONS[name];
    const value = option.type === 'switch' ? true : option.example;
    expect(readOption(name, value)).not.toBeNull();
  });
});
