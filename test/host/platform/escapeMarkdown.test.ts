import { describe, expect, it } from 'vitest';
import { escapeMarkdown, inlineCode } from '../../../src/host/platform/escapeMarkdown.js';

describe('escapeMarkdown', () => {
  it('leaves nothing that Markdown, a table, HTML or an icon could be made of', () => {
    expect(escapeMarkdown('a*b <i> $(x) [l](u) & `c` | 1. -')).toBe(
      'a\\*b \\<i\\> \\$\u2060\\(x\\) \\[l\\]\\(u\\) &amp; \\`c\\` \\| 1\\. \\-',
    );
  });

  it('leaves no link, and nothing that ends a piece of code', () => {
    expect(escapeMarkdown('see https://attacker.example/x')).toBe(
      'see https&#58;//attacker\\.example/x',
    );
    expect(inlineCode('a`\n\n![](https://attacker.example) b')).toBe(
      "`a' ![](https://attacker.example) b`",
    );
  });

  it('keeps to one line', () => {
    expect(escapeMarkdown('a\r\n\n  b\tc')).toBe('a b c');
  });
});
