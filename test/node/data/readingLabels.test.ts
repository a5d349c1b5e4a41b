import { describe } from 'vitest';
import { check, csv, file, jsonl, SEVERAL, SKIP_BAD, table, type Seen } from './readingInputs.js';

describe('long integers', () => {
  const near = { '9007199254740992': 2, '9007199254740993': 2 };
  const numbers = ['9007199254740993', '9007199254740992', '9007199254740993', '9007199254740992'];
  check([
    ['in JSON are different labels', jsonl(...numbers), { labels: near, warnings: [] }],
    ['in tables are different labels', csv(...numbers), { labels: near, warnings: [] }],
    [
      'below zero keep their digits',
      {
        ...jsonl('-9223372036854775808', '-9223372036854775807'),
        options: { task: 'classification' },
      },
      { labels: { '-9223372036854775808': 1, '-9223372036854775807': 1 }, warnings: [] },
    ],
  ]);
});

describe('numbers', () => {
  const regression = (warnings: readonly string[] = ['data.numberNotation']): Partial<Seen> => ({
    task: 'regression',
    warnings,
  });
  check([
    ['have a decimal comma and an exponent', csv('1,5e-3', '2,0E+4', '3,25e2'), regression()],
    ['have groups as in India', csv('1,23,456.5', '12,34,567.25', '3.5'), regression()],
    ['have apostrophes', csv("1'234.5", '12', "7'000.25"), regression()],
    ['have narrow no-break spaces', csv('1\u202f234,5', '12,0', '7\u00a0000,25'), regression()],
    ['have a currency sign before', csv('$1,234.50', '$12.00', '$8.5'), regression()],
    ['have a currency sign behind', csv('1.234,50 €', '12,00 €', '7.000,25 €'), regression()],
    ['have full-width digits', csv('１．５', '２．５', '３．２５'), regression()],
    ['have a minus sign', csv('\u22121.5', '2.5', '\u22123.25'), regression()],
    ['have percent signs', csv('12,5 %', '7 %', '8,25%'), regression()],
    ['have an exponent', csv('1.5e-3', '2E+4', '3e2'), regression([])],
    [
      'in two notations are named',
      csv('1,5', '2.5', '3,25', '4.5', '5,5'),
      { warnings: ['data.oddNumber'] },
    ],
    [
      'that are missing are named',
      csv('0', '1', 'nan', '1', '0'),
      { warnings: ['data.missingNumbers'] },
    ],
    ['that are infinite are refused', csv('1.5', 'inf', '2.5'), { refusal: ['data.notNumber', 3] }],
    [
      'that are infinite in JSON are refused',
      jsonl('1.5', '-Infinity', '2.5'),
      { refusal: ['data.notLabel', 2] },
    ],
    [
      'that are NaN in JSON cost their row',
      { ...jsonl('1.5', 'NaN', '2.5', '3.25'), ...SKIP_BAD },
      {
        ...regression(['data.inputSkipped', 'missing-labels']),
        labels: { '1.5': 1, '2.5': 1, '3.25': 1 },
      },
    ],
  ]);
});

describe('lists of labels', () => {
  const ab = { ...SEVERAL, labels: { a: 2, b: 2 } };
  check([
    ['of Python', csv("['a', 'b']", "['a']", "['b']", '[]'), ab],
    ['as tuples of Python', csv("('a', 'b')", "('a',)", "('b',)", '()'), ab],
    ['as sets of Python', csv("{'a', 'b'}", "{'a'}", "{'b'}", 'set()'), ab],
    ['as arrays of NumPy', csv("array(['a', 'b'], dtype=object)", "array(['a'])", "['b']"), ab],
    ['as NumPy prints them', csv("['a' 'b']", "['a']", "['b']"), ab],
    ['as numbers of NumPy', csv('[0 1]', '[1]', '[0]'), { ...SEVERAL, labels: { '0': 2, '1': 2 } }],
    ['of JSON in a table', file('a.tsv', table(['["a", "b"]', '["a"]', '["b"]'], '\t')), ab],
    [
      'of JSON in quotes',
      file('a.csv', table(['"[""a"", ""b""]"', '"[""a""]"', '"[""b""]"'], ',')),
      ab,
    ],
    ['of Python in JSON', jsonl("\"['a', 'b']\"", '"[\'a\']"', '"[\'b\']"'), ab],
    [
      'in brackets without quotes',
      csv('[a, b]', '[a]', '[b]'),
      { ...ab, warnings: ['data.labelsSeparated'] },
    ],
    [
      'as arrays of PostgreSQL',
      csv('{a,b}', '{a}', '{b}'),
      { ...ab, warnings: ['data.labelsSeparated'] },
    ],
    [
      'with blanks',
      csv('joy anger', 'joy', 'anger', 'anger joy'),
      { ...SEVERAL, labels: { joy: 3, anger: 3 } },
    ],
    ['with commas', csv('a, b', 'a', 'b'), ab],
    ['with slashes', csv('a/b', 'a', 'b'), ab],
    [
      'with a label that occurs once',
      csv('a|b', 'a', 'b', 'a|c'),
      { ...SEVERAL, labels: { a: 3, b: 2, c: 1 } },
    ],
    ['are not phrases', csv('very good', 'good', 'bad', 'very bad'), { task: 'classification' }],
    [
      'are not categories and their parts',
      csv('news|home', 'news|world', 'news|local', 'sport|ball'),
      { task: 'classification' },
    ],
    [
      'are not words in brackets',
      csv('[spam]', '[ham]', '[spam]'),
      { task: 'classification', labels: { '[spam]': 2, '[ham]': 1 } },
    ],
    ['are not words in parentheses', csv('(a)', '(b)', '(1)'), { task: 'classification' }],
  ]);
});

describe('labels that look alike', () => {
  const warned = { warnings: ['look-alike-labels'] };
  check([
    [
      'by the format of numbers',
      { ...csv('0', '0.0', '1', '01'), options: { task: 'classification' } },
      warned,
    ],
    ['by case and blanks', csv('Good', 'good', 'new\u00a0york', 'new  york'), warned],
    ['by the German sharp s', csv('straße', 'STRASSE', 'c', 'c'), warned],
    ['by Cyrillic letters', csv('cat', 'c\u0430t', 'dog', 'dog'), warned],
    ['by quotes and dashes', csv('don’t', "don't", 'a–b', 'a-b'), warned],
    ['by full width and invisible characters', csv('ＡＢ', 'AB', 'c', 'c\u200b'), warned],
    ['by Unicode form', csv('cafe\u0301', 'caf\u00e9', 'c', 'd'), warned],
    ['in tags', file('a.conll', 'A B-PER\nB b-per\nC O\n\nD B-PER\nE O\n'), warned],
    ['but are different numbers', csv('10', '100', '1', '-1', '10', '100'), { warnings: [] }],
  ]);
});

describe('words and tags', () => {
  check([
    [
      'keep no-break spaces',
      file('a.conll', '10\u202f000 B-NUM\nprix O\n\n10\u00a0000 B-NUM\nx O\n'),
      { labels: { 'B-NUM': 2, O: 2 } },
    ],
    [
      'have an empty word before a tab',
      file('a.conll', 'a\tO\n\tB-Y\nprix\tB-X\n\nC\tO\n'),
      { labels: { O: 2, 'B-X': 1 }, rows: 2 },
    ],
    [
      'have words with blanks before a tab',
      file('a.conll', 'New York\tB-LOC\nis\tO\n\nC\tO\n'),
      { labels: { 'B-LOC': 1, O: 2 } },
    ],
    [
      'have a word without a tag',
      file('a.conll', 'a O\nb\n\nc O\n'),
      { refusal: ['data.wordWithoutTag', 2] },
    ],
    [
      'have a missing word',
      file(
        'a.jsonl',
        '{"tokens":["a",null,"b"],"ner_tags":["O","B-X","O"]}\n{"tokens":["a","c"],"ner_tags":["O","B-Y"]}\n',
      ),
      { task: 'token-classification', rows: 2 },
    ],
    [
      'have a word that is an object',
      file('a.jsonl', '{"tokens":["a",{"x":1}],"ner_tags":["O","B-X"]}\n'),
      { refusal: ['data.notWord', 1] },
    ],
    [
      'are lists of Python',
      file('a.csv', "tokens;ner_tags\n['a', 'b'];['O', 'B-X']\n['c', 'd'];['O', 'B-Y']\n"),
      { task: 'token-classification', labels: { O: 2, 'B-X': 1, 'B-Y': 1 } },
    ],
  ]);
});
