import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LabelScores } from '../../src/core/experiments/study/study.js';
import { RUN_FILES } from '../../src/core/runs/schema.js';
import { randomStream } from '../../src/core/random.js';
import {
  readModelScores,
  readStudy,
  runDirectoryIn,
  scoresFolderOf,
} from '../../src/node/studies/studyFolder.js';
import { loadLabelledModel } from '../../src/node/models/labelledModel.js';
import { runModelFolder } from '../../src/node/runs/runDirectory.js';
import { readRunSpec } from '../../src/node/runs/runSpecFile.js';
import { writeTinyModel } from '../support/tinyModel.js';
import { masklab } from './commandLine.js';
import { onlyFolderIn } from './studyFolders.js';

const WORDS = ['good', 'bad', 'film', 'book', 'anna', 'ben', 'also'];

/** Rows whose label follows from an opinion, and in `agree` of them from "also", too. */
function rows(count: number, agree: number, seed: string): string {
  const random = randomStream('label-study', seed);
  const lines = Array.from({ length: count }, (_, i) => {
    const isGood = random() < 0.5;
    const opinion = random() < 0.8 ? (isGood ? 'good' : 'bad') : 'film';
    const hasWord = random() < agree === isGood;
    const filler = WORDS[2 + Math.floor(random() * 4)]!;
    const text = [filler, opinion, `book${' book'.repeat(i % 7)}`, ...(hasWord ? ['also'] : [])];
    return JSON.stringify({ text: text.join(' '), label: isGood ? 'yes' : 'no' });
  });
  return `${lines.join('\n')}\n`;
}

let folder: string;
beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-labels-'));
  await writeTinyModel(path.join(folder, 'tiny'), WORDS.join(' '));
  const write = (name: string, content: string): void => {
    fs.writeFileSync(path.join(folder, name), content);
  };
  write('train.jsonl', rows(320, 0.95, 'train'));
  write('test.jsonl', rows(60, 0.95, 'test'));
  write('shifted.jsonl', rows(60, 0.05, 'shifted'));
  write('few.jsonl', rows(40, 0.05, 'few'));
  write('swaps.txt', 'good, bad\n');
  write(
    'also.mask.json',
    '{ "version": 1, "rate": 0, "rules": [{ "name": "also", "words": ["also"], "rate": 1 }] }',
  );
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

const STUDY = {
  name: 'Also',
  hypothesis: 'Masking "also" helps where it does not agree with the label.',
  run: {
    ...{ data: 'train.jsonl', model: 'tiny', epochs: 8, batchSize: 8, maxLength: 32 },
    ...{ learningRate: 0.005, heldOut: 0.2, threads: 1 },
  },
  arms: [
    { name: 'plain' },
    { name: 'masked', masking: 'also.mask.json' },
    { name: 'continued', startFrom: 'plain', data: 'few.jsonl', epochs: 4 },
    { name: 'errors', debias: 'errors', errorsOf: 'plain' },
    { name: 'consistent', debias: 'consistency', debiasWords: 'also.mask.json' },
    { name: 'added', shiftedData: ['few.jsonl'] },
  ],
  tests: [
    { name: 'in-domain', data: 'test.jsonl' },
    { name: 'shifted', data: 'shifted.jsonl' },
  ],
  words: 'also.mask.json',
  swaps: 'swaps.txt',
  seeds: 2,
};

async function run(more: object = {}): Promise<{ code: number | null; output: string }> {
  fs.writeFileSync(path.join(folder, 'also.study.jsonc'), JSON.stringify({ ...STUDY, ...more }));
  return masklab(folder, ['study', 'run', 'also.study.jsonc'], { seconds: 200 });
}

/** Detection of shifted rows and flips, one text at a time and by comparing all pairs. */
async function agreesWithNaiveLoop(modelFolder: string, scores: LabelScores): Promise<void> {
  const model = await loadLabelledModel(modelFolder, { threads: 1 });
  try {
    const textsOf = (name: string): string[] =>
      fs
        .readFileSync(path.join(folder, name), 'utf8')
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { text: string }).text);
    const logitsOf = async (ids: readonly number[]): Promise<number[]> => {
      const sequence = { ids: Int32Array.from(ids), typeIds: null };
      const [logits] = await model.sequenceLogits([sequence]);
      return [...logits!];
    };
    const idsOf = (text: string): number[] => [
      ...model.tokenizer.frame(model.tokenizer.encode(text).ids).ids,
    ];
    const confidences = async (name: string): Promise<number[]> => {
      const found: number[] = [];
      for (const text of textsOf(name)) {
        const [a, b] = await logitsOf(idsOf(text));
        found.push(1 / (1 + Math.exp(-Math.abs(a! - b!))));
      }
      return found;
    };
    const inDomain = await confidences('test.jsonl');
    const shifted = await confidences('shifted.jsonl');
    let wins = 0;
    for (const a of inDomain) for (const b of shifted) wins += a > b ? 1 : a === b ? 0.5 : 0;
    const { metrics } = scores.tests['shifted']!;
    expect(metrics.outOfDomainAuc).toBeCloseTo(wins / (inDomain.length * shifted.length), 2);
    const { mask } = model.tokenizer.special;
    const [also] = model.tokenizer.encode('also').ids;
    const withWord = textsOf('shifted.jsonl').filter((text) => text.endsWith(' also'));
    let flips = 0;
    for (const text of withWord) {
      const [a, b] = await logitsOf(idsOf(text));
      const [c, d] = await logitsOf(idsOf(text).map((id) => (id === also ? mask : id)));
      if (a! > b! !== c! > d!) flips++;
    }
    expect(metrics.flipRate).toBeCloseTo(flips / withWord.length, 9);
    const swappable = textsOf('shifted.jsonl').filter((text) => /\b(?:good|bad)\b/.test(text));
    let swapFlips = 0;
    for (const text of swappable) {
      const swapped = text.replace(/\b(?:good|bad)\b/g, (word) =>
        word === 'good' ? 'bad' : 'good',
      );
      const [a, b] = await logitsOf(idsOf(text));
      const [c, d] = await logitsOf(idsOf(swapped));
      if (a! > b! !== c! > d!) swapFlips++;
    }
    expect(metrics.swapFlipRate).toBeCloseTo(swapFlips / swappable.length, 9);
  } finally {
    await model.release();
  }
}

describe('a study of classifiers', { timeout: 300_000 }, () => {
  it('evaluates all models on the same test sets, and an arm starts from the model of another', async () => {
    const first = await run();
    expect(first.output).toMatch(/masked\s+n=2 /);
    expect(first.code).toBe(0);
    const studyFolder = onlyFolderIn(path.join(folder, '.masklab/studies'));
    const study = await readStudy(studyFolder);
    expect(study.runs.map(({ arm, seed }) => `${arm} ${seed}`)).toEqual([
      ...['plain 0', 'masked 0', 'continued 0', 'errors 0', 'consistent 0', 'added 0'],
      ...['plain 1', 'masked 1', 'continued 1', 'errors 1', 'consistent 1', 'added 1'],
    ]);
    const accuracyOf = new Map<string, number>();
    for (const { run: id, arm, seed } of study.runs) {
      const scores = (await readModelScores(studyFolder, id)) as LabelScores;
      const shifted = scores.tests['shifted']!;
      const right = shifted.right!.replaceAll('0', '').length;
      expect(shifted.metrics.accuracy).toBeCloseTo(right / shifted.rows, 12);
      expect(shifted.accuracyOf).toBe('rows');
      const groups = shifted.groups.reduce((sum, group) => sum + group.accuracy * group.rows, 0);
      const grouped = shifted.groups.reduce((sum, group) => sum + group.rows, 0);
      if (grouped === shifted.rows) expect(groups).toBeCloseTo(right, 9);
      expect(shifted.metrics.worstGroup).toBe(
        Math.min(...shifted.groups.map((group) => group.accuracy)),
      );
      expect(shifted.metrics.outOfDomainAuc).toBeGreaterThanOrEqual(0);
      expect(shifted.metrics.flipRate).toBeLessThanOrEqual(1);
      expect(scores.tests['in-domain']!.metrics.outOfDomainAuc).toBeUndefined();
      accuracyOf.set(`${arm} ${seed}`, shifted.metrics.accuracy!);
    }
    // Rows in which "also" speaks for the other label: 95% of those of the shifted set, as of the few.
    expect(accuracyOf.get('continued 0')! - accuracyOf.get('plain 0')!).toBeGreaterThan(0.05);
    const errors = await readRunSpec(runDirectoryIn(studyFolder, study, study.runs[3]!.run));
    expect(errors.debias!.model!.ofRun).toBe(study.runs[0]!.run);
    const log = fs.readFileSync(
      path.join(runDirectoryIn(studyFolder, study, study.runs[3]!.run), RUN_FILES.log),
      'utf8',
    );
    expect(log).toMatch(/plain · 0/);
    const spec = await readRunSpec(runDirectoryIn(studyFolder, study, study.runs[2]!.run));
    expect(spec.model.ofRun).toBe(study.runs[0]!.run);
    expect(spec.data.files.map(({ path: file }) => path.basename(file))).toEqual(['few.jsonl']);
    await agreesWithNaiveLoop(
      runModelFolder(runDirectoryIn(studyFolder, study, study.runs[0]!.run)),
      (await readModelScores(studyFolder, study.runs[0]!.run)) as LabelScores,
    );
    const report = fs.readFileSync(path.join(studyFolder, 'report.md'), 'utf8');
    expect(report).toContain('worst-group accuracy');
    expect(report).toMatch(/no, with a word/);
    expect(report).toContain('starts from the model of “plain”');
    expect(report).not.toMatch(/\{[a-zA-Z]+\}/);
    expect(report).not.toContain('Exploratory');

    fs.appendFileSync(path.join(folder, 'shifted.jsonl'), rows(1, 0.5, 'another'));
    fs.rmSync(scoresFolderOf(studyFolder, study.runs[11]!.run), { recursive: true });
    const again = await masklab(folder, ['study', 'resume', studyFolder], { seconds: 60 });
    expect(again.output).toContain(
      'The test set "shifted" has changed since the study was created.',
    );
    expect(again.code).not.toBe(0);

    const last = runDirectoryIn(studyFolder, study, study.runs[11]!.run);
    for (const name of ['model', RUN_FILES.state]) {
      fs.rmSync(path.join(last, name), { recursive: true });
    }
    const expectRefusal = async (said: string): Promise<void> => {
      const refused = await masklab(folder, ['study', 'resume', studyFolder], { seconds: 60 });
      expect(refused.output).toContain(said);
      expect(refused.output).not.toMatch(/ started \(/);
      expect(refused.code).not.toBe(0);
    };
    await expectRefusal('The test set "shifted" has changed since the study was created.');
    fs.writeFileSync(path.join(folder, 'shifted.jsonl'), rows(60, 0.05, 'shifted'));
    fs.renameSync(path.join(folder, 'tiny'), path.join(folder, 'moved'));
    await expectRefusal('The folder does not exist');
  });

  it('chooses values on the development texts before a test set is scored, and resumes', async () => {
    const choosing = {
      run: { ...STUDY.run, epochs: 1 },
      arms: [
        { name: 'plain' },
        {
          ...{ name: 'consistent', debias: 'consistency', debiasWords: 'also.mask.json' },
          debiasWeight: { choose: [0.1, 20] },
        },
        { name: 'added', shiftedData: ['sample.jsonl'], shiftedWeight: { choose: [1, 30] } },
      ],
      development: { data: 'sample.jsonl', seeds: 1 },
    };
    // No training text begins so.
    const sample = rows(70, 0.05, 'sample').replaceAll('"text":"', '"text":"book ben anna ');
    fs.writeFileSync(path.join(folder, 'sample.jsonl'), sample);
    const first = await run(choosing);
    expect(first.output).toMatch(/consistent \(debiasWeight 0\.1, 20\), added .*halves/);
    expect(first.code).toBe(0);
    const studyFolder = onlyFolderIn(path.join(folder, '.masklab/studies'));
    const study = await readStudy(studyFolder);
    expect(study.runs.map(({ arm, seed }) => `${arm} ${seed}`)).toEqual([
      ...['plain 0', 'consistent 0', 'added 0', 'plain 1', 'consistent 1', 'added 1'],
    ]);
    const scoreOf = (id: string): number | null => {
      const file = path.join(scoresFolderOf(studyFolder, id), 'development.json');
      if (!fs.existsSync(file)) return null;
      return (JSON.parse(fs.readFileSync(file, 'utf8')) as { score: number }).score;
    };
    for (const { arm, tried, chosen } of study.choices!) {
      for (const { values, score, runs } of tried) {
        const own = study.candidates!.filter(
          (run) => run.arm === arm && JSON.stringify(run.values) === JSON.stringify(values),
        );
        const scores = own.flatMap(({ run: id }) => scoreOf(id) ?? []);
        expect(scores).toHaveLength(runs);
        expect(runs).toBe(arm === 'added' ? 2 : 1);
        expect(score).toBeCloseTo(scores.reduce((sum, one) => sum + one, 0) / runs, 12);
      }
      const best = Math.max(...tried.map(({ score }) => score!));
      expect(
        tried.find(({ values }) => JSON.stringify(values) === JSON.stringify(chosen))!.score,
      ).toBe(best);
    }
    // Test sets are scored for the chosen values alone, and other runs that never started are gone.
    const runIds = new Set(study.runs.map(({ run: id }) => id));
    for (const { run: id, arm, half, seed } of study.candidates!) {
      const scored = await readModelScores(studyFolder, id);
      expect(scored !== null).toBe(runIds.has(id));
      const isThere = fs.existsSync(runDirectoryIn(studyFolder, study, id));
      const isTrained = half !== null || (arm === 'consistent' && seed === 0);
      expect(isThere).toBe(runIds.has(id) || isTrained);
      if (half === null) continue;
      const { data } = await readRunSpec(runDirectoryIn(studyFolder, study, id));
      expect(data.shifted!.withoutHalf).toBe(half);
    }
    const report = fs.readFileSync(path.join(studyFolder, 'report.md'), 'utf8');
    expect(report).toContain('## Chosen values');
    expect(report).toMatch(/\| consistent \| debias weight 0\.1 \| 1 \| [\d.]+%/);
    expect(report).toMatch(/“added” also trains on development texts/);

    // As if it was interrupted before the choices were recorded.
    const { choices, ...before } = study;
    const kept = before.runs.filter(({ arm }) => arm === 'plain');
    fs.writeFileSync(
      path.join(studyFolder, 'study.json'),
      JSON.stringify({ ...before, runs: kept }),
    );
    const again = await masklab(folder, ['study', 'resume', studyFolder], { seconds: 100 });
    expect(again.output).not.toMatch(/ started \(/);
    expect(again.code).toBe(0);
    const resumed = await readStudy(studyFolder);
    expect(resumed.choices).toEqual(choices);
    expect(resumed.runs).toEqual(study.runs);

    const few = { ...choosing, development: { data: 'few.jsonl' } };
    fs.writeFileSync(path.join(folder, 'few.jsonl'), rows(10, 0.05, 'fewer'));
    const refused = await run(few);
    expect(refused.output).toMatch(/can be scored on \d+ development texts, which is too few/);
  });

  it('counts texts of a test set that the shifted sample or the data of an arm has', async () => {
    const letter = Array.from({ length: 60 }, (_, i) => WORDS[(i * i) % WORDS.length]).join(' ');
    const labelled = (text: string): string => `${JSON.stringify({ text, label: 'yes' })}\n`;
    fs.appendFileSync(path.join(folder, 'few.jsonl'), labelled(letter));
    fs.writeFileSync(path.join(folder, 'copied.jsonl'), labelled(`${letter} x`));
    const tests = [
      { name: 'in-domain', data: 'test.jsonl' },
      { name: 'sample', data: 'few.jsonl' },
      { name: 'copied', data: 'copied.jsonl' },
    ];
    for (const arm of [{ shiftedData: ['few.jsonl'] }, { data: 'few.jsonl' }]) {
      const arms = [{ name: 'plain' }, { name: 'other', ...arm }];
      fs.writeFileSync(
        path.join(folder, 'also.study.jsonc'),
        JSON.stringify({ ...STUDY, arms, tests }),
      );
      const planned = await masklab(folder, ['study', 'plan', 'also.study.jsonc'], { seconds: 60 });
      expect(planned.output).toMatch(/test set "sample" shares 41 texts with the training data/);
      expect(planned.output).toMatch(/test set "copied" has 1 text that is nearly identical to/);
      expect(planned.code).toBe(0);
    }
  });

  it('names arm, file, row and key in its plan, before anything is trained', async () => {
    fs.writeFileSync(
      path.join(folder, 'other.jsonl'),
      '{ "text": "good", "label": "yes" }\n{ "text": "bad", "label": "maybe" }\n',
    );
    const refusals: [object, RegExp][] = [
      [{ shiftedData: ['other.jsonl'] }, /other\.jsonl, line 2.*Arm "second": .*"maybe"/],
      [{ shiftedWeight: 3 }, /Arm "second": "shiftedWeight" has no effect without "shiftedData"/],
      [
        { debias: 'consistency' },
        /Arm "second": "debias": "consistency" needs "debiasWords"\.\s+Add "debiasWords", or/,
      ],
      [{ masking: 'gone.mask.json' }, /Arm "second": .*gone\.mask\.json/],
      [{ debias: 'groups', debiasWords: 'gone.mask.json' }, /Arm "second": .*gone\.mask\.json/],
      [{ startFrom: 'plain', data: 'gone.jsonl' }, /gone\.jsonl: Arm "second": /],
      [
        { startFrom: 'plain', debias: 'groups', debiasWords: 'never.mask.json' },
        /Arm "second": .*never/,
      ],
      [
        { optimizer: 'adamw', momentum: 0.5 },
        /Arm "second": "momentum" does not apply to "optimizer"/,
      ],
    ];
    fs.writeFileSync(
      path.join(folder, 'never.mask.json'),
      '{ "version": 1, "rate": 0, "rules": [{ "name": "never", "words": ["zebra"], "rate": 1 }] }',
    );
    for (const [arm, said] of refusals) {
      const arms = [{ name: 'plain' }, { name: 'second', ...arm }];
      const content = JSON.stringify({ ...STUDY, arms });
      fs.writeFileSync(path.join(folder, 'also.study.jsonc'), content);
      const planned = await masklab(folder, ['study', 'plan', 'also.study.jsonc'], { seconds: 90 });
      expect(planned.output).toMatch(said);
      expect(planned.output).not.toMatch(/ --[a-z]/);
      expect(planned.code).not.toBe(0);
    }
  });

  it('refuses a design that cannot be trained, and leaves nothing behind', async () => {
    const refusals: [object, RegExp][] = [
      [{ tests: undefined }, /needs test sets/],
      [{ arms: [{ name: 'plain' }] }, /nothing to compare it with/],
      [{ arms: [{ name: 'plain' }, { name: 'same' }] }, /have the same settings/],
      [{ arms: [{ name: 'a', startFrom: 'b' }, { name: 'b' }] }, /not an earlier arm/],
      [
        { arms: [{ name: 'a' }, { name: 'b', errorsOf: 'a' }] },
        /arm "b" has one of "errorsOf" and "debias": "errors" without the other/,
      ],
      [{ arms: [{ name: 'a' }, { name: 'b', debias: 'errors' }] }, /"errorsOf"/],
      [{ primary: 'else' }, /No test set of the study is called "else"/],
      [{ metric: 'perplexity' }, /perplexity/],
      [
        {
          arms: [
            { name: 'a' },
            { name: 'b', shiftedData: ['few.jsonl'], shiftedWeight: { choose: [1, 5] } },
          ],
        },
        /arm "b" lists values of "shiftedWeight" to choose from, but the study has no texts/,
      ],
      [{ development: { data: 'few.jsonl' } }, /no arm lists any/],
      [{ split: 'test' }, /"split" is for masked language models/],
      [{ tests: [{ name: 'other', data: 'other.jsonl' }] }, /maybe/],
    ];
    fs.writeFileSync(path.join(folder, 'other.jsonl'), '{ "text": "good", "label": "maybe" }\n');
    for (const [more, said] of refusals) {
      const { output, code } = await run(more);
      expect(output).toMatch(said);
      expect(code).not.toBe(0);
    }
    expect(fs.existsSync(path.join(folder, '.masklab/studies'))).toBe(false);
  });
});
