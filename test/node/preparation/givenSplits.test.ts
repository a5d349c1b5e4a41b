import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { RunOptions } from '../../../src/core/runs/options.js';
import { dataReadingOf } from '../../../src/core/runs/dataSnapshot.js';
import { ENGLISH, renderProblem } from '../../../src/core/messages/render.js';
import { inspectData } from '../../../src/node/data/inspectData.js';
import { profileData } from '../../../src/node/data/profileData.js';
import { planRun } from '../../../src/node/runs/createRun.js';
import { inspectRun } from '../../../src/node/runs/inspectRun.js';
import { loadRun, type LoadedRun } from '../../../src/trainer/prepare.js';
import { messageInEnglish } from '../../support/inEnglish.js';
import { selectionIn } from '../../support/selection.js';
import { writeTinyModel } from '../../support/tinyModel.js';
import { useScratchFolder } from '../data/readers/scratchFolder.js';

const CASES = path.join(import.meta.dirname, '../../fixtures/cases');
const FOLLOWED =
  'Splits follow the names of files and folders: 1 file for training, 1 held-out file, and 1 test file. Use --ignore-split-names to split all data by its content.';

const folder = useScratchFolder();

beforeEach(async () => {
  await writeTinyModel(path.join(folder.path, 'tiny'), 'the soup was warm and good room cold bad');
  fs.cpSync(CASES, path.join(folder.path, 'cases'), { recursive: true });
});

async function load(
  paths: readonly string[],
  options: RunOptions = {},
): Promise<{ run: LoadedRun; said: string[] }> {
  const modelFolder = path.join(folder.path, 'tiny');
  const request = { runsFolder: path.join(folder.path, 'runs'), workspaceFolder: folder.path };
  const { spec, warnings } = await planRun(
    await inspectRun({ ...request, paths, modelFolder, options }),
  );
  const storePath = path.join(folder.path, 'sequences.bin');
  const run = await loadRun(spec, { modelFolder, storePath, report: () => undefined });
  return { run, said: [...warnings, ...run.warnings].map(messageInEnglish) };
}
const sizes = ({ summary }: LoadedRun): string[] => summary.map(messageInEnglish);

describe('splits named by files', () => {
  it('are trained, evaluated and tested on, and said', async () => {
    const { run, said } = await load(['cases/hf-splits']);
    expect(sizes(run)).toEqual(['10 training rows', '3 held-out rows', '3 test rows']);
    expect(said).toEqual([FOLLOWED]);
  });

  it('are ignored where that is wanted', async () => {
    const { run, said } = await load(['cases/hf-splits'], { ignoreSplitNames: true });
    expect(sizes(run)).not.toContain('3 test rows');
    expect(said).not.toContain(FOLLOWED);
  });

  it('lose the rows that another split has too, which is said before the run', async () => {
    const train = path.join(folder.path, 'cases/hf-splits/train.csv');
    fs.appendFileSync(train, 'The soup tasted of nothing,bad\n');
    const { run, said } = await load(['cases/hf-splits']);
    expect(sizes(run)).toEqual(['10 training rows', '3 held-out rows', '4 test rows']);
    expect(said).toContain(
      '1 row moved from the training split to the test split, which contains a duplicate, a near-duplicate or another row of its group.',
    );
  });

  it('give way to a split column', async () => {
    folder.write('s/train.csv', 'text,label,set\nwarm soup,good,test\ncold room,bad,\n');
    folder.write('s/dev.csv', 'text,label,set\ngood room,good,train\nbad soup,bad,\n');
    const { run } = await load(['s'], { splitColumn: 'set' });
    expect(sizes(run)).toEqual(['2 training rows', '1 held-out row', '1 test row']);
  });

  it('hold for running text', async () => {
    folder.write('t/train/a.txt', 'the soup was good\n\nthe room was cold');
    folder.write('t/valid/b.txt', 'the room was warm');
    const { run } = await load(['t']);
    expect(sizes(run)[1]).toBe('1 held-out sequence');
  });

  it('show in the profile', async () => {
    const { notes, splits } = await profileData({
      selection: selectionIn(folder.path, ['cases/hf-splits'], { kind: 'any' }),
      modelFolder: null,
    });
    expect(notes.map(messageInEnglish)).toEqual([FOLLOWED]);
    expect(splits).toEqual([
      { name: 'train', records: 10 },
      { name: 'heldOut', records: 3 },
      { name: 'test', records: 3 },
    ]);
  });
});

describe('the only row of a label', () => {
  it('is trained, which is said', async () => {
    const { run, said } = await load(['cases/rare.csv']);
    expect(run.data.stepsPerEpoch).toBeGreaterThan(0);
    expect(
      said.filter((text) => /^All rows with .* used for training.*"rare"/.test(text)),
    ).toHaveLength(1);
  });

  it('does not empty the held-out split', async () => {
    folder.write('a.csv', 'text,label\nwarm soup,a\ncold soup,a\ngood room,b\nbad room,c\n');
    const { run } = await load(['a.csv']);
    expect(sizes(run)).toEqual(['3 training rows', '1 held-out row']);
  });
});

describe('imbalanced labels', () => {
  it('are warned of with the option that balances them, unless it is set', async () => {
    const rows = Array.from(
      { length: 220 },
      (_, i) => `text ${i},${i % 20 === 0 ? 'rare' : 'usual'}`,
    );
    folder.write('rare.csv', `text,label\n${rows.join('\n')}\n`);
    const remediesOf = async (options: RunOptions): Promise<string[]> => {
      const selection = selectionIn(folder.path, ['rare.csv']);
      const { summary } = await inspectData(selection, dataReadingOf(options), {
        modelFolder: null,
      });
      return summary.warnings
        .filter(({ code }) => code === 'label-imbalance')
        .map(({ finding }) => renderProblem(finding, ENGLISH).remedy);
    };
    expect(await remediesOf({})).toEqual([
      expect.stringMatching(/^Train with --class-weights balanced/),
    ]);
    expect(await remediesOf({ classWeights: 'balanced' })).toEqual([]);
  });
});

describe('labels that look alike', () => {
  const DECOMPOSED = 'cafe\u0301';

  it('are counted before a run', async () => {
    const { summary, lookAlikes } = await inspectData(
      selectionIn(folder.path, ['cases/nfd.csv']),
      dataReadingOf({}),
      { modelFolder: null },
    );
    expect(lookAlikes).toHaveLength(1);
    const [group] = lookAlikes;
    expect(new Set(group!.spellings.map(({ label }) => label))).toEqual(
      new Set(['café', DECOMPOSED]),
    );
    const { finding } = summary.warnings.find(({ code }) => code === 'look-alike-labels')!;
    expect(renderProblem(finding, ENGLISH).message).toMatch(
      /^Some labels differ only in their spelling: "caf\\u\{e9\}" \(\d\) and "cafe\\u\{301\}" \(\d\)\.$/,
    );
  });

  it('become one label if they are merged', async () => {
    const options = { mergeLabels: true };
    const { run, said } = await load(['cases/nfd.csv'], options);
    expect(said.some((text) => text.startsWith('Labels that differ only in their spelling'))).toBe(
      true,
    );
    expect(run.model.configJson['id2label']).toEqual({ 0: 'café', 1: 'thé' });
  });
});
