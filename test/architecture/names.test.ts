import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, sourceFiles } from './sources.js';

const sources = sourceFiles('src', 'webview').filter((file) => !file.startsWith('src/kernels/'));
const baseOf = (file: string): string => path.posix.basename(file, '.ts');

/** The entry of a process or of a page. */
const ENTRY = 'main';

const named = (files: readonly string[], name: RegExp): string[] =>
  files.filter((file) => name.test(baseOf(file)));

const holds = (file: string, content: RegExp): boolean =>
  content.test(readFileSync(path.join(ROOT, file), 'utf8'));

describe('the names of source files', () => {
  it('tell files apart wherever they stand', () => {
    const places = new Map<string, string[]>();
    for (const file of sources) {
      const base = baseOf(file);
      if (base !== ENTRY) places.set(base, [...(places.get(base) ?? []), file]);
    }
    expect([...places.values()].filter(({ length }) => length > 1)).toEqual([]);
  });

  const host = sources.filter((file) => file.startsWith('src/host/'));
  const views = sources.filter((file) => /^(src\/host|webview)\//.test(file));

  it.each([
    [
      'Provider',
      'implements an interface of the editor',
      /class \w+\s+implements vscode\.\w*Provider/,
    ],
    ['Client', 'calls another process', /protocol\/channel\.js|ProcessClient/],
  ])('that end in %s mean one thing: it %s', (suffix, _, content) => {
    const files = named(host, new RegExp(`${suffix}$`));
    expect(files).not.toEqual([]);
    expect(files.filter((file) => !holds(file, content))).toEqual([]);
  });

  it('that begin with register name a function that returns what disposes of it', () => {
    const files = named(host, /^register[A-Z]/);
    const wrong = files.filter((file) => {
      const body = new RegExp(`export function ${baseOf(file)}\\(.*?\\): Disposable \\{`, 's');
      return !holds(file, body);
    });
    expect(wrong).toEqual([]);
  });

  it('that begin with collect stand for pure functions, without the editor or the page', () => {
    const files = named(views, /^collect[A-Z]/);
    expect(files).not.toEqual([]);
    expect(files.filter((file) => holds(file, /from 'vscode'|document\./))).toEqual([]);
  });
});

describe('the places of tests', () => {
  /** Tests of several processes, of what other libraries do, of translations and of the source text itself. */
  const ELSEWHERE = /^test\/(architecture|l10n|parity|process|workbench)\//;
  const tests = sourceFiles('test').filter(
    (file) => file.endsWith('.test.ts') && !ELSEWHERE.test(file),
  );
  const mirrored = new Set(
    [...sources, ...sourceFiles('scripts')].map((file) =>
      file.replace(/^src\//, '').replace(/\.ts$/, ''),
    ),
  );
  const nameOf = (test: string): string => test.slice('test/'.length, -'.test.ts'.length);

  it('are folders of the source', () => {
    const folders = new Set([...mirrored].map((file) => path.posix.dirname(file)));
    expect(tests.filter((test) => !folders.has(path.posix.dirname(nameOf(test))))).toEqual([]);
  });

  it('are beside the file that they are named after', () => {
    const byBase = new Map([...mirrored].map((file) => [path.posix.basename(file), file]));
    const astray = tests.filter((test) => {
      const source = byBase.get(path.posix.basename(nameOf(test)));
      return source !== undefined && !mirrored.has(nameOf(test));
    });
    expect(astray).toEqual([]);
  });
});
