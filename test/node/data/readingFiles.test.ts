import { gzipSync } from 'node:zlib';
import { describe } from 'vitest';
import { check, file, SKIP_BAD, X_AND_Y, type Input } from './readingInputs.js';

describe('first lines and quotes of tables', () => {
  const rows = 'text;label\r\none;x\r\ntwo;y\r\n';
  check([
    ['name a tab', file('a.csv', 'sep=\t\r\ntext\tlabel\r\none, two\tx\r\nthree\ty\r\n'), X_AND_Y],
    ['name a delimiter behind a byte order mark', file('a.csv', `\ufeffsep=;\r\n${rows}`), X_AND_Y],
    ['name a delimiter in quotes and capitals', file('a.csv', `"SEP=;"\n${rows}`), X_AND_Y],
    [
      'name a delimiter in UTF-16',
      file('a.csv', Buffer.from(`\ufeffsep=;\r\n${rows}`, 'utf16le')),
      X_AND_Y,
    ],
    ['name the delimiter of a .tsv file', file('a.tsv', `sep=;\n${rows}`), X_AND_Y],
    [
      'are sentences and numbers, and doubted',
      file(
        'a.csv',
        'The first text is fine,0.5\nThe second one is bad,0.25\nThe third text is good,0.75\n',
      ),
      { rows: 2, warnings: ['data.firstLineIsRow'] },
    ],
    [
      'are rows if told so',
      {
        ...file('a.tsv', 'The first text is fine\tgood\nA second one\tbad\n'),
        dialect: { hasHeader: false },
      },
      { rows: 2, labels: { good: 1, bad: 1 }, warnings: [] },
    ],
    [
      'are questions of a survey, and not doubted',
      file(
        'a.csv',
        'How was the food that you ate?,Overall rating\nThe first text is fine,good\nA second one is bad,bad\n',
      ),
      { rows: 2, warnings: [] },
    ],
    [
      'repeat names that are not used',
      file('a.csv', 'text,label,note,note,note\na b,x,1,2,3\nc d,y,1,2,3\n'),
      { names: ['text', 'label', 'note', 'note (2)', 'note (3)'], labels: X_AND_Y.labels },
    ],
    [
      'repeat a name that is used',
      file('a.csv', 'text,label,label\na b,x,1\nc d,y,2\n'),
      { refusal: ['data.repeatedColumn'] },
    ],
    ['end with several commas', file('a.csv', 'text,label,,\na,x,,\nb,y,,\n'), X_AND_Y],
    ['end with a comma in some rows only', file('a.csv', 'text,label\na,x,\nb,y\n'), X_AND_Y],
    [
      'are followed by quotes behind blanks',
      file('a.csv', 'text, label\n"a, b", "x"\n "c" , "y"\n'),
      X_AND_Y,
    ],
    [
      'are followed by quotes behind no-break spaces',
      file('a.csv', 'text,label\n"a, b",\u00a0"x"\n"c","y"\n'),
      X_AND_Y,
    ],
    [
      'are followed by backslash escapes',
      {
        ...file('a.csv', 'text,label\n"a \\"quoted\\" one",x\nb\\, c,y\n'),
        dialect: { backslashEscapes: true },
      },
      X_AND_Y,
    ],
    [
      'are followed by escapes that are not asked for',
      file('a.csv', 'text,label\n"a \\"b\\" c",x\n'),
      { refusal: ['data.escapedQuote', 2] },
    ],
  ]);
});

describe('compressed files, encodings and NUL characters', () => {
  const small = 'text,label\na b,x\nc d,y\n';
  const latin = Buffer.from('text,label\ncafé,x\nthé,y\n', 'latin1');
  const nul = '[{"text":"a","label":"x"},{"text":"b\0","label":"y"},{"text":"c","label":"y"}]';
  check([
    [
      'in several gzip members',
      file('a.csv.gz', Buffer.concat([gzipSync('text,label\na,x\n'), gzipSync('b,y\n')])),
      X_AND_Y,
    ],
    ['without the ending of gzip', file('a.csv', gzipSync(small)), X_AND_Y],
    ['with an ending in capitals', file('A.CSV.GZ', gzipSync(small)), X_AND_Y],
    [
      'of sentences',
      file('a.conll.gz', gzipSync('A O\nB X\n\nC O\n')),
      { task: 'token-classification', labels: { O: 2, X: 1 } },
    ],
    [
      'cut off',
      file('a.csv.gz', gzipSync(small).subarray(0, 24)),
      { refusal: ['data.damagedCompression'] },
    ],
    [
      'by the name of Python',
      { ...file('a.csv', latin), dialect: { encoding: 'cp1252' } },
      X_AND_Y,
    ],
    ['by an alias', { ...file('a.csv', latin), dialect: { encoding: 'latin-1' } }, X_AND_Y],
    ['without a name', file('a.csv', latin), { refusal: ['data.otherEncoding', 2] }],
    [
      'with a NUL in a list of JSON',
      { ...file('a.json', nul), ...SKIP_BAD },
      { ...X_AND_Y, rows: 2 },
    ],
    ['with a NUL that is named', file('a.json', nul), { refusal: ['data.nulCharacter', 2] }],
    [
      'with a NUL in values of pandas',
      {
        ...file('a.json', '{"columns":["text","label"],"data":[["a","x"],["b\0","y"],["c","y"]]}'),
        ...SKIP_BAD,
      },
      { ...X_AND_Y, rows: 2 },
    ],
    [
      'with a NUL in a sentence',
      { ...file('a.conll', 'A O\nB\0 X\n\nC O\nD X\n'), ...SKIP_BAD },
      { rows: 1 },
    ],
    [
      'with a block of them at the end',
      { ...file('a.csv', Buffer.concat([Buffer.from(small), Buffer.alloc(4096)])), ...SKIP_BAD },
      { ...X_AND_Y, rows: 2 },
    ],
    [
      'of nothing but NUL characters',
      file('a.csv', Buffer.alloc(4096)),
      { refusal: ['data.binaryFile'] },
    ],
  ]);
});

describe('layouts of JSON', () => {
  const rows = [
    { text: 'Good soup here', label: 'good' },
    { text: 'Bad room there', label: 'bad' },
    { text: 'Cold soup again', label: 'bad' },
  ];
  const lists = rows.map(({ text, label }) => [text, label]);
  const byIndex = (name: 'text' | 'label'): object =>
    Object.fromEntries(rows.map((row, i) => [i, row[name]]));
  const schema = { fields: [{ name: 'index' }], pandas_version: '1.4.0' };
  const layouts = {
    records: rows,
    split: { columns: ['text', 'label'], index: [0, 1, 2], data: lists },
    index: Object.fromEntries(rows.entries()),
    columns: { text: byIndex('text'), label: byIndex('label') },
    values: lists,
    table: { schema, data: rows },
    lists: { text: rows.map(({ text }) => text), label: rows.map(({ label }) => label) },
    wrapped: { version: '1', data: rows },
  };
  check(
    Object.entries(layouts).map(([name, layout]) => [
      name,
      file('a.json', JSON.stringify(layout)),
      { rows: 3, labels: { good: 1, bad: 2 } },
    ]),
  );
  const early = Array.from({ length: 300 }, (_, i) => `{"text":"Text ${i} of many"}\n`).join('');
  check([
    [
      'with a label in late rows only',
      {
        ...file('a.jsonl', `${early}{"text":"c","label":"x"}\n{"text":"d","label":"y"}\n`),
        ...SKIP_BAD,
      },
      X_AND_Y,
    ],
    [
      'with a first row that has another key',
      {
        ...file('a.jsonl', '{"id":1}\n{"text":"a","label":"x"}\n{"text":"b","label":"y","n":1}\n'),
        ...SKIP_BAD,
      },
      { labels: X_AND_Y.labels, names: ['id', 'text', 'label', 'n'] },
    ],
  ]);
});

describe('splits by names', () => {
  const [train, other] = ['text,label\na b,x\nc d,y\n', 'text,label\ne f,x\n'];
  const by = (...names: readonly string[]): Input => ({
    files: Object.fromEntries(
      names.map((name, i) => [name, i === 0 ? train : other.replace('e f', `e f${i}`)]),
    ),
  });
  check([
    [
      'follow dev and test',
      by('train.csv', 'dev.csv', 'test.csv'),
      { splits: { 'train.csv': 'train', 'dev.csv': 'heldOut', 'test.csv': 'test' } },
    ],
    [
      'follow folders',
      by('train/a.csv', 'valid/b.csv', 'test/c.csv'),
      { splits: { 'a.csv': 'train', 'b.csv': 'heldOut', 'c.csv': 'test' } },
    ],
    [
      'follow parts of names',
      by('imdb_trainSet.csv', 'imdb-eval-00000-of-00001.csv'),
      { splits: { 'imdb_trainSet.csv': 'train', 'imdb-eval-00000-of-00001.csv': 'heldOut' } },
    ],
    [
      'follow capitals',
      by('Train.CSV', 'Validation.CSV'),
      { splits: { 'Train.CSV': 'train', 'Validation.CSV': 'heldOut' } },
    ],
    [
      'follow other words',
      by('training.csv', 'holdout.csv', 'testing.csv'),
      { splits: { 'training.csv': 'train', 'holdout.csv': 'heldOut', 'testing.csv': 'test' } },
    ],
    [
      'name files without one',
      by('train.csv', 'test.csv', 'more.csv'),
      { warnings: ['data.splitsByName', 'data.filesWithoutSplit', 'split-labels'] },
    ],
    [
      'are no longer words',
      by('trainees.csv', 'testimony.csv'),
      { splits: { 'trainees.csv': 'none', 'testimony.csv': 'none' } },
    ],
    [
      'are not followed if that is wanted',
      { ...by('train.csv', 'test.csv'), changes: { ignoreSplitNames: true } },
      { splits: { 'train.csv': 'none', 'test.csv': 'none' } },
    ],
  ]);
});
