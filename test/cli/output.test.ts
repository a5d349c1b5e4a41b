import { afterEach, describe, expect, it, vi } from 'vitest';
import { print, printable, printJson } from '../../src/cli/output.js';

afterEach(() => {
  vi.restoreAllMocks();
});

const HOSTILE = 'a\x1b]0;title\x07b\x1b[2J\x9b31m\x7f\r\u202Etxt\b';

describe('printed text', () => {
  it('shows what a terminal would act on', () => {
    expect(printable(HOSTILE)).toBe('a␛]0;title␇b␛[2J<U+009B>31m␡␍<U+202E>txt␈');
  });

  it('keeps lines, tabs and every letter', () => {
    const text = 'Grüße\n\t→ 掩码 👩‍👩‍👧 עברית';
    expect(printable(text)).toBe(text);
  });

  it('reaches the terminal in no other way', () => {
    const lines: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
    print(HOSTILE);
    printJson({ label: HOSTILE });
    for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
    expect(JSON.parse(lines[1]!)).toEqual({ label: HOSTILE });
  });
});
