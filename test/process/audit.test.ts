import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditReportSchema, type TextSaliences } from '../../src/core/audit/auditReport.js';
import { loadLabelledModel } from '../../src/node/models/labelledModel.js';
import { readPolicy } from '../../src/node/policies/readPolicy.js';
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
  const words = Array.from({ length: 5 }, (__, j) => WORDS[(i * 7 + j * (i % 4) + j) % 10]!);
  return { text: `the ${words.join(' ')}`, label: i % 2 === 0 ? 'good' : 'bad' };
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
