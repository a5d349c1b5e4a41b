import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { shellCommand } from '../../../src/core/specs/shellCommand.js';

const WORDS = [
  ...['plain', '', "it's", 'two words', '$HOME', '`id`', '!notes/**', 'a"b', 'back\\slash'],
  ...['*.txt', '~', '#x', '-dash', 'line\nbreak', 'caf\u00e9', '&|;<>()', '%PATH%', '\u2019'],
];

it('passes every word on unchanged in a POSIX shell', () => {
  const command = shellCommand(
    [process.execPath, '-p', 'JSON.stringify(process.argv.slice(1))', '--', ...WORDS],
    'posix',
  );
  const out = execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' });
  expect(JSON.parse(out)).toEqual(WORDS);
});

it('quotes for PowerShell, which passes double quotes on behind backslashes', () => {
  const words = ["it's", 'a b', 'a"b', '\u2019', 'plain', '--x=', 'a\\"b'];
  expect(shellCommand(words, 'powershell')).toBe(
    `'it''s' 'a b' 'a\\"b' '\u2019\u2019' plain --x= 'a\\\\\\"b'`,
  );
});
