import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditReportSchema, type TextSaliences } from '../../src/core/audit/auditReport.js';
import { recordKey } from '../../src/core/data/scanLabels.js';
import { trainedTextsOf } from '../../src/node/audit/trainedTexts.js';
import { loadLabelledModel } from '../../src/node/models/labelledModel.js';
import { readPolicy } from '../../src/node/policies/readPolicy.js';
import { createRun } from '../../src/node/runs/createRun.js';
import { inspectRun } from '../../src/node/runs/inspectRun.js';
import { writeTinyClassifier } from '../support/tinyModel.js';

const cli = path.join(import.meta.dirname, '../../dist/cli.js');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-audit-'));
const model = path.join(folder, 'classifier');
const out = path.join(folder, 'audit');

function masklab(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8', cwd: folder });
}

const WORDS = 'captain sea ship whale sail storm harbor rope mast deck'.split(' ');
const rows = Array.from({ length: 60 }, (_, i) => {
  const words = Array.from({ length: 2 }, (__, j) => WORDS[(i * 7 + j * (i % 4) + j) % 10]!);
  const [ten, one] = [WORDS[Math.floor(i / 10)]!, WORDS[i % 10]!];
  return { text: `the ${words.join(' ')} ${ten} ${one}`, label: i % 2 === 0 ? 'good' : 'bad' };
});

beforeAll(async () => {
  await writeTinyClassifier(model, rows.map(({ text }) => text).join(' '), {
    ...{ head: 'sequence', labels: ['bad', 'good'], problemType: 'single_label_classification' },
  });
  const lines = rows.map(({ text, label }) => `${text},${label}`);
  fs.writeFileSync(path.join(folder, 'test.csv'), `text,label\n${lines.join('\n')}\n`);
});

afterAll(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

describe('masklab audit', () => {
  it('writes a report whose effects are those of single predictions, and a policy that reads it', async () => {
    const { status, stdout, stderr } = masklab(
      ...['audit', '--model', model, '--data', 'test.csv', '--texts', '40', '--out', 'audit'],
    );
    expect([status, stderr]).toEqual([0, expect.stringContaining('wrote the audit to audit')]);
    expect(stdout).toContain('# Audit of classifier');
    const read = (name: string): string => fs.readFileSync(path.join(out, name), 'utf8');
    const report = auditReportSchema.parse(JSON.parse(read('audit.json')));
    expect([report.data.texts, report.data.audited]).toEqual([60, 40]);
    expect(report.model.maskedExamples).toBeNull();
    expect(report.findings.length).toBeGreaterThan(0);
    expect(report.gradients!.texts).toBeGreaterThan(0);

    const [first] = read('words.jsonl').trim().split('\n');
    const saliences = JSON.parse(first!) as TextSaliences;
    const { text } = rows[saliences.line - 2]!;
    const oddsOf = (masked: string): number => {
      const answer = masklab('predict', '--model', model, masked, '--json');
      const { probabilities } = JSON.parse(answer.stdout) as {
        probabilities: { label: string; probability: number }[];
      };
      const p = probabilities.find(({ label }) => label === saliences.predicted)!.probability;
      return Math.log(p / (1 - p));
    };
    const whole = oddsOf(text);
    expect(saliences.evidence).toBeCloseTo(whole, 3);
    for (const { effect, ranges } of saliences.words.slice(0, 3)) {
      let masked = text;
      for (const { start, end } of [...ranges].reverse()) {
        masked = `${masked.slice(0, start)}[MASK]${masked.slice(end)}`;
      }
      expect(effect).toBeCloseTo(whole - oddsOf(masked), 3);
    }

    const table = read('findings.csv').trim().split('\r\n');
    expect(table).toHaveLength(report.findings.length + 1);
    const selected = report.findings.filter(({ isSelected }) => isSelected);
    const policy = path.join(out, 'audit.mask.json');
    expect(fs.existsSync(policy)).toBe(selected.length > 0);
    if (selected.length > 0) {
      const { rules } = await readPolicy(policy, { folder: out, workspaceFolders: [out] });
      expect(rules[0]!.words).toEqual([...new Set(selected.map((finding) => finding.text))]);
    }
  }, 120_000);

  it('takes copies of texts for no further evidence', () => {
    const lines = rows.map(({ text, label }) => `${text},${label}`);
    const [first] = rows;
    const other = `${first!.text},${first!.label === 'good' ? 'bad' : 'good'}`;
    const write = (name: string, list: readonly string[]): void => {
      fs.writeFileSync(path.join(folder, name), `text,label\n${list.join('\n')}\n`);
    };
    // Only a text with the same label is a copy.
    write('once.csv', [...lines, other]);
    write('thrice.csv', [...lines, other, ...lines, ...lines]);
    const elsewhere = lines.map((line) => line.replace(',', ' on,'));
    write('newer.csv', elsewhere);
    write('newer-twice.csv', [...elsewhere, ...elsewhere]);
    const audit = (data: string, shifted: string) => {
      const args = ['--data', data, '--shifted', shifted, '--texts', '100', '--no-gradients'];
      const { status, stdout } = masklab('audit', '--model', model, ...args, '--json');
      expect(status).toBe(0);
      return auditReportSchema.parse(JSON.parse(stdout));
    };
    const once = audit('once.csv', 'newer.csv');
    const copied = audit('thrice.csv', 'newer-twice.csv');
    expect(once.data).toMatchObject({ texts: 61, audited: 61, copies: 0 });
    expect(copied.data).toMatchObject({ texts: 181, audited: 61, copies: 120 });
    expect(copied.data.shifted).toMatchObject({ texts: 120, overlapping: 0, copies: 60 });
    expect(copied.data.shifted!.labels).toEqual(once.data.shifted!.labels);
    const numbersOf = ({ findings }: typeof once) =>
      findings.map(({ places, ...finding }) => ({ ...finding, places: places.length }));
    expect(numbersOf(copied).length).toBeGreaterThan(0);
    expect(numbersOf(copied)).toEqual(numbersOf(once));
  }, 120_000);

  it('reads a table without a header, as the options say', () => {
    const lines = rows.map(({ text, label }) => `${text},${label}`);
    fs.writeFileSync(path.join(folder, 'bare.csv'), lines.join('\n'));
    const { status, stdout } = masklab(
      ...['audit', '--model', model, '--data', 'bare.csv', '--no-header', '--texts', '10'],
      ...['--text-column', 'column1', '--label-column', 'column2', '--no-gradients', '--json'],
    );
    expect(status).toBe(0);
    expect(auditReportSchema.parse(JSON.parse(stdout)).data.texts).toBe(60);
  }, 60_000);

  it('counts the labels that change when words of a list are exchanged', async () => {
    fs.writeFileSync(path.join(folder, 'swaps.txt'), 'captain, sea\nwhale, rope\nkraken, squid\n');
    const args = ['audit', '--model', model, '--data', 'test.csv', '--texts', '20'];
    const audit = [...args, '--swaps', 'swaps.txt', '--no-gradients'];
    const { status, stdout } = masklab(...audit, '--json');
    expect(status).toBe(0);
    const { swaps } = auditReportSchema.parse(JSON.parse(stdout));
    expect(swaps!.pairs.map(({ words }) => words.join()).sort()).toEqual([
      'captain,sea',
      'whale,rope',
    ]);
    expect(masklab(...audit).stdout).toContain('| captain ↔ sea');

    const loaded = await loadLabelledModel(model, { threads: 1 });
    const labelOf = async (text: string): Promise<boolean> => {
      const { ids } = loaded.tokenizer.frame(loaded.tokenizer.encode(text).ids);
      const [logits] = await loaded.sequenceLogits([{ ids, typeIds: null }]);
      return logits![0]! > logits![1]!;
    };
    const counterparts = new Map([
      ...[
        ['captain', 'sea'],
        ['sea', 'captain'],
        ['whale', 'rope'],
        ['rope', 'whale'],
      ],
    ] as [string, string][]);
    // All texts: the sample of the audit is of any twenty.
    const { swaps: all } = auditReportSchema.parse(
      JSON.parse(masklab(...audit, '--texts', '60', '--json').stdout),
    );
    let [texts, flips] = [0, 0];
    for (const { text } of rows) {
      const swapped = text
        .split(' ')
        .map((word) => counterparts.get(word) ?? word)
        .join(' ');
      if (swapped === text) continue;
      texts++;
      if ((await labelOf(text)) !== (await labelOf(swapped))) flips++;
    }
    await loaded.release();
    expect(all).toMatchObject({ texts, flips });
    expect(texts).toBeGreaterThan(20);

    fs.writeFileSync(path.join(folder, 'bad.txt'), 'he\n');
    const bad = masklab(...args, '--swaps', 'bad.txt');
    expect([bad.status, bad.stderr]).toEqual([2, expect.stringContaining('bad.txt, line 1')]);
  }, 120_000);

  it('compares its findings with a shifted sample, without the texts that both have', () => {
    // The same words with the labels the other way round, and two rows of the data.
    const turned = rows.map(({ text, label }) => `${text} on,${label === 'good' ? 'bad' : 'good'}`);
    const known = rows.slice(0, 2).map(({ text, label }) => `${text},${label}`);
    const sampleOf = (name: string, lines: readonly string[]): void => {
      fs.writeFileSync(path.join(folder, name), `text,label\n${lines.join('\n')}\n`);
    };
    sampleOf('elsewhere.csv', [...known, ...turned]);
    const args = ['audit', '--model', model, '--data', 'test.csv', '--texts', '40'];
    const audit = [...args, '--no-gradients', '--json', '--shifted'];
    const { status, stdout, stderr } = masklab(...audit, 'elsewhere.csv');
    const near =
      'compared texts of the shifted sample are nearly identical to texts of the audited';
    expect([status, stderr]).toEqual([0, expect.stringContaining(near)]);
    const { data, findings } = auditReportSchema.parse(JSON.parse(stdout));
    expect(data.shifted).toMatchObject({ texts: 62, overlapping: 2, trained: null });
    // A word is added to each of the texts, of which the longer ones stay similar.
    expect(data.shifted!.near).toBeGreaterThan(0);
    expect(data.shifted!.near).toBeLessThan(60);
    expect(data.shifted!.labels).toEqual(['bad', 'good'].map((label) => ({ label, texts: 30 })));
    expect(findings.length).toBeGreaterThan(0);
    for (const { shifted, untested, isSelected } of findings) {
      expect(isSelected).toBe(shifted?.stability === 'unstable');
      expect((shifted === undefined) === (untested !== undefined)).toBe(true);
    }

    sampleOf(
      'good.csv',
      turned.filter((line) => line.endsWith('good')),
    );
    const one = masklab(...audit, 'good.csv');
    expect([one.status, one.stderr]).toEqual([
      0,
      expect.stringContaining('Every compared text of the shifted sample is labeled "good".'),
    ]);
    const { findings: untested } = auditReportSchema.parse(JSON.parse(one.stdout));
    expect(untested.map(({ shifted }) => shifted)).toEqual(untested.map(() => undefined));

    const all = masklab(...audit, 'test.csv');
    expect([all.status, all.stderr]).toEqual([
      2,
      expect.stringContaining('All texts of the shifted sample are in the audited data, too.'),
    ]);
  }, 120_000);

  it('compares numbers by halves, so that words are tested and selected', async () => {
    const regressor = path.join(folder, 'regressor');
    await writeTinyClassifier(regressor, rows.map(({ text }) => text).join(' '), {
      ...{ head: 'sequence', labels: ['stars'], problemType: 'regression' },
    });
    // "mast" goes with many stars here, and with few elsewhere.
    const starsOf = (end: string, high: number) =>
      rows.map(({ text }, i) => {
        const hasMast = i % 2 === 0;
        const odd = Math.floor(i / 2) % 2;
        const stars = hasMast === high > 3 ? 4 + odd : 1 + odd;
        return `${text.replaceAll(/mast|rope/g, 'deck')} ${hasMast ? 'mast' : 'rope'} ${end},${stars}`;
      });
    const write = (name: string, lines: readonly string[]): void => {
      fs.writeFileSync(path.join(folder, name), `text,stars\n${lines.join('\n')}\n`);
    };
    write('stars.csv', starsOf('here', 5));
    write('stars-elsewhere.csv', starsOf('there', 1));
    const { status, stdout, stderr } = masklab(
      ...['audit', '--model', regressor, '--data', 'stars.csv', '--shifted', 'stars-elsewhere.csv'],
      ...['--label-column', 'stars', '--no-gradients', '--json', '--out', 'numbers'],
    );
    expect([status, stderr]).toEqual([0, expect.stringContaining('wrote the audit')]);
    const { data, findings } = auditReportSchema.parse(JSON.parse(stdout));
    expect(data.shifted!.splits).toEqual([{ label: 'stars', value: 2, above: 30 }]);
    // Whether the model leans on it upwards or downwards is up to its random weights.
    const found = findings.filter(({ text }) => text === 'mast' || text === 'rope');
    expect(found.length).toBeGreaterThan(0);
    const tested = found.filter(({ text, effect }) => (text === 'mast') === effect > 0);
    expect(tested.map(({ shifted }) => shifted!.stability)).toEqual(tested.map(() => 'unstable'));
    const document = fs.readFileSync(path.join(folder, 'numbers/audit.md'), 'utf8');
    expect(document).toContain('above 2 for “stars”');
  }, 120_000);

  it('counts the texts that the run of the model was trained on', async () => {
    const { directory } = await createRun(
      await inspectRun({
        ...{ runsFolder: path.join(folder, '.masklab/runs'), workspaceFolder: folder },
        ...{ paths: ['test.csv'], modelFolder: model, options: {} },
      }),
    );
    const trained = path.join(directory, 'model');
    fs.cpSync(model, trained, { recursive: true });
    const texts = await trainedTextsOf(trained);
    const args = ['audit', '--model', trained, '--data', 'test.csv', '--texts', '10', '--json'];
    const { stdout, stderr } = masklab(...args, '--no-gradients');
    const { data } = auditReportSchema.parse(JSON.parse(stdout));
    expect(data.trained).toBe(
      rows.filter(({ text }) => texts!.keys.has(recordKey(text, null))).length,
    );
    expect(data.trained).toBeGreaterThan(0);
    expect(stderr).toContain(
      `${data.trained} of 60 texts in the audited files are in the training`,
    );
  }, 60_000);

  it('leaves nothing behind for data without labels, and says what it needs', () => {
    fs.writeFileSync(path.join(folder, 'plain.txt'), 'no labels here\n');
    const { status, stderr } = masklab(
      ...['audit', '--model', model, '--data', 'plain.txt', '--out', 'none'],
    );
    expect(status).not.toBe(0);
    expect(stderr).not.toContain('Internal');
    expect(fs.existsSync(path.join(folder, 'none'))).toBe(false);
    expect(masklab('audit', '--data', 'test.csv').stderr).toContain('requires --model');
  }, 60_000);
});
