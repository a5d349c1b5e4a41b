import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readExampleScores } from '../../src/node/runs/exampleScoreFiles.js';
import { readStudy, readModelScores, scoresFolderOf } from '../../src/node/studies/studyFolder.js';
import { writeTinyModel } from '../support/tinyModel.js';
import { masklab } from './commandLine.js';

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

function writeStudyFile(more: object = {}): void {
  const study = {
    name: 'Good words',
    run: {
      data: 'a.txt',
      model: 'tiny',
      epochs: 1,
      batchSize: 8,
      maxLength: 32,
      heldOut: 0.3,
      threads: 1,
    },
    arms: [{ masking: 'good.mask.json' }],
    seeds: 2,
    ...more,
  };
  fs.writeFileSync(path.join(folder, 'good.study.jsonc'), JSON.stringify(study));
}

function onlyStudy(): string {
  const studies = path.join(folder, '.masklab/studies');
  const [name, ...others] = fs.readdirSync(studies);
  expect(others).toEqual([]);
  return path.join(studies, name!);
}

describe('a masking study', { timeout: 120_000 }, () => {
  it('scores all models on the same masked tokens, and does only what is missing when run again', async () => {
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
    const targets = new Set<string>();
    const losses = new Set<number>();
    for (const { run } of runs) {
      const scores = (await readModelScores(study, run))!;
      expect(Object.keys(scores.masks)).toEqual(design.masks.map(({ name }) => name));
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
    const again = await masklab(folder, ['study', 'run', study, '--json'], { seconds: 60 });
    const { cells } = JSON.parse(again.output.slice(again.output.indexOf('{'))) as {
      cells: { estimate: { n: number } }[][];
    };
    expect(cells.map((row) => row.map(({ estimate }) => estimate.n))).toEqual([
      [2, 2],
      [2, 2],
    ]);
    expect(again.output).not.toContain('started');
  });

  it('leaves nothing behind if it is refused', async () => {
    writeStudyFile({ primary: 'unknown' });
    const { code, output } = await masklab(folder, ['study', 'run', 'good.study.jsonc']);
    expect(code).toBe(2);
    expect(output).toContain('No mask of the study is called "unknown"');
    expect(fs.existsSync(path.join(folder, '.masklab'))).toBe(false);
  });
});
