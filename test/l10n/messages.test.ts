import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogueTemplates } from '../../scripts/l10nKeys.js';
import { MESSAGES, PROBLEMS } from '../../src/core/messages/catalogue.js';
import { ROOT, sourceFiles } from '../architecture/sources.js';

const FLAG = /(^|\s)--[a-z]/;
const SETTING = /\bmasklab\.[a-z]/;
const AVOIDED_LITERAL = /\{[^}]*[^\w}][^}]*\}/;

describe('messages', () => {
  it('are each used', () => {
    const sources = sourceFiles('src', 'webview')
      .filter((file) => !file.startsWith('src/core/messages/'))
      .concat('src/core/messages/message.ts')
      .map((file) => readFileSync(path.join(ROOT, file), 'utf8'))
      .join('\n');
    const unused = [...Object.keys(MESSAGES), ...Object.keys(PROBLEMS)].filter(
      (id) => !sources.includes(`'${id}'`),
    );
    expect(unused).toEqual([]);
  });

  it('have one text per id: a later room would silently replace an earlier one', () => {
    const ids = sourceFiles('src/core/messages').flatMap((file) => {
      const text = readFileSync(path.join(ROOT, file), 'utf8');
      const kind = (at: number): string => (text.lastIndexOf('_PROBLEMS', at) < 0 ? 'm' : 'p');
      return [...text.matchAll(/^ {2}'?([\w.]+)'?:/gm)].map(
        ({ 1: id = '', index }) => `${kind(index)} ${id}`,
      );
    });
    const known = ids.filter((id) => /[.]/.test(id));
    expect(known.length).toBeGreaterThan(100);
    expect(known.filter((id, i) => known.indexOf(id) !== i)).toEqual([]);
  });

  it('share no id with problems, apart from text shown as it is', () => {
    const both = Object.keys(MESSAGES).filter((id) => Object.hasOwn(PROBLEMS, id));
    expect(both).toEqual(['verbatim']);
  });

  it('name no flag in the editor and no setting on the command line', () => {
    expect(catalogueTemplates('editor').filter((text) => FLAG.test(text))).toEqual([]);
    expect(catalogueTemplates('commandLine').filter((text) => SETTING.test(text))).toEqual([]);
  });

  it('have braces around names alone', () => {
    const templates = [...catalogueTemplates('editor'), ...catalogueTemplates('commandLine')];
    expect(templates.filter((text) => AVOIDED_LITERAL.test(text))).toEqual([]);
  });

  it.each([
    ['flag', FLAG, 'Use --data to name files.'],
    ['setting', SETTING, 'Change masklab.model.'],
    ['brace', AVOIDED_LITERAL, 'Write { "mask": 1 }.'],
  ])('are checked by a pattern that finds a %s', (_, pattern, offence) => {
    expect(offence).toMatch(pattern);
  });
});
