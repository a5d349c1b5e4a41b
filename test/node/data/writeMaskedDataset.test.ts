import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DataSelection } from '../../../src/core/data/dataSelection.js';
import { selectionIn } from '../../support/selection.js';
import { BUNDLED_MODEL_FOLDER } from '../../../src/core/models/bundled.js';
import { parseTokenizer } from '../../../src/core/tokenizer/definition/parseTokenizer.js';
import type {
  MaskedRecord,
  WrittenMask,
} from '../../../src/node/data/datasetWriters/maskedRecord.js';
import {
  datasetManifestSchema,
  manifestFileOf,
} from '../../../src/node/data/datasetWriters/manifest.js';
import { maskDataset, type MaskDatasetOptions } from '../../../src/node/data/writeMaskedDataset.js';

const modelFolder = path.join(import.meta.dirname, '../../..', BUNDLED_MODEL_FOLDER);
const tokenizer = parseTokenizer(
  JSON.parse(fs.readFileSync(path.join(modelFolder, 'tokenizer.json'), 'utf8')),
);
const { max_position_embeddings: MAX_LENGTH } = JSON.parse(
  fs.readFileSync(path.join(modelFolder, 'config.json'), 'utf8'),
) as { max_position_embeddings: number };

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-dataset-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

const write = (name: string, content: string): string => {
  fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  fs.writeFileSync(path.join(folder, name), content);
  return name;
};
const read = (name: string): string => fs.readFileSync(path.join(folder, name), 'utf8');

type Row = Omit<MaskedRecord, 'text' | 'masks' | 'inputs' | 'columns'> & {
  text: string;
  masks: WrittenMask[];
  input_ids: number[];
  attention_mask: number[];
  labels: number[];
} & Record<string, unknown>;

const rowsOf = (name: string): Row[] =>
  read(name)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);

const POLICY = { version: 1, seed: 7, unit: 'word', rate: 0.3 };

const mask = (
  data: readonly string[],
  out: string,
  {
    policy = POLICY,
    selection = {},
    ...options
  }: Partial<Omit<MaskDatasetOptions, 'policy' | 'selection'>> & {
    policy?: object;
    selection?: Partial<DataSelection>;
  } = {},
) =>
  maskDataset({
    policy: {
      text: JSON.stringify(policy),
      file: path.join(folder, 'p.mask.json'),
      workspaceFolder: null,
    },
    selection: selectionIn(folder, data, selection),
    out,
    modelFolder,
    ...options,
  });

const PROSE = `The captain walked the deck.
He saw the white whale again.

Nobody spoke: the men were afraid — of him 🐋 and of the sea.

Then the boats were lowered.
`;

/** Puts what a mask says in its place. */
function applied({ text, masks }: Row): string {
  let result = '';
  let at = 0;
  for (const { start, end, replacement } of masks) {
    result += text.slice(at, start) + replacement;
    at = end;
  }
  return result + text.slice(at);
}

describe('maskDataset', () => {
  it('writes a record a paragraph with its masks, and tells all about it beside', async () => {
    write('a.txt', PROSE);
    const manifest = await mask(['a.txt'], 'out.jsonl');
    const rows = rowsOf('out.jsonl');
    expect(rows.map(({ source }) => source)).toEqual(['a.txt:1', 'a.txt:4', 'a.txt:6']);
    for (const row of rows) {
      for (const { start, end, original } of row.masks) {
        expect(row.text.slice(start, end)).toBe(original);
      }
      expect(row.maskedText).toBe(applied(row));
    }
    const masks = rows.flatMap((row) => row.masks);
    expect(masks.length).toBeGreaterThan(4);
    const written = datasetManifestSchema.parse(JSON.parse(read('out.jsonl.manifest.json')));
    expect(written).toEqual(manifest);
    expect(written).toMatchObject({ seed: 7, oneWay: false, format: 'jsonl' });
    expect(written.counts).toMatchObject({ records: 3, masks: masks.length });
    expect(written.data).toEqual([
      {
        file: 'a.txt',
        bytes: Buffer.byteLength(PROSE),
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      },
    ]);
  });

  it('masks a text alike whatever file it stands in and whatever comes before it', async () => {
    const paragraphs = PROSE.split('\n\n');
    write('a.txt', PROSE);
    write('1.txt', paragraphs[2]!);
    write('2.txt', `${paragraphs[1]!}\n\n${paragraphs[0]!}`);
    await mask(['a.txt'], 'a.jsonl');
    await mask(['2.txt', '1.txt'], 'b.jsonl');
    const byText = (name: string): Map<string, string> =>
      new Map(rowsOf(name).map((row) => [row.text.trim(), row.maskedText.trim()]));
    expect(byText('b.jsonl')).toEqual(byText('a.jsonl'));
    await mask(['a.txt'], 'c.jsonl', { seed: 8 });
    expect(byText('c.jsonl')).not.toEqual(byText('a.jsonl'));
  });

  it('names rules, and counts what they found and masked', async () => {
    write('a.txt', 'The whale and the whale and the ship and Ahab.\n');
    const policy = {
      version: 1,
      rate: 0,
      replace: { mask: 1, random: 0, keep: 0 },
      always: ['Ahab'],
      rules: [{ name: 'sea', words: ['whale', 'ship', 'sea'] }],
    };
    const manifest = await mask(['a.txt'], 'out.jsonl', { policy });
    expect(rowsOf('out.jsonl')[0]!.masks.map(({ original, rule }) => [original, rule])).toEqual([
      ['whale', 'sea'],
      ['whale', 'sea'],
      ['ship', 'sea'],
      ['Ahab', 'always'],
    ]);
    expect(manifest.rules).toEqual([
      { name: 'always', found: 1, masked: 1, rate: 1 },
      { name: 'sea', found: 3, masked: 3, rate: 1 },
    ]);
  });

  it('counts words in a first pass where a rule needs it', async () => {
    write('a.txt', 'the sea\n\nthe sea\n\nthe harpoon\n');
    const policy = {
      version: 1,
      rate: 0,
      replace: { mask: 1, random: 0, keep: 0 },
      rules: [{ name: 'key', keywords: { top: 1 } }],
    };
    const messages = new Set<string>();
    await mask(['a.txt'], 'out.jsonl', {
      policy,
      onProgress: ({ message }) => messages.add(message.id),
    });
    expect(messages).toEqual(new Set(['dataset.countingWords', 'dataset.masking']));
    expect(
      rowsOf('out.jsonl')
        .at(-1)!
        .masks.map(({ original }) => original),
    ).toEqual(['harpoon']);
  });

  it('gives a collator ids and labels, cut to what the model takes', async () => {
    write('a.txt', `${'the sea and the ship '.repeat(60)}\n\nthe sea\n`);
    const manifest = await mask(['a.txt'], 'out.jsonl', { withInputs: true });
    const [long, short] = rowsOf('out.jsonl') as [Row, Row];
    expect(manifest.counts.truncated).toBe(1);
    expect(long.input_ids.length).toBe(MAX_LENGTH);
    for (const { text, input_ids: ids, labels, attention_mask: attention, masks } of [
      long,
      short,
    ]) {
      const originals = tokenizer.frame(tokenizer.encode(text).ids.subarray(0, MAX_LENGTH - 2)).ids;
      expect(attention).toEqual(ids.map(() => 1));
      expect(labels.length).toBe(ids.length);
      expect(ids[0]).toBe(tokenizer.special.cls);
      expect(ids.at(-1)).toBe(tokenizer.special.sep);
      labels.forEach((label, i) => {
        if (label === -100) expect(ids[i]).toBe(originals[i]);
        else expect(label).toBe(originals[i]);
      });
      if (masks.length > 0) expect(labels.some((label) => label !== -100)).toBe(true);
    }
  });
});

describe('formats', () => {
  const TABLE = 'id,review,stars\n1,"The ship, it ""sank"".",2\n2,"A fine\nvoyage by sea.",5\n';

  it('carries the columns of tables through', async () => {
    write('t.csv', TABLE);
    const manifest = await mask(['t.csv'], 'out.jsonl');
    expect(manifest.columns).toEqual({ carried: ['id', 'stars'], left: ['review'] });
    expect(rowsOf('out.jsonl').map(({ text, id, stars }) => [text, id, stars])).toEqual([
      ['The ship, it "sank".', '1', '2'],
      ['A fine\nvoyage by sea.', '2', '5'],
    ]);
  });

  it('writes the same to CSV as to JSON lines', async () => {
    write('t.csv', TABLE);
    await mask(['t.csv'], 'out.jsonl', { withInputs: true });
    await mask(['t.csv'], 'out.csv', { withInputs: true });
    const rows = parse(read('out.csv'), { columns: true }) as unknown as Record<string, string>[];
    const lists = ['masks', 'input_ids', 'attention_mask', 'labels'];
    const read2 = rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [
          name,
          lists.includes(name) ? (JSON.parse(value) as unknown) : value,
        ]),
      ),
    );
    expect(read2).toEqual(rowsOf('out.jsonl'));
  });

  it('writes the same to Parquet as to JSON lines, with types', async () => {
    const rows = Array.from({ length: 300 }, (_, i) => ({
      review: `The ship number ${i} went to sea${i % 3 === 0 ? ' 🐋' : ''}.`,
      label: i % 5,
      weight: i === 7 ? null : i / 4,
      ok: i % 2 === 0,
      tags: ['a', i],
    }));
    write('t.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'));
    await mask(['t.jsonl'], 'out.jsonl', { withInputs: true });
    await mask(['t.jsonl'], 'out.parquet', { withInputs: true });
    const file = await asyncBufferFromFile(path.join(folder, 'out.parquet'));
    const written = await parquetReadObjects({ file });
    expect(written).toEqual(
      rowsOf('out.jsonl').map((row) => ({ ...row, tags: JSON.stringify(row['tags']) })),
    );
    expect(written[3]).toMatchObject({ label: 3, weight: 0.75, ok: false });
  });

  it('refuses a Parquet column that changes its type, naming the row', async () => {
    const early = Array.from({ length: 20_000 }, (_, i) => ({ text: `sea ${i}`, n: i }));
    const rows = [...early, { text: 'the ship', n: 'many' }];
    write('t.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'));
    await expect(mask(['t.jsonl'], 'out.parquet')).rejects.toMatchObject({
      data: { code: 'Data', details: { file: 't.jsonl', row: 20_001, column: 'n' } },
    });
    expect(fs.readdirSync(folder)).toEqual(['t.jsonl']);
  });

  it('writes plain text with an empty line between the records', async () => {
    write('a.txt', PROSE);
    await mask(['a.txt'], 'out.txt');
    await mask(['a.txt'], 'out.jsonl');
    const masked = rowsOf('out.jsonl').map(({ maskedText }) => maskedText);
    expect(read('out.txt')).toBe(`${masked.join('\n\n')}\n`);
  });

  it('refuses an ending that says no format', async () => {
    write('a.txt', PROSE);
    await expect(mask(['a.txt'], 'out.xlsx')).rejects.toMatchObject({
      data: { code: 'UserInput' },
    });
  });
});

describe('one-way redaction', () => {
  const PII = {
    version: 1,
    rate: 0,
    replace: { mask: 1, random: 0, keep: 0 },
    always: ['Queequeg'],
    rules: [
      { name: 'mail', personalData: ['email', 'phone', 'card'], replaceWith: '<PII>' },
      { name: 'people', words: ['Elijah Coffin', 'Bildad'] },
      { name: 'cases', pattern: 'CASE-\\d+' },
    ],
  };
  const ORIGINALS = [
    ...['Queequeg', 'ahab@pequod.example', 'Elijah', 'Coffin', 'Bildad', 'CASE-4711', '4711'],
    ...['4111 1111 1111 1111', '1111'],
  ];
  const LETTER = `Queequeg wrote to ahab@pequod.example about CASE-4711.

He paid with 4111 1111 1111 1111, said Elijah Coffin; Bildad agreed.
`;

  it.each(['jsonl', 'csv', 'parquet', 'txt'])(
    'leaves no original anywhere in %s',
    async (format) => {
      write('letter.txt', LETTER);
      write(
        't.csv',
        'note,author,mail\n"Mail ahab@pequod.example, Bildad.",Bildad,ahab@pequod.example\n',
      );
      const out = `out.${format}`;
      const data = format === 'txt' ? ['letter.txt'] : ['letter.txt', 't.csv'];
      await mask(data, out, {
        policy: PII,
        oneWay: true,
        withInputs: true,
        selection: { skipBad: true },
      });
      const all =
        fs.readFileSync(path.join(folder, out)).toString('latin1') + read(manifestFileOf(out));
      for (const original of ORIGINALS) {
        expect(all.toLowerCase()).not.toContain(original.toLowerCase());
      }
      expect(all).toContain('<PII>');
    },
  );

  it.each(['jsonl', 'csv', 'parquet'])(
    'leaves no original in the names of files, folders, columns and rules of %s',
    async (format) => {
      write('ahab@pequod.example/Bildad.txt', 'Queequeg came.\n\nBildad left.\n');
      write('ahab@pequod.example/t.csv', 'note,ahab@pequod.example\n"CASE-4711, Bildad.",1\n');
      const rules = [...PII.rules, { name: 'Elijah Coffin', words: ['Elijah'] }];
      const out = `out.${format}`;
      await mask(['ahab@pequod.example'], out, { policy: { ...PII, rules }, oneWay: true });
      const all =
        fs.readFileSync(path.join(folder, out)).toString('latin1') + read(manifestFileOf(out));
      for (const original of ORIGINALS) {
        expect(all.toLowerCase()).not.toContain(original.toLowerCase());
      }
      // Records of one file can still be told from those of another.
      expect(new Set(all.match(/file-\d/g))).toEqual(new Set(['file-1', 'file-2']));
    },
  );

  it('writes no hash that a guess of a short file or a word list could be checked by', async () => {
    write('letter.txt', LETTER);
    const { policyHash, data } = await mask(['letter.txt'], 'out.jsonl', {
      policy: PII,
      oneWay: true,
    });
    expect(policyHash).toBeNull();
    expect(data).toEqual([{ file: 'file-1', bytes: Buffer.byteLength(LETTER), sha256: null }]);
    const manifest = read(manifestFileOf('out.jsonl'));
    expect(manifest).not.toMatch(/[0-9a-f]{64}/);
    expect(datasetManifestSchema.safeParse(JSON.parse(manifest)).success).toBe(true);
  });

  it('says where in the masked text something was', async () => {
    write('letter.txt', LETTER);
    await mask(['letter.txt'], 'out.jsonl', { policy: PII, oneWay: true });
    for (const { maskedText, masks } of rowsOf('out.jsonl')) {
      expect(masks.length).toBeGreaterThan(1);
      for (const { start, end, replacement } of masks) {
        expect(maskedText.slice(start, end)).toBe(replacement);
      }
    }
  });

  it.each([
    ['oneWay.random', { ...PII, rate: 0.15 }],
    ['oneWay.partial', { ...PII, rules: [{ name: 'x', words: ['a'], rate: 0.5 }] }],
    ['oneWay.keeps', { ...PII, replace: { mask: 0.8, random: 0.1, keep: 0.1 } }],
    ['oneWay.nothing', { ...PII, always: [], rules: [] }],
  ])('refuses a policy that cannot redact one way: %s', async (id, policy) => {
    write('letter.txt', LETTER);
    await expect(mask(['letter.txt'], 'out.jsonl', { policy, oneWay: true })).rejects.toMatchObject(
      {
        data: {
          code: 'UserInput',
          details: {
            problem: {
              id: 'dataset.notOneWay',
              args: {
                reasons: {
                  list: expect.arrayContaining([expect.objectContaining({ id })]) as unknown,
                },
              },
            },
          },
        },
      },
    );
  });
});

describe('what can go wrong', () => {
  it('leaves nothing behind when it is cancelled, and keeps what was there', async () => {
    write('a.txt', PROSE.repeat(2000));
    write('out.jsonl', 'before');
    const stop = new AbortController();
    const running = mask(['a.txt'], 'out.jsonl', {
      signal: stop.signal,
      onProgress: ({ bytes }) => {
        if (bytes > 10_000) stop.abort();
      },
    });
    await expect(running).rejects.toMatchObject({ data: { code: 'Cancelled' } });
    expect(fs.readdirSync(folder).sort()).toEqual(['a.txt', 'out.jsonl']);
    expect(read('out.jsonl')).toBe('before');
  });

  it('leaves nothing behind when a row cannot be read', async () => {
    write('t.jsonl', '{"text":"the sea"}\n{"text":\n');
    await expect(mask(['t.jsonl'], 'out.csv')).rejects.toMatchObject({
      data: { code: 'Data', details: { file: 't.jsonl', row: 2 } },
    });
    expect(fs.readdirSync(folder)).toEqual(['t.jsonl']);
  });

  it('goes on without bad rows where it is told to, and counts them', async () => {
    write('t.jsonl', '{"text":"the sea"}\n{"text":\n{"text":"the ship"}\n');
    const { skipped, counts } = await mask(['t.jsonl'], 'out.jsonl', {
      selection: { skipBad: true },
    });
    expect(counts.records).toBe(2);
    expect(skipped.count).toBe(1);
    expect(skipped.reasons).toMatchObject([
      { text: expect.stringMatching(/^t\.jsonl, line 2: The line is not valid JSON/) as string },
    ]);
  });

  it.each(['a.txt', './sub/../a.txt'])('refuses to write over its input as %s', async (out) => {
    write('a.txt', PROSE);
    write('sub/b.txt', PROSE);
    await expect(mask(['.'], out)).rejects.toMatchObject({ data: { code: 'UserInput' } });
    expect(read('a.txt')).toBe(PROSE);
  });

  it('says that a folder is not there', async () => {
    write('a.txt', PROSE);
    await expect(mask(['a.txt'], 'no/out.jsonl')).rejects.toMatchObject({
      data: { code: 'Storage', details: { path: path.join(folder, 'no/out.jsonl') } },
    });
  });

  it('gives others their turn and says how far it is', async () => {
    write('a.txt', PROSE.repeat(4000));
    // A clock that advances by a millisecond each time it is read, whatever the machine is doing.
    let clock = 0;
    let turn = 0;
    let longest = 0;
    const reading = vi.spyOn(performance, 'now').mockImplementation(() => {
      longest = Math.max(longest, ++clock - turn);
      return clock;
    });
    let others: NodeJS.Immediate | null = null;
    const takeTurn = (): void => {
      turn = clock;
      others = setImmediate(takeTurn);
    };
    takeTurn();
    const seen: number[] = [];
    let total = 0;
    try {
      await mask(['a.txt'], 'out.jsonl', {
        onProgress: (progress) => {
          seen.push(progress.bytes);
          total = progress.total;
        },
      });
    } finally {
      reading.mockRestore();
      clearImmediate(others!);
    }
    expect(seen.length).toBeGreaterThan(3);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toBe(total);
    expect(clock).toBeGreaterThan(1000);
    // A slice of 15 reads, and what ends a record.
    expect(longest).toBeLessThan(30);
  });
});

describe('offsets', () => {
  it('fit any text, cleaned or not', async () => {
    const paragraph = fc
      .array(
        fc.oneof(
          fc.constantFrom(
            'the',
            'Ship',
            'naïve',
            '🐋',
            '東京',
            'e\u0301',
            'sea.',
            '<b>x</b>',
            '&amp;',
          ),
          fc.string({ unit: 'grapheme', maxLength: 6 }),
        ),
        { minLength: 1, maxLength: 12 },
      )
      .map((words) => words.join(' ').replaceAll(/[\r\n\u2028\u2029\u0085\0\v\f]/g, ' '));
    await fc.assert(
      fc.asyncProperty(fc.array(paragraph, { minLength: 1, maxLength: 4 }), async (texts) => {
        fc.pre(texts.some((text) => /\p{L}/u.test(text)));
        write('t.jsonl', texts.map((text) => JSON.stringify({ text, id: 1 })).join('\n'));
        await mask(['t.jsonl'], 'out.jsonl', {
          selection: { skipBad: true, cleaning: ['html', 'unicode'] },
        });
        for (const row of rowsOf('out.jsonl')) {
          let reached = 0;
          for (const { start, end, original } of row.masks) {
            expect(start).toBeGreaterThanOrEqual(reached);
            expect(row.text.slice(start, end)).toBe(original);
            reached = end;
          }
          expect(row.maskedText).toBe(applied(row));
        }
      }),
      { numRuns: 60, seed: 4 },
    );
  });
});
