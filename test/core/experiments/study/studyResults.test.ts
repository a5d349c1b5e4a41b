import { describe, expect, it } from 'vitest';
import { digestOf, runsOf } from '../../../../src/core/experiments/study/designStudy.js';
import type {
  MaskingDesign,
  MaskingScores,
  Study,
} from '../../../../src/core/experiments/study/study.js';
import {
  gainDeviation,
  powerRows,
  studyResults,
  type StudyOutcome,
} from '../../../../src/core/experiments/study/studyResults.js';
import { reportMarkdown, reportPage } from '../../../../src/core/experiments/report/report.js';
import { studyReport } from '../../../../src/core/experiments/study/studyReport.js';
import { BERT_MASKING } from '../../../../src/core/masking/policy/policy.js';
import { ENGLISH } from '../../../../src/core/messages/render.js';
import { dataAlone } from '../../../support/dataAlone.js';

const DESIGN: MaskingDesign = {
  name: 'Words <b>|</b>',
  hypothesis: null,
  metric: 'loss',
  margin: null,
  split: 'heldOut',
  seeds: [0, 1, 2, 3, 4, 5],
  arms: [
    { name: 'plain', policy: BERT_MASKING },
    { name: '<img src=x>', policy: BERT_MASKING },
  ],
  masks: [
    { name: 'plain', policy: BERT_MASKING },
    { name: 'words', policy: BERT_MASKING },
  ],
  primary: 'plain',
  shared: 'x',
};

function studyOf(design: MaskingDesign = DESIGN): Study<MaskingDesign> {
  return {
    version: 1,
    id: 'study',
    createdAt: '2026-01-01T00:00:00.000Z',
    masklab: '0.1.0',
    design,
    digest: digestOf(design),
    runsFolder: '../runs',
    runs: runsOf(design).map((run) => ({ ...run, run: `${run.arm}/${run.seed}` })),
    added: [],
  };
}

/** Scores with the given loss; each run is scored on the items of `items`. */
function scoresOf(
  study: Study<MaskingDesign>,
  lossOf: (arm: string, seed: number, mask: string) => number,
  items: (run: string) => string = () => 'same',
): Map<string, MaskingScores> {
  return new Map(
    study.runs.map(({ arm, seed, run }) => [
      run,
      {
        version: 1,
        run,
        items: Object.fromEntries(study.design.masks.map(({ name }) => [name, items(run)])),
        masks: Object.fromEntries(
          study.design.masks.map(({ name }) => [
            name,
            { loss: lossOf(arm, seed, name), accuracy: 0.5, tokens: 100, sequences: 10, total: 10 },
          ]),
        ),
        words: { bitsPerWord: 8, bitsPerCharacter: 2, words: 50, texts: 5 },
      },
    ]),
  );
}

const gains = [0.1, 0.12, 0.08, 0.11, 0.09, 0.1];

describe('the results of a study', () => {
  it('are paired by seed and judged on the mask that decides', () => {
    const study = studyOf();
    const scores = scoresOf(study, (arm, seed, mask) =>
      arm === 'plain' || mask === 'words' ? 3 + seed : 3 + seed - gains[seed]!,
    );
    const { results } = studyResults(study, scores);
    const cell = results.cells[1]![results.primary]!;
    expect(cell.against!.gains.mean).toBeCloseTo(0.1, 12);
    expect(cell.against!.gains.p).toBe(2 / 64);
    expect(cell.against!.verdict.kind).toBe('better');
    expect(results.cells[1]![1]!.against!.gains.mean).toBe(0);
    expect(gainDeviation(results)).toBeCloseTo(0.0141, 4);
  });

  it('leave out runs without scores', () => {
    const study = studyOf();
    const scores = scoresOf(study, (_, seed) => seed);
    scores.delete('<img src=x>/2');
    const { results } = studyResults(study, scores);
    expect(results.missing.map(({ run }) => run)).toEqual(['<img src=x>/2']);
    expect(results.cells[1]![0]!.against!.gains.n).toBe(5);
  });

  it('are refused for models that were scored on different items', () => {
    const study = studyOf();
    const scores = scoresOf(
      study,
      () => 1,
      (run) => (run === 'plain/3' ? 'other' : 'same'),
    );
    expect(() => studyResults(study, scores)).toThrow(/study.otherItems|different text/);
  });

  it('cannot be better with too few seeds, which the plan says before', () => {
    const few = studyOf({ ...DESIGN, seeds: [0, 1, 2] });
    const scores = scoresOf(few, (arm, seed) => (arm === 'plain' ? 3 : 3 - gains[seed]!));
    const { verdict } = studyResults(few, scores).results.cells[1]![0]!.against!;
    expect(verdict).toEqual({ kind: 'tooFewSeeds', floor: 0.25 });
    const rows = powerRows(few.design, 0.02);
    expect(rows.find(({ seeds }) => seeds === 3)!.floor).toBe(0.25);
    expect(rows.find(({ seeds }) => seeds === 6)!.floor).toBe(2 / 64);
    // No gain is found where the smallest p-value is not below 0.05.
    expect(rows.map((row) => row.detectable === null)).toEqual(
      rows.map(({ floor }) => floor >= 0.05),
    );
    const detectable = rows.flatMap((row) => row.detectable ?? []);
    expect([...detectable].sort((a, b) => b - a)).toEqual(detectable);
    expect(powerRows(few.design, null)[0]!.detectable).toBeNull();
  });
});

function markdownOf(input: StudyOutcome): string {
  return reportMarkdown(studyReport(input, { forestFile: 'forest.svg', words: ENGLISH }));
}

function pageOf(input: StudyOutcome): string {
  return reportPage(studyReport(input, { forestFile: 'forest.svg', words: ENGLISH }));
}

describe('the report of a study', () => {
  const study = studyOf();
  const better = scoresOf(study, (arm, seed) => 3 + seed - (arm === 'plain' ? 0 : gains[seed]!));
  const report = studyResults(study, better);

  it('escapes names on every surface', () => {
    const markdown = markdownOf(report);
    expect(markdown.split('```')[0]).not.toMatch(/[^\\]<img/);
    expect(markdown).toContain('# Words \\<b\\>\\|\\</b\\>');
    const page = pageOf(report);
    expect(page).not.toContain('<img');
    expect(page).toContain('&lt;img src=x&gt;');
  });

  it('states the verdict with its numbers, and no more', () => {
    const markdown = markdownOf(report);
    expect(markdown).toMatch(
      /\| \\<img src=x\\> \| 6 \| .*\+0\.1000 \\\[\+0\.08\d+, \+0\.11\d+\\\] \| 6\/6 \| 0\.031 \| 0\.031 \| better \|/,
    );
    expect(markdown).not.toMatch(/significant|prove/i);
    expect(markdown).toContain('unchanged since then');
    expect(pageOf(report)).toContain('<svg');
  });

  it('is marked as exploratory once the design or the seeds have changed', () => {
    const changed = { ...study, design: { ...DESIGN, margin: 0.1 } };
    const added = { ...study, added: [{ at: study.createdAt, seeds: [6] }] };
    for (const one of [changed, added]) {
      expect(markdownOf(studyResults(one, better))).toContain('Exploratory:');
    }
    expect(markdownOf(report)).not.toContain('Exploratory:');
  });

  it('has no text but that of the catalogue and the design', () => {
    const options = { forestFile: 'forest.svg', words: dataAlone };
    const [markdown] = reportMarkdown(studyReport(report, options)).split('```');
    const names = /forest\.svg|# Words.*|plain|words|img src=x|study/g;
    expect(markdown!.replaceAll(names, '')).not.toMatch(/[a-z]{3}/i);
    const page = reportPage(studyReport(report, options));
    expect(page).toContain('<html lang="zh-cn">');
    expect(page).not.toMatch(/Gain over|better/);
  });

  it('says how many words are left out of the scores without a mask, and what follows', () => {
    const textWith = (skippedOf: (seed: number) => number | null): string => {
      const scores = scoresOf(study, () => 3);
      for (const { run, seed } of study.runs) {
        const skipped = skippedOf(seed);
        if (skipped !== null) Object.assign(scores.get(run)!.words!, { skipped });
      }
      return markdownOf(studyResults(study, scores));
    };
    const some = textWith((seed) => (seed === 2 ? 10 : 9));
    expect(some).toContain('10 of 60 words were left out');
    expect(some).toContain('do not compare these values with those of a tokenizer that knows more');
    const none = textWith(() => 0);
    expect(none).toContain('No word was left out');
    // A score of an older version does not say it.
    const unknown = textWith((seed) => (seed === 2 ? null : 0));
    expect(unknown).toContain('were not counted');
    for (const text of [some, unknown]) expect(text).not.toContain('No word was left out');
  });

  it('says that there is no result yet', () => {
    const empty = studyResults(study, new Map());
    expect(pageOf(empty)).not.toContain('<svg');
    expect(markdownOf(empty)).toContain('no result yet');
  });
});
