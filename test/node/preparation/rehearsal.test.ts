import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { AppError, describeError } from '../../../src/core/errors.js';
import { ENGLISH, renderProblem } from '../../../src/core/messages/render.js';
import { warningsBeforeTraining } from '../../../src/core/profile/profileWarnings.js';
import { dataReadingOf, selectionOf } from '../../../src/core/runs/dataSnapshot.js';
import type { RunOptions } from '../../../src/core/runs/options.js';
import { profileForTraining } from '../../../src/node/preparation/profileForTraining.js';
import { createRun } from '../../../src/node/runs/createRun.js';
import { inspectRun } from '../../../src/node/runs/inspectRun.js';
import { messageInEnglish } from '../../support/inEnglish.js';
import { selectionIn } from '../../support/selection.js';
import { writeTinyModel } from '../../support/tinyModel.js';
import { useScratchFolder } from '../data/readers/scratchFolder.js';

const CASES = path.join(import.meta.dirname, '../../fixtures/cases');
const folder = useScratchFolder();
const runsFolder = (): string => path.join(folder.path, '.masklab/runs');
const modelFolder = (): string => path.join(folder.path, 'tiny');

beforeEach(async () => {
  await writeTinyModel(modelFolder(), 'the soup was warm and good room cold bad dear friend');
});

/** Problem with which a run of the data is refused; the number of created runs stays 0. */
async function refusal(paths: readonly string[], options = {}): Promise<string> {
  try {
    const request = { runsFolder: runsFolder(), workspaceFolder: folder.path };
    await createRun(await inspectRun({ ...request, paths, modelFolder: modelFolder(), options }));
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    expect(fs.existsSync(runsFolder())).toBe(false);
    return describeError(thrown.data, ENGLISH).message;
  }
  return 'accepted';
}

/** The same, as a profile reports it. */
async function profiled(paths: readonly string[]): Promise<string> {
  const { warnings } = await profileForTraining({
    selection: selectionIn(folder.path, paths, { kind: 'any' }),
    modelFolder: modelFolder(),
  });
  const found = warnings.find(({ code }) => code === 'refused');
  return found === undefined ? 'accepted' : renderProblem(found.finding, ENGLISH).message;
}

const rows = (label: (i: number) => string): string =>
  Array.from({ length: 12 }, (_, i) => `the soup ${i} was good,${label(i)}\n`).join('');

const REFUSED: readonly [string, string, string, RegExp][] = [
  ['a text of one sequence', 'letter.txt', 'Dear friend, the soup was good.', /only one sequence/],
  ['a table of one row', 'a.csv', 'text,label\nthe soup,good\n', /same label|only one sequence/],
  ['a single label', 'a.csv', `text,label\n${rows(() => 'good')}`, /same label/],
  ['an empty label column', 'a.csv', `text,label\n${rows(() => '')}`, /label is missing/],
  [
    'labels that each have one row',
    'a.csv',
    'text,label\nsoup,a\nroom,b\n',
    /No row can be held out/,
  ],
  [
    'tags that do not match their words',
    'n.jsonl',
    fs.readFileSync(path.join(CASES, 'nermismatch.jsonl'), 'utf8'),
    /line 5.*Found 3 tags for 4 words/,
  ],
  [
    'copies of one text',
    'a.csv',
    `text,label\n${'the soup was good,good\nthe soup was good,bad\n'.repeat(8)}`,
    /All 16 records are in one group or are duplicates/,
  ],
];

describe('data that a run would refuse', () => {
  it.each(REFUSED)('is refused before the run exists, and in the profile: %s', async (...of) => {
    const [, file, content, reason] = of;
    folder.write(`data/${file}`, content);
    expect(await refusal([`data/${file}`])).toMatch(reason);
    const told = await profiled([`data/${file}`]);
    expect(told).toMatch(/^A run would refuse this data: /);
    expect(told).toMatch(reason);
  });

  it('is refused if all its rows are in one group', async () => {
    folder.write('a.csv', `text,label,who\n${rows((i) => `${i % 2},ann`)}`);
    expect(await refusal(['a.csv'], { groupColumn: 'who' })).toMatch(/All 12 records are in one/);
  });

  it('is profiled with the options of the run: its groups, held-out share and truncation', async () => {
    folder.write('a.csv', `text,label,who\n${rows((i) => `${i % 2},ann`)}`);
    const profileWith = async (options: RunOptions): Promise<string[]> => {
      const where = { workspaceFolder: folder.path, paths: ['a.csv'], exclude: [] };
      const { warnings } = await profileForTraining({
        selection: { ...selectionOf(options, where), kind: 'any' },
        reading: dataReadingOf(options),
        modelFolder: modelFolder(),
      });
      return warnings.map(({ finding }) => renderProblem(finding, ENGLISH).message);
    };
    const grouped = await profileWith({ groupColumn: 'who' });
    expect(grouped.join()).toMatch(/All 12 records are in one/);
    expect((await profileWith({})).join()).not.toMatch(/A run would refuse/);
    folder.write(
      'a.csv',
      `text,label\n${rows((i) => `${i % 2}`).replaceAll('good,', 'good and warm,')}`,
    );
    const short = { task: 'classification', maxLength: 8 } as const;
    expect((await profileWith(short)).join()).toMatch(/longer than a sequence of 8 tokens/);
    const windows = await profileWith({ ...short, truncation: 'windows' });
    expect(windows.join()).not.toMatch(/longer than a sequence/);
    const numbers = await profileWith({ task: 'token-classification' });
    expect(numbers.join()).toMatch(/A run would refuse this data/);
  });

  it('is refused if a label is in held-out data only', async () => {
    folder.write('d/train.csv', `text,label\n${rows((i) => `${i % 2}`)}`);
    folder.write('d/dev.csv', 'text,label\nthe cold room,2\nthe warm room,1\n');
    expect(await refusal(['d'])).toMatch(/No training row has these labels: "2"/);
    expect(await profiled(['d'])).toMatch(/No training row has these labels: "2"/);
  });

  it('is refused if a policy masks nothing in it', async () => {
    const texts = ['the soup was warm.', 'the room was cold.', 'dear friend, the soup was bad.'];
    texts.forEach((text, i) => folder.write(`t/${i}.txt`, text));
    folder.write('p.mask.json', JSON.stringify({ version: 1, rate: 0 }));
    const told = await refusal(['t'], { masking: 'p.mask.json' });
    expect(told).toMatch(/policy masks nothing/);
  });
});

describe('large text and its policy', () => {
  const sentence = 'the soup was warm and the room was cold. ';
  const plain = `${sentence.repeat(40)}\n\n`.repeat(60);

  async function warningsOf(text: string, policy: object): Promise<string> {
    folder.write('t/a.txt', text);
    folder.write('p.mask.json', JSON.stringify({ version: 1, ...policy }));
    const { warnings } = await inspectRun({
      ...{ runsFolder: runsFolder(), workspaceFolder: folder.path, paths: ['t'] },
      ...{ modelFolder: modelFolder(), options: { masking: 'p.mask.json' } },
    }).then(createRun);
    return warnings.map(messageInEnglish).join('\n');
  }

  const friends = { rate: 0, rules: [{ name: 'friends', pattern: 'friend', rate: 1 }] };

  it('is refused if the policy can mask no text', async () => {
    await expect(warningsOf(plain, { rate: 0 })).rejects.toMatchObject({
      data: { details: { problem: { id: 'data.nothingMasked' } } },
    });
  });

  it('is warned of if the policy masks nothing in a sample, which is told as one', async () => {
    expect(await warningsOf(plain, friends)).toMatch(/masks nothing in a sample of \d+ kB/);
    expect(await warningsOf(plain, { rate: 0.15 })).not.toMatch(/masks nothing/);
  });

  it('is sampled up to its end', async () => {
    const end = `${'dear friend. '.repeat(120)}\n\n`.repeat(20);
    expect(await warningsOf(plain + end, friends)).not.toMatch(/masks nothing/);
  });
});

describe('rows that are longer than a sequence', () => {
  const inspect = async (options: RunOptions): Promise<string[]> => {
    folder.write(
      'a.csv',
      `text,label\n${rows((i) => `${i % 2}`).replaceAll('was', 'was warm and '.repeat(3))}`,
    );
    const request = { runsFolder: runsFolder(), workspaceFolder: folder.path, options };
    const { snapshot } = await inspectRun({
      ...{ ...request, paths: ['a.csv'], modelFolder: modelFolder() },
    });
    return warningsBeforeTraining(snapshot.summary).map(
      (finding) => renderProblem(finding, ENGLISH).message,
    );
  };

  it('are counted before a run, by the length of its sequences', async () => {
    expect(await inspect({ maxLength: 8 })).toContain(
      '100% of the rows are longer than a sequence of 8 tokens and are truncated.',
    );
    expect((await inspect({})).filter((told) => /truncated/.test(told))).toEqual([]);
  });

  it('can keep their ends only where whole texts have labels', async () => {
    folder.write('a.txt', 'the soup was warm.\n\nthe room was cold.\n\nthe soup was good.');
    expect(await refusal(['a.txt'], { truncation: 'head-tail' })).toMatch(/whole texts/);
  });
});

describe('data that a run accepts', () => {
  it('is counted before the run', async () => {
    folder.write('a.csv', `text,label\n${rows((i) => `${i % 2}`)}`);
    const request = { runsFolder: runsFolder(), workspaceFolder: folder.path, options: {} };
    const { summary } = await createRun(
      await inspectRun({ ...request, paths: ['a.csv'], modelFolder: modelFolder() }),
    );
    expect(summary.map(messageInEnglish)[0]).toMatch(/^\d+ training rows$/);
    expect(await profiled(['a.csv'])).toBe('accepted');
  });

  it('is the table beside a letter, not the letter', async () => {
    folder.write('mix/letter.txt', 'Dear friend, the soup was good.');
    folder.write('mix/mails.csv', `text,label\n${rows((i) => `${i % 2}`)}`);
    const request = { runsFolder: runsFolder(), workspaceFolder: folder.path, options: {} };
    const { spec } = await createRun(
      await inspectRun({ ...request, paths: ['mix'], modelFolder: modelFolder() }),
    );
    expect(spec.data.files.map((file) => file.path)).toEqual(['mix/mails.csv']);
    expect(spec.task.kind).toBe('classification');
  });
});

describe('a shifted sample beside data that is too large to be prepared twice', () => {
  it('is refused for a label that the data does not know, with its file and row', async () => {
    const many = Array.from({ length: 3000 }, (_, i) => `the soup ${i} was good,${'ab'[i % 2]!}\n`);
    folder.write('a.csv', `text,label\n${many.join('')}`);
    folder.write('b.csv', 'text,label\nthe room,a\nthe bad soup,c\n');
    const told = await refusal(['a.csv'], { shiftedData: ['b.csv'] });
    expect(told).toMatch(/b\.csv.*3.*"?c"?/s);
    folder.write('b.csv', 'text,label\nthe room,a\nthe bad soup,b\n');
    expect(await refusal(['a.csv'], { shiftedData: ['b.csv'] })).toBe('accepted');
  });
});
