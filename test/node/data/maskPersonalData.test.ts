import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BUNDLED_MODEL_FOLDER } from '../../../src/core/models/bundled.js';
import type { MaskedRecord } from '../../../src/node/data/datasetWriters/maskedRecord.js';
import { maskDataset } from '../../../src/node/data/writeMaskedDataset.js';
import { findPolicy } from '../../../src/node/policies/readPolicy.js';
import { selectionIn } from '../../support/selection.js';

const root = path.join(import.meta.dirname, '../../..');
const fixtures = path.join(root, 'test/fixtures/masking');

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-personal-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

/** Masks texts with a policy of the fixtures or the gallery. */
async function masked(policy: string, texts: readonly string[]): Promise<string[]> {
  const file = policy.endsWith('.json') ? path.join(fixtures, policy) : policy;
  fs.writeFileSync(
    path.join(folder, 'in.jsonl'),
    texts.map((text) => `${JSON.stringify({ text })}\n`).join(''),
  );
  await maskDataset({
    policy: await findPolicy(file, { folder }),
    selection: selectionIn(folder, ['in.jsonl']),
    out: path.join(folder, 'out.jsonl'),
    modelFolder: path.join(root, BUNDLED_MODEL_FOLDER),
  });
  return fs
    .readFileSync(path.join(folder, 'out.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as MaskedRecord).maskedText);
}

const rowsOf = (name: string): { text: string; right: string }[] =>
  fs
    .readFileSync(path.join(fixtures, name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { text: string; right: string });

describe('masked personal data', () => {
  it.each([
    ['pii.jsonl', 'piionly.mask.json'],
    ['person.jsonl', 'pii.mask.json'],
    ['person.jsonl', 'pii-redaction'],
  ])('of %s is as expected with %s', async (data, policy) => {
    const rows = rowsOf(data);
    expect(
      await masked(
        policy,
        rows.map(({ text }) => text),
      ),
    ).toEqual(rows.map(({ right }) => right));
  });

  it('leaves out markup, its attributes and the names of fonts, and keeps tags', async () => {
    const kept = [
      '<div class="Martin" id="Anna"><!-- John Smith --><style>.Mary { color: red }</style></div>',
      '<p style="font-family: \'Gill Sans\', Georgia">serif</p>',
      'body { font: 12px Lucida Grande, Verdana }',
      '<img alt="Emily" width="4155552671"><td style="padding:0 12 34 56px">',
    ];
    expect(await masked('pii-redaction', kept)).toEqual(kept);
    expect(
      await masked('pii-redaction', [
        '<p>I met <b>John Smith</b> and <i>Mary</i> Jones.</p>',
        '<a href="mailto:ann.lee@example.org">write</a>&nbsp;+49&nbsp;30&nbsp;1234567<br>',
      ]),
    ).toEqual([
      '<p>I met <b><PERSON></b> and <i><PERSON></i> <PERSON>.</p>',
      '<a href="mailto:<EMAIL>">write</a>&nbsp;<PHONE><br>',
    ]);
  });

  it('finds words at the borders and in the scripts of Unicode', async () => {
    expect(
      await masked('word-border.mask.json', [
        'The café has élan, but xélan and cafés stay.',
        `${'é '.repeat(700)}élan ${'x '.repeat(700)}café`,
      ]),
    ).toEqual([
      'The <X> has <X>, but xélan and cafés stay.',
      `${'é '.repeat(700)}<X> ${'x '.repeat(700)}<X>`,
    ]);
    expect(await masked('script.mask.json', ['用户ann发来'])).toEqual(['<X>ann<X>']);
  });

  it('masks names in HTML mail, and leaves markup and what only looks like a name', async () => {
    expect(
      await masked('pii-redaction', [
        '<p>Dear Mr. Winder,</p><p>Apply for a Grant in the State of Virginia.</p><p>--Tom Dunlap</p>',
      ]),
    ).toEqual([
      '<p>Dear <PERSON>,</p><p>Apply for a Grant in the State of Virginia.</p><p>--<PERSON></p>',
    ]);
  });
});
