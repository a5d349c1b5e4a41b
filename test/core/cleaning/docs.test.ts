import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CLEANING_STEPS } from '../../../src/core/cleaning/steps.js';
import { decodeReference } from '../../../src/core/cleaning/entities.js';
import { cleaned } from './cleaning.js';

const ROW = /^\| `(\w+)` +\| `(.*?)` +\| `(.*?)` +\|$/gm;
const rows = [...readFileSync('docs/data.md', 'utf8').matchAll(ROW)];
const spelled = (text: string): string => text.replaceAll('↵', '\n').replaceAll('\\|', '|');

describe('docs/data.md', () => {
  it('shows every step in the order in which it is applied', () => {
    expect(rows.map(([, step]) => step)).toEqual(CLEANING_STEPS);
  });

  it.each(CLEANING_STEPS)('shows what %s does', (step) => {
    const [, , before, after] = rows.find(([, name]) => name === step)!;
    const isVisible = step !== 'controls';
    const source = isVisible ? spelled(before!) : before!.replaceAll(/&#x\w+;/g, decodeReference);
    expect(cleaned(source, step)).toBe(spelled(after!));
  });
});
