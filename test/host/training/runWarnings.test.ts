import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BUNDLED_MODEL_FOLDER } from '../../../src/core/models/bundled.js';
import {
  dataReadingOf,
  selectionOf,
  type DataSnapshot,
} from '../../../src/core/runs/dataSnapshot.js';
import type { RunOptions } from '../../../src/core/runs/options.js';
import type { DataInspection } from '../../../src/host/training/dataInspection.js';
import type { LabelChoice } from '../../../src/host/training/wizardAnswers.js';
import { runWarnings } from '../../../src/host/training/runWarnings.js';
import type { DataClient } from '../../../src/host/platform/dataClient.js';
import { inspectData } from '../../../src/node/data/inspectData.js';
import { profileData, type ProfileDataOptions } from '../../../src/node/data/profileData.js';

vi.mock('vscode', () => ({ l10n: { t: (text: string) => text } }));

const LIKELY = path.join(import.meta.dirname, '../../..', BUNDLED_MODEL_FOLDER);

let folder: string;
/** Another model: the inspection has not profiled the data for it. */
let other: string;
let asked: ProfileDataOptions['selection'][];
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-warning-'));
  other = path.join(folder, 'other');
  fs.cpSync(LIKELY, other, { recursive: true });
  asked = [];
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

const dataClient = {
  follow: async (_call: 'profile', { selection, modelFolder }: ProfileDataOptions) => {
    asked.push(selection);
    return { profile: await profileData({ selection, modelFolder }), sample: [] };
  },
} as unknown as DataClient;

const inspect = (options: RunOptions): Promise<DataSnapshot> =>
  inspectData(
    selectionOf(options, { workspaceFolder: folder, paths: ['a.csv'], exclude: [] }),
    dataReadingOf(options),
    { modelFolder: LIKELY },
  );

const warnings = (
  snapshot: DataSnapshot,
  {
    labels = {},
    modelFolder = other,
    hasClassWeights = false,
  }: { labels?: LabelChoice; modelFolder?: string; hasClassWeights?: boolean } = {},
): Promise<readonly string[]> => {
  const inspection = {
    request: { modelFolder: LIKELY },
    inBackground: () => Promise.resolve(snapshot),
  } as unknown as DataInspection;
  return runWarnings(dataClient, {
    ...{ inspection, labels, modelFolder, hasClassWeights },
  }).then((found) => found.map(({ id }) => id));
};
const warn = async (...given: Parameters<typeof warnings>): Promise<string | undefined> =>
  (await warnings(...given))[0];

const german = Array.from(
  { length: 60 },
  (_, i) =>
    `Der Kapitän ging am Morgen des ${i}. Tages langsam über das Deck und sah auf das Meer.`,
);
const english = german.map(
  (_, i) => `On the morning of day ${i} the captain walked slowly over the deck and saw the sea.`,
);
const writeTable = (first: readonly string[], second: readonly string[]): void => {
  const rows = first.map((text, i) => `"${text}","${second[i]!}",${i % 2 === 0 ? 'a' : 'b'}`);
  fs.writeFileSync(path.join(folder, 'a.csv'), `text,note,kind\n${rows.join('\n')}\n`);
};

describe('the warning before training', () => {
  it('is about the columns that were chosen', async () => {
    writeTable(english, german);
    const options: RunOptions = {
      task: 'classification',
      textColumn: 'note',
      labelColumn: ['kind'],
    };
    expect(await warn(await inspect(options), { labels: options })).toBe('profile.otherLanguage');
    expect(asked).toMatchObject([{ columns: { text: 'note', labels: ['kind'] } }]);
  });

  it('is about what cleaning leaves', async () => {
    const tag =
      '<span class="Der Kapitän ging am Morgen des Tages langsam über das Deck und sah"/>';
    writeTable(
      english.map((text) => `${tag.replaceAll('"', '""').repeat(4)}${text}`),
      english,
    );
    const options: RunOptions = { task: 'masked-lm', textColumn: 'text', clean: ['html'] };
    const warning = await warn(await inspect(options), { labels: { textColumn: 'text' } });
    expect(warning).not.toBe('profile.otherLanguage');
    expect(asked).toMatchObject([{ columns: { text: 'text' }, cleaning: ['html'] }]);
  });

  it('leaves out that labels are imbalanced where the run weighs them', async () => {
    const rows = english.concat(german.map((text) => `${text} Ja.`));
    const lines = rows.map((text, i) => `"${text}",${i < 4 ? 'rare' : 'usual'}`);
    fs.writeFileSync(path.join(folder, 'a.csv'), `text,label\n${lines.join('\n')}\n`);
    const snapshot = await inspect({ task: 'classification' });
    const found = (hasClassWeights: boolean): Promise<readonly string[]> =>
      warnings(snapshot, { modelFolder: LIKELY, hasClassWeights });
    expect(await found(false)).toContain('profile.labelImbalance');
    expect(await found(true)).not.toContain('profile.labelImbalance');
  });

  it('reads nothing again for the model that the data was inspected for', async () => {
    writeTable(german, english);
    const snapshot = await inspect({ task: 'masked-lm', textColumn: 'text' });
    expect(await warn(snapshot, { modelFolder: LIKELY })).toBe('profile.otherLanguage');
    expect(asked).toEqual([]);
  });
});
