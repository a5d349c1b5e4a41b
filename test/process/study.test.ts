import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readExampleScores } from '../../src/node/runs/exampleScoreFiles.js';
import { readRun } from '../../src/node/runs/runReader.js';
import { RUN_FILES } from '../../src/core/runs/schema.js';
import { hasLabels, type MaskingScores } from '../../src/core/experiments/study/study.js';
import {
  readModelScores,
  readStudy,
  runDirectoryIn,
  scoresFolderOf,
} from '../../src/node/studies/studyFolder.js';
import { writeTinyModel } from '../support/tinyModel.js';
import { masklab } from './commandLine.js';
import { onlyFolderIn, startMasklab } from './studyFolders.js';

const WORDS = ['good', 'bad', 'film', 'book', 'anna', 'ben'];
const TEXT = Array.from({ length: 80 }, (_, i) =>
  Array.from({ length: 12 }, (_unused, at) => WORDS[(i * 7 + at * (i % 5) + at) % 6]!).join(' '),
).join('\n\n');

let folder: string;
beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-study-'));
  await writeTinyModel(path.join(folder, 'tiny'), WORDS.join(' '));
  fs.writeFileSync(path.join(folder, 'a.txt'), TEXT);
  fs.writeFileSync(
    path.join(folder, 'good.mask.json'),
    '{ "version": 1, "rate": 0.05, "rules": [{ "name": "good", "words": ["good"], "rate": 1 }] }',
  );
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

const RUN = {
  ...{ data: 'a.txt', model: 'tiny', epochs: 1, batchSize: 8, maxLength: 32 },
  ...{ heldOut: 0.3, threads: 1 },
};

function writeStudyFile(more: object = {}): void {
  const study = {
    name: 'Good words',
    run: RUN,
    arms: [{ masking: 'good.mask.json' }],
    seeds: 2,
    ...more,
  };
  fs.writeFileSync(path.join(folder, 'good.study.jsonc'), JSON.stringify(study));
}

const onlyStudy = (): string => onlyFolderIn(path.join(folder, '.masklab/studies'));

describe('a masking study', { timeout: 120_000 }, () => {
  it('scores all models on the same masked tokens, and does only what is missing when resumed', async () => {
    writeStudyFile();
    const first = await masklab(folder, ['study', 'run', 'good.study.jsonc'], { seconds: 100 });
    expect(first.output).toMatch(/good\s+n=2 .*too few seeds to tell/);
    expect(first.code).toBe(0);
    const study = onlyStudy();
    const { runs, design } = await readStudy(study);
    expect(runs.map(({ arm, seed }) => `${arm} ${seed}`)).toEqual([
      'random 15% 0',
      'good 0',
      'random 15% 1',
      'good 1',
    ]);
    const masks = hasLabels(design) ? [] : design.masks.map(({ name }) => name);
    const targets = new Set<string>();
    const losses = new Set<number>();
    for (const { run } of runs) {
      const scores = (await readModelScores(study, run)) as MaskingScores;
      expect(Object.keys(scores.masks)).toEqual(masks);
      expect(scores.words!.bitsPerWord).toBeGreaterThan(0);
      losses.add(scores.masks['random 15%']!.loss);
      const read = await readExampleScores(scoresFolderOf(study, run, '1'), 'heldOut');
      const masked = read!.scores.map(({ key, scored }) => [
        key,
        scored.kind === 'maskedTokens' ? scored.tokens.map((token) => token.original.token) : [],
      ]);
      expect(masked.flatMap(([, tokens]) => tokens)).toContain('good');
      targets.add(JSON.stringify(masked));
    }
    expect(targets.size).toBe(1);
    expect(losses.size).toBe(4);
    for (const name of ['report.md', 'report.html', 'forest.svg']) {
      expect(fs.existsSync(path.join(study, name))).toBe(true);
    }

    fs.rmSync(scoresFolderOf(study, runs[3]!.run), { recursive: true });
    const again = await masklab(folder, ['study', 'resume', study, '--json'], { seconds: 60 });
    const { cells } = JSON.parse(again.output.slice(again.output.indexOf('{'))) as {
      cells: { estimate: { n: number } }[][];
    };
    expect(cells.map((row) => row.map(({ estimate }) => estimate.n))).toEqual([
      [2, 2],
      [2, 2],
    ]);
    expect(again.output).not.toContain('started');
  });

  it('waits after it is created, is run by one process, which stop ends, and continues', async () => {
    writeStudyFile({ run: { ...RUN, epochs: 5000 } });
    const created = await masklab(folder, ['study', 'create', 'good.study.jsonc', '--json']);
    const study = onlyStudy();
    expect(JSON.parse(/^\{.*\}$/m.exec(created.output)![0])).toEqual({
      ...{ folder: study, name: 'Good words', runs: 4 },
    });
    const before = await readStudy(study);
    const statuses = (): Promise<string[]> =>
      Promise.all(
        before.runs.map(
          async ({ run }) => (await readRun(runDirectoryIn(study, before, run))).status,
        ),
      );
    expect(await statuses()).toEqual(['waiting', 'waiting', 'waiting', 'waiting']);

    const runner = startMasklab(folder, ['study', 'resume', study]);
    await runner.says('started (1 of 4)');
    const second = await masklab(folder, ['study', 'resume', study]);
    expect(second.output).toMatch(/is already run by another process\.[^]*masklab study stop/);
    expect(second.code).toBe(2);
    expect((await masklab(folder, ['study', 'stop', study])).output).toContain(
      'Stopping after this step',
    );
    expect(await runner.ended).toBe(143);
    expect(await statuses()).toEqual(['stopped', 'waiting', 'waiting', 'waiting']);
    expect((await masklab(folder, ['study', 'stop', study])).output).toContain(
      'No process runs this study',
    );

    const continued = startMasklab(folder, ['study', 'resume', study]);
    await continued.says('started (1 of 4)');
    const { run } = before.runs[0]!;
    const log = path.join(runDirectoryIn(study, before, run), 'log.jsonl');
    await expect
      .poll(() => fs.readFileSync(log, 'utf8'), { timeout: 60_000 })
      .toContain('training.resumed');
    await masklab(folder, ['study', 'stop', study]);
    expect(await continued.ended).toBe(143);
  });

  it('says once, before it trains, that its model is gone or its data has changed', async () => {
    writeStudyFile();
    await masklab(folder, ['study', 'create', 'good.study.jsonc']);
    const study = onlyStudy();
    const expectRefusal = async (said: string): Promise<void> => {
      const { code, output } = await masklab(folder, ['study', 'resume', study]);
      expect(output).toContain(said);
      expect(output).not.toContain('started (');
      expect(code).not.toBe(0);
    };
    fs.renameSync(path.join(folder, 'tiny'), path.join(folder, 'moved'));
    await expectRefusal('The folder does not exist');
    fs.renameSync(path.join(folder, 'moved'), path.join(folder, 'tiny'));
    fs.appendFileSync(path.join(folder, 'a.txt'), '\n\ngood film');
    await expectRefusal('has changed');
  });

  it('leaves neither runs nor a folder if it is cancelled while its runs are created', async () => {
    writeStudyFile({ seeds: 40 });
    const child = startMasklab(folder, ['study', 'run', 'good.study.jsonc']);
    const namesIn = (name: string): string[] => {
      const parent = path.join(folder, '.masklab', name);
      return fs.existsSync(parent) ? fs.readdirSync(parent) : [];
    };
    await expect
      .poll(() => namesIn('runs').length, { timeout: 60_000, interval: 10 })
      .toBeGreaterThan(2);
    child.interrupt();
    expect(await child.ended).toBe(130);
    expect(namesIn('runs').filter((name) => !name.startsWith('.'))).toEqual([]);
    expect(namesIn('studies')).toEqual([]);
  });

  it('goes on where an update has moved the bundled model', async () => {
    writeStudyFile({ run: { ...RUN, model: undefined } });
    await masklab(folder, ['study', 'create', 'good.study.jsonc']);
    const study = onlyStudy();
    const created = await readStudy(study);
    for (const { run } of created.runs) {
      const file = path.join(runDirectoryIn(study, created, run), RUN_FILES.spec);
      const spec = JSON.parse(fs.readFileSync(file, 'utf8')) as { model: { path: string } };
      spec.model.path = path.join(folder, 'masklab-0.0.1/media/models/masklab-small-en');
      fs.writeFileSync(file, JSON.stringify(spec));
    }
    const { code, output } = await masklab(folder, ['study', 'resume', study], { seconds: 100 });
    expect(output).toContain('Report: ');
    expect(code).toBe(0);
    expect(await readModelScores(study, created.runs[1]!.run)).not.toBeNull();
  });

  it('leaves nothing behind if it is refused', async () => {
    writeStudyFile({ primary: 'unknown' });
    const { code, output } = await masklab(folder, ['study', 'run', 'good.study.jsonc']);
    expect(code).toBe(2);
    expect(output).toContain('No mask of the study is called "unknown"');
    expect(fs.existsSync(path.join(folder, '.masklab'))).toBe(false);
  });
});
