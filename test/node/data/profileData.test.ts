import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DataSelection } from '../../../src/core/data/dataSelection.js';
import { dataProfileSchema } from '../../../src/core/profile/profile.js';
import { profileData, type ProfileProgress } from '../../../src/node/data/profileData.js';
import { cardHeader, metricInCard } from '../../../src/node/models/cardHeader.js';
import { languagesInCard } from '../../../src/node/models/cardLanguages.js';
import { heldOutLossOf, readProfiledModel } from '../../../src/node/models/profiledModel.js';
import { selectionIn } from '../../support/selection.js';
import { specOf } from '../../support/syntheticRuns.js';
import { ENGLISH, renderMessage } from '../../../src/core/messages/render.js';

const BUNDLED = path.join(import.meta.dirname, '../../../media/models/masklab-small-en');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'masklab-profile-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, text: string): void {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), text);
}

const options = (changes: Partial<DataSelection> = {}) => ({
  selection: selectionIn(folder, [folder], changes),
  modelFolder: BUNDLED,
});

describe('profileData', () => {
  it('profiles running text and tables of a folder together', async () => {
    write('letters/one.txt', 'The ship went to sea.\n\nNobody saw her again.\n');
    write(
      'reviews.csv',
      'text,label,split\nA good film,good,train\nA bad film,bad,train\nA good film,good,test\n',
    );
    const profile = await profileData(options());
    expect(dataProfileSchema.safeParse(profile).error).toBeUndefined();
    expect(profile.files).toMatchObject({ count: 2, skipped: 0 });
    expect(profile.total).toMatchObject({ records: 5, words: 18 });
    expect(profile.columns).toMatchObject({ text: 'text', label: 'label', split: 'split' });
    expect(profile.labels!.classes).toEqual([
      { label: 'good', count: 2 },
      { label: 'bad', count: 1 },
    ]);
    expect(profile.duplicates).toMatchObject({ exact: 1, acrossSplits: 1 });
    expect(profile.warnings.map(({ code }) => code)).toContain('split-overlap');
    expect(profile.isComplete).toBe(true);
  });

  it('goes past what cannot be read, and says so', async () => {
    write('good.txt', 'There is some text in this file.\n');
    write('bad.txt', 'caf\u00e9');
    writeFileSync(path.join(folder, 'bad.txt'), Buffer.from([0x63, 0x00, 0x01, 0x02, 0x00]));
    const profile = await profileData(options());
    expect(profile.files.skipped).toBe(1);
    expect(renderMessage(profile.files.skippedExamples[0]!, ENGLISH)).toMatch(/^bad\.txt/);
    expect(profile.total.records).toBe(1);
  });

  it('profiles the text as it is after cleaning', async () => {
    write('page.txt', '<p>The ship &amp; the sea</p>\n');
    const raw = await profileData(options());
    const cleaned = await profileData(options({ cleaning: ['html'] }));
    // The tags and the entity count as words: p, amp and p.
    expect(raw.total.words).toBe(7);
    expect(cleaned.total.words).toBe(4);
    expect(cleaned.cleaning).toEqual(['html']);
  });

  it('counts an address as personal data and shows it nowhere', async () => {
    write('mail.txt', 'Write to jane.doe@example.org about the ship.\n'.repeat(3));
    const profile = await profileData(options());
    expect(profile.personalData).toEqual([{ kind: 'email', count: 3 }]);
    expect(JSON.stringify(profile)).not.toMatch(/jane|example\.org/);
  });

  it('tells of its progress with what is known so far, and stops when asked', async () => {
    const paragraph = `${'The captain looked at the grey sea and said nothing at all. '.repeat(40)}\n\n`;
    for (let i = 0; i < 8; i++) write(`${i}.txt`, paragraph.repeat(1200));
    const controller = new AbortController();
    const seen: ProfileProgress[] = [];
    const profiling = profileData({
      ...options(),
      signal: controller.signal,
      onProgress: (progress) => {
        seen.push(progress);
        if (seen.length === 2) controller.abort();
      },
    });
    await expect(profiling).rejects.toMatchObject({ code: 'Cancelled' });
    expect(seen).toHaveLength(2);
    expect(seen[1]!.profile.isComplete).toBe(false);
    expect(seen[1]!.profile.total.records).toBeGreaterThan(seen[0]!.profile.total.records);
    expect(seen[0]!.fraction).toBeGreaterThan(0);
    expect(seen[1]!.fraction).toBeGreaterThan(seen[0]!.fraction);
    expect(seen[1]!.fraction).toBeLessThan(1);
  }, 60_000);
});

describe('what is known of a model', () => {
  it('is read from its folder, with languages and loss from its card', async () => {
    const { model } = await readProfiledModel(BUNDLED);
    expect(model).toMatchObject({ name: 'masklab-small-en', languages: ['en'] });
    expect(await heldOutLossOf(BUNDLED)).toMatchObject({ source: { id: 'models.lossOfCard' } });
    expect(await heldOutLossOf(BUNDLED)).toMatchObject({ loss: 3.21156 });
  });

  it('takes a loss from the metadata of a card alone', async () => {
    const model = path.join(folder, 'model');
    const text = 'The held-out loss is 2.5, that is loss 2.5 nats per masked token.';
    write('model/README.md', `---\nlanguage: en\n---\n${text}\n`);
    expect(await heldOutLossOf(model)).toBeNull();
    const result = (task: string): string =>
      `  - task: {type: ${task}}\n    metrics: [{type: loss, value: 1.5}, {type: perplexity, value: "4"}]\n`;
    const index = (task: string): string =>
      `---\nmodel-index:\n- name: "a: b"\n  results:\n${result(task)}---\n${text}\n`;
    write('model/README.md', index('fill-mask'));
    expect(await heldOutLossOf(model)).toMatchObject({ loss: 1.5 });
    write('model/README.md', index('text-classification'));
    expect(await heldOutLossOf(model)).toBeNull();
    write('model/README.md', '---\nmodel-index: {a: [\n---\n');
    expect(await heldOutLossOf(model)).toBeNull();
  });

  it('writes a header that it reads', async () => {
    const header = cardHeader({
      ...{ name: 'a: "b"\n# c', pipeline: 'fill-mask', language: 'en' },
      results: [
        {
          task: 'fill-mask',
          dataset: { name: 'd', split: 'test' },
          metrics: [{ type: 'loss', name: 'loss', value: 1 / 3 }],
        },
      ],
    });
    expect(metricInCard(`${header}\n# x`, 'fill-mask', 'loss')).toBe(0.333333);
    expect(await languagesInCard(header)).toEqual(['en']);
  });

  it('reads the languages of a card however they are listed', async () => {
    const card = (lines: string): string =>
      `---\nlicense: mit\n${lines}\ntags: [a]\n---\n# language: no\n`;
    expect(await languagesInCard(card('language: de'))).toEqual(['de']);
    expect(await languagesInCard(card('language: [en, "fr"]'))).toEqual(['en', 'fr']);
    expect(await languagesInCard(card('language:\n- en\n- zh-Hant'))).toEqual(['en', 'zh-hant']);
    expect(await languagesInCard('# A model\nlanguage: en\n')).toEqual([]);
  });

  it('comes from the run that trained the model: its last loss, and the languages of its base', async () => {
    const model = path.join(folder, 'run/model');
    write('run/model/README.md', '---\ntags: [masklab]\n---\n');
    const spec = { ...specOf('run'), model: { ...specOf('run').model, path: BUNDLED } };
    write('run/run.json', JSON.stringify(spec));
    write('run/state.json', JSON.stringify({ latest: { loss: 3.5 } }));
    expect(await heldOutLossOf(model)).toMatchObject({ loss: 3.5 });
    write(
      'run/run.json',
      JSON.stringify({ ...spec, task: { kind: 'regression', outputs: ['stars'] } }),
    );
    expect(await heldOutLossOf(model)).toBeNull();
  });
});
