import { describe, expect, it } from 'vitest';
import { isPlainlyEnglish } from '../../../src/core/profile/plainEnglish.js';

describe('plain English', () => {
  it('is prose with the function words of English', () => {
    const prose = 'The captain looked at the sea for a long time and then went down to his cabin.';
    expect(isPlainlyEnglish(prose)).toBe(true);
    expect(isPlainlyEnglish(prose.toUpperCase())).toBe(true);
  });

  it.each([
    'Der Kapitän sah lange auf das Meer hinaus und sagte nichts.',
    'De kapitein keek lang naar de zee en zei dat hij of zijn vrouw of het kind dit zag.',
    'To je to, co to bylo, a to se to tak stalo, že to nikdo neviděl.',
    'Det var en aften, og han havde and og the and the and the.',
    'API, JSON, HTTP, TLS, DNS, CPU, GPU, RAM',
    '',
  ])('is not certain of: %s', (text) => {
    expect(isPlainlyEnglish(text)).toBe(false);
  });
});
