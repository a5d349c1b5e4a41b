import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cueKey } from '../../../src/core/interference/cues.js';
import { ENGLISH, renderMessage, renderProblem } from '../../../src/core/messages/render.js';
import { explanationOf } from '../../../src/core/profile/leakTexts.js';
import { dataProfileSchema, type DataProfile } from '../../../src/core/profile/profile.js';
import { randomStream } from '../../../src/core/random.js';
import { cueRows } from '../../../src/node/data/cueRows.js';
import { profileData } from '../../../src/node/data/profileData.js';
import { selectionIn } from '../../support/selection.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'masklab-shifted-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const WORDS = 'sea ship whale boat water night captain sail wind deep harbor storm crew mast'.split(
  ' ',
);

/** Rows whose label "director" predicts, in shifted ones the other one; "great" always does. */
function rows(count: number, { seed, isShifted }: { seed: string; isShifted: boolean }): string[] {
  const random = randomStream('shifted sample', seed);
  return Array.from({ length: count }, (_, i) => {
    const isGood = i % 2 === 0;
    const words = Array.from({ length: 9 }, () => WORDS[Math.floor(random() * WORDS.length)]!);
    const held = [
      ...(isGood && random() < 0.5 ? ['great'] : []),
      ...(random() < (isGood === isShifted ? 0.1 : 0.6) ? ['director'] : []),
      ...(isGood && !isShifted && random() < 0.3 ? ['Zmason'] : []),
    ];
    return `"${[...held, ...words].join(' ')} n${i}.",${isGood ? 'good' : 'bad'}`;
  });
}

function write(name: string, lines: readonly string[], header = 'text,label'): string {
  writeFileSync(path.join(folder, name), `${[header, ...lines].join('\n')}\n`);
  return path.join(folder, name);
}

const TRAIN = rows(600, { seed: 'train', isShifted: false });
const SAMPLE = rows(120, { seed: 'sample', isShifted: true });

function profiled(sample: readonly string[], header?: string): Promise<DataProfile> {
  const train = write('train.csv', TRAIN);
  return profileData({
    ...{ selection: selectionIn(folder, [train]), modelFolder: null },
    shifted: [write('sample.csv', sample, header)],
  });
}

const textsOf = ({ warnings }: DataProfile): string[] =>
  warnings
    .filter(({ code }) => code.startsWith('shifted'))
    .map(({ finding }) => renderProblem(finding, ENGLISH).message);

describe('a profile with a shifted sample', () => {
  it('says which words that predict a label are not reproduced, unstable ones first', async () => {
    const profile = await profiled(SAMPLE);
    expect(dataProfileSchema.safeParse(profile).error).toBeUndefined();
    expect(textsOf(profile)).toEqual([]);
    const found = profile.leaks!.found;
    const named = Object.fromEntries(
      found.map(({ cue, shifted }) => [cueKey(cue), shifted?.stability]),
    );
    expect(found[0]!.cue).toEqual({ kind: 'word', word: 'director' });
    expect(named).toMatchObject({
      'word director': 'unstable',
      'word great': 'consistent',
      'word zmason': 'unseen',
    });
    const unstable = found.filter(({ shifted }) => shifted?.stability === 'unstable');
    expect(unstable.filter(({ cue }) => cue.kind === 'word')).toHaveLength(1);
    expect(profile.leaks!.unstable).toBe(unstable.length);
    expect(renderMessage(explanationOf(found[0]!), ENGLISH)).toMatch(
      /^The label association is not reproduced in the shifted sample: 8\d\.\d% of \d+ texts? against 1\d\.\d% of \d+\./,
    );
  });

  it('finds its rows, those of the training data alone', async () => {
    const train = write(
      'train.csv',
      [
        ...TRAIN.map((row) => `${row},train`),
        '"the director of the test",good,test',
        '"the director of no label",,train',
      ],
      'text,label,split',
    );
    const selection = selectionIn(folder, [train]);
    const cue = { kind: 'word', word: 'director' } as const;
    const found = await cueRows(selection, cue, { most: 1000 });
    const profile = await profileData({ selection, modelFolder: null });
    const leak = profile.leaks!.found.find((each) => cueKey(each.cue) === 'word director')!;
    expect(found).toHaveLength(leak.texts);
    expect(found.filter(({ labels }) => labels[0] === leak.label)).toHaveLength(leak.withLabel);
    expect(leak.places).toEqual(found.slice(0, 3).map(({ file, line }) => ({ file, line })));
    expect(found[0]!.excerpt).toContain('director');
    expect(await cueRows(selection, cue, { most: 2 })).toHaveLength(2);
  });

  it('does not compare texts of other labels, of none, and of the training data, and names them', async () => {
    const profile = await profiled([
      ...SAMPLE,
      ...TRAIN.slice(0, 3),
      TRAIN[4]!.replace('"', '"And '),
      ...SAMPLE.slice(0, 2),
      '"a ship without a word here",Good',
      '"another ship without a word",ugly',
      '"one more ship without a label",',
    ]);
    expect(profile.shifted).toMatchObject({ texts: 129, compared: 120, unlabeled: 1, copies: 2 });
    expect(textsOf(profile)).toEqual([
      '1 text of the shifted sample has no label.',
      '2 texts of the shifted sample have labels that the training data lacks: "Good" (1) and "ugly" (1).',
      expect.stringMatching(
        /^4 texts of the shifted sample are also in the training data \(3 identical, 1 nearly identical\), such as .*sample\.csv, line 122/,
      ),
      expect.stringMatching(/^2 texts of the shifted sample are copies of others/),
    ]);
  });

  it('compares nothing with a sample of one label, and says so', async () => {
    const profile = await profiled(SAMPLE.filter((row) => row.endsWith('good')));
    expect(textsOf(profile)[0]).toBe(
      'Every compared text of the shifted sample is labeled "good".',
    );
    expect(profile.leaks!.found.every(({ shifted }) => shifted === null)).toBe(true);
  });

  it('skips and counts rows that cannot be read, and a sample without labels', async () => {
    expect(textsOf(await profiled([...SAMPLE, '"",good']))).toEqual([
      expect.stringMatching(/^1 row or file of the shifted sample could not be read: .*sample.csv/),
    ]);
    const unlabeled = SAMPLE.map((row) => row.replace(/,\w+$/, ''));
    expect(textsOf(await profiled(unlabeled, 'text'))).toEqual([
      '120 texts of the shifted sample have no label.',
      'Only 0 texts of the shifted sample can be compared.',
    ]);
  });

  it('refuses a sample for data without labels, and one that is not there', async () => {
    const selection = selectionIn(folder, [write('plain.txt', ['The ship went to sea.'])]);
    const sample = write('sample.csv', SAMPLE);
    const profile = (shifted: string): Promise<DataProfile> =>
      profileData({ selection, modelFolder: null, shifted: [shifted] });
    await expect(profile(sample)).rejects.toMatchObject({
      data: { details: { problem: { id: 'profile.shiftedWithoutLabels' } } },
    });
    const train = selectionIn(folder, [write('train.csv', TRAIN)]);
    await expect(
      profileData({ selection: train, modelFolder: null, shifted: [path.join(folder, 'no.csv')] }),
    ).rejects.toMatchObject({ data: { code: 'Data' } });
  });
});

describe('bad labels', () => {
  const labelled = (labels: readonly string[]): string[] =>
    labels.map((label, i) => `"${WORDS[i % 14]!} ${WORDS[(i * 5) % 13]!} on day n${i}",${label}`);
  const codesOf = async (lines: readonly string[], header?: string): Promise<string[]> => {
    const selection = selectionIn(folder, [write('data.csv', lines, header)]);
    return (await profileData({ selection, modelFolder: null })).warnings.map(({ code }) => code);
  };
  const repeat = (count: number, label: string): string[] =>
    Array.from({ length: count }, () => label);

  it.each<readonly [string, string[], string[]]>([
    ['one class only', repeat(200, 'spam'), ['one-label']],
    [
      'misspelled labels',
      [...repeat(120, 'positive'), ...repeat(120, 'negative'), ...repeat(11, 'postive')],
      ['label-imbalance', 'label-typos'],
    ],
    [
      'missing labels',
      [...repeat(80, 'a'), ...repeat(80, 'b'), ...repeat(9, '')],
      ['missing-labels'],
    ],
    ['heavy imbalance', [...repeat(300, 'a'), ...repeat(12, 'b')], ['label-imbalance']],
    ['numbers as text', Array.from({ length: 150 }, (_, i) => `"${i},5"`), []],
    ['thousands of labels', Array.from({ length: 2500 }, (_, i) => `a text with ${i} words`), []],
  ])('warns of %s', async (_, labels, codes) => {
    expect((await codesOf(labelled(labels))).filter((code) => code !== 'near-duplicates')).toEqual(
      codes,
    );
  });

  it('names labels that a split of the data lacks', async () => {
    const of = (split: string, labels: string[]): string[] =>
      labelled(labels).map((row) => `${row.replace('day', `${split} day`)},${split}`);
    const lines = [
      ...of('train', [...repeat(60, 'a'), ...repeat(60, 'b')]),
      ...of('test', [...repeat(30, 'a'), ...repeat(30, 'c')]),
    ];
    const selection = selectionIn(folder, [write('data.csv', lines, 'text,label,split')]);
    const { labels, warnings } = await profileData({ selection, modelFolder: null });
    expect(labels!.absent).toEqual([
      { split: 'train', labels: ['c'] },
      { split: 'test', labels: ['b'] },
    ]);
    expect(warnings.map(({ code }) => code)).toContain('split-labels');
  });
});
