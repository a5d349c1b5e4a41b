import { describe, expect, it } from 'vitest';
import {
  auditTexts,
  expectedKey,
  type AuditedExample,
} from '../../../src/core/audit/auditTexts.js';
import { AUDIT_STEPS, type AuditProgress } from '../../../src/core/audit/auditProgress.js';
import { auditDocument } from '../../../src/core/audit/auditDocument.js';
import { ENGLISH } from '../../../src/core/messages/render.js';
import { auditReportSchema } from '../../../src/core/audit/auditReport.js';
import { reportMarkdown } from '../../../src/core/experiments/report/report.js';
import { randomStream } from '../../../src/core/random.js';
import { FakeTokenizer } from '../predict/fakeModel.js';
import { tableModel } from './tableModel.js';

const WORDS = Array.from({ length: 30 }, (_, i) => `word${i}`);
const tokenizer = new FakeTokenizer(WORDS);
const SHORTCUT = WORDS[0]!;
const REASON = WORDS[1]!;

/** A model that leans on a shortcut, and less on the word that the label depends on. */
const base = tableModel({
  labels: ['good', 'bad'],
  maxLength: 32,
  rule: (ids) => {
    const has = (word: string): boolean => Array.from(ids).includes(tokenizer.tokenToId(word)!);
    const noise = Array.from(ids).reduce((sum, id, i) => sum + Math.sin(id * (i + 1)), 0) / 20;
    return Float32Array.of((has(SHORTCUT) ? 4 : -2) + (has(REASON) ? 1 : -1) + noise, 0);
  },
});
const model = { ...base, tokenizer };

/** Texts whose label is that of the reason; the shortcut agrees with it in nine of ten. */
function examples(count: number): AuditedExample[] {
  const random = randomStream('audit texts test');
  return Array.from({ length: count }, (_, i) => {
    const isGood = random() < 0.5;
    const words = Array.from({ length: 8 }, () => WORDS[2 + Math.floor(random() * 28)]!);
    if (isGood) words[3] = REASON;
    if (random() < (isGood ? 0.9 : 0.1)) words[6] = SHORTCUT;
    const label = isGood ? 0 : 1;
    return {
      ...{ text: words.join(' '), pair: null, file: 'texts.csv', line: i + 2, label },
      expected: expectedKey({ label, values: null }, 'softmax'),
    };
  });
}

const OPTIONS = { seed: 0, gradients: null };

describe('an audit', () => {
  it('tells of each step how many texts are done, and stops where it is cancelled', async () => {
    const told: AuditProgress[] = [];
    const signal = { aborted: false };
    await auditTexts(model, examples(120), { ...OPTIONS, onProgress: (at) => told.push(at) });
    expect([...new Set(told.map(({ step }) => step))]).toEqual(AUDIT_STEPS.slice(0, 3));
    for (const [step, total] of [
      ['occlusion', 120],
      ['maskedAccuracy', 100],
      ['faithfulness', 100],
    ] as const) {
      const ofStep = told.filter((at) => at.step === step);
      expect([ofStep[0]!.done, new Set(ofStep.map((at) => at.total))]).toEqual([
        0,
        new Set([total]),
      ]);
      expect(ofStep.at(-1)!.done).toBeGreaterThan(total / 2);
    }
    for (const step of AUDIT_STEPS.slice(0, 3)) {
      signal.aborted = false;
      const seen: AuditProgress[] = [];
      const stopped = auditTexts(model, examples(20), {
        ...{ ...OPTIONS, signal },
        onProgress: (at) => {
          seen.push(at);
          signal.aborted = at.step === step && at.done > 0;
        },
      });
      await expect(stopped, step).rejects.toMatchObject({ data: { code: 'Cancelled' } });
      expect(seen.at(-1)!.step).toBe(step);
    }
  });

  it('finds the shortcut, the groups that it fails, and the words behind wrong predictions', async () => {
    const facts = await auditTexts(model, examples(200), OPTIONS);
    const [first, second] = facts.findings;
    expect([first!.text, first!.label, first!.isSelected]).toEqual([SHORTCUT, 'good', true]);
    expect(first!.effect).toBeGreaterThan(5);
    expect([second!.text, second!.label]).toEqual([REASON, 'good']);
    expect(facts.findings.filter(({ isSelected }) => isSelected)).toHaveLength(2);
    // Texts with the label but without the shortcut, and those with it but another label.
    const [worst, next] = facts.groups.filter(({ word }) => word === SHORTCUT);
    expect(
      [worst!, next!].map(({ label, hasWord }) => `${label} ${String(hasWord)}`).sort(),
    ).toEqual(['bad true', 'good false']);
    expect(worst!.accuracy).toBeLessThan(0.2);
    expect(facts.errorWords.find(({ label }) => label === 'good')).toMatchObject({
      ...{ word: SHORTCUT, kind: 'falsePositive' },
    });
    expect(facts.suspects.every(({ probability }) => probability >= 0.9)).toBe(true);
  });

  it('says how far the effects can be believed', async () => {
    const { faithfulness, maskedAccuracy } = await auditTexts(model, examples(100), OPTIONS);
    const { effect, random, reversed } = faithfulness!.orders;
    expect(effect.comprehensiveness).toBeGreaterThan(random.comprehensiveness);
    expect(random.comprehensiveness).toBeGreaterThan(reversed.comprehensiveness);
    expect(effect.sufficiency).toBeLessThan(random.sufficiency);
    expect(maskedAccuracy.map(({ share }) => share)).toEqual([
      ...[0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
    ]);
    expect(maskedAccuracy[0]!.accuracy).toBeGreaterThan(maskedAccuracy.at(-1)!.accuracy);
  });

  it('is a report that its schema accepts, and a document that names its limits', async () => {
    const { saliences, cut, ...facts } = await auditTexts(model, examples(60), OPTIONS);
    expect(saliences).toHaveLength(60);
    const report = auditReportSchema.parse({
      ...{ version: 1, createdAt: new Date().toISOString(), task: 'classification', seed: 0 },
      model: { name: 'planted', folder: '/planted', maskedExamples: 0 },
      data: { files: ['texts.csv'], texts: 60, audited: 60, cut, shifted: null },
      ...{ labels: ['good', 'bad'], unit: 'nats', seconds: 1, ...facts },
    });
    const text = reportMarkdown(auditDocument(report, ENGLISH));
    expect(text).toContain('This model was not trained with masked texts.');
    expect(text).toContain('loud, not known to be wrong');
    expect(text).toContain(`| ${SHORTCUT} | good |`);
    const trained = { ...report, model: { ...report.model, maskedExamples: 0.5 } };
    expect(reportMarkdown(auditDocument(trained, ENGLISH))).toContain(
      '50.0% of the training examples',
    );
  });

  it('stops when it is cancelled', async () => {
    const signal = { aborted: true };
    await expect(auditTexts(model, examples(5), { ...OPTIONS, signal })).rejects.toMatchObject({
      data: { code: 'Cancelled' },
    });
  });
});
