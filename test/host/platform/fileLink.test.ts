import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileLink } from '../../../src/host/platform/fileLink.js';

const folder = path.resolve('/work/space');

describe('links to lines of files', () => {
  it('are relative to the folder of the workspace', () => {
    expect(fileLink('data/test.csv', { folder, line: 7 })).toBe('/data/test.csv#L7');
    expect(fileLink(path.join(folder, 'test.csv'), { folder, line: 1 })).toBe('/test.csv#L1');
  });

  it('are none for files elsewhere, and for names that no address can have', () => {
    expect(fileLink('../other.csv', { folder, line: 7 })).toBeNull();
    expect(fileLink('/etc/passwd', { folder, line: 7 })).toBeNull();
    expect(fileLink('.', { folder, line: 7 })).toBeNull();
    expect(fileLink('a\ud800.csv', { folder, line: 7 })).toBeNull();
  });

  it.each([
    'a b.csv',
    'x) [y](command:run',
    'a"b\'c.csv',
    '50%.csv',
    '文 本#L9?q.csv',
    'line\nbreak.csv',
    '<b>_x_*y*`z`|',
  ])('hold the name %j as data only', (name) => {
    const link = fileLink(name, { folder, line: 3 })!;
    expect(link).toMatch(/^\/[\w.%-]+#L3$/);
    expect(link.slice(1, -3)).not.toMatch(/_/);
    expect(decodeURIComponent(link.slice(1, -3))).toBe(name);
  });
});
