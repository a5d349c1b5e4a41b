import fs from 'node:fs';
import path from 'node:path';
import { inputError } from '../../core/errors.js';
import { rocAuc } from '../../core/evaluation/rocAuc.js';
import type {
  LabelDesign,
  LabelScores,
  LabelTest,
  TestScore,
} from '../../core/experiments/study/study.js';
import { isTestMetric } from '../../core/experiments/study/testMetrics.js';
import { createMasker } from '../../core/masking/createMasker.js';
import { NO_RULE, type Masker } from '../../core/masking/masker.js';
import type { MaskingPolicy } from '../../core/masking/policy/policy.js';
import { CorpusCounter, needsStatistics } from '../../core/masking/statistics/statistics.js';
import { problem } from '../../core/messages/message.js';
import type { RunSpec } from '../../core/runs/schema.js';
import type { GroupedExample } from '../../core/train/data/labelledData.js';
import { byKey, type UnplacedScore } from '../../core/train/data/scoredData.js';
import type { Tokenizer } from '../../core/tokenizer/tokenizer.js';
import { writeJsonAtomically } from '../files/storage.js';
import { evaluateExamples } from '../models/evaluateModel.js';
import { loadLabelledModel, type LabelledModel } from '../models/labelledModel.js';
import { scoresFolderOf, STUDY_FILES } from './studyFolder.js';
import { readTest } from './testSets.js';

export interface ScoreLabelsOptions {
  /** Folder of the study. */
  readonly folder: string;
  readonly run: string;
  readonly spec: RunSpec;
  readonly modelFolder: string;
  /** Seconds that the run has trained. */
  readonly seconds: number;
  readonly threads: number;
  readonly isStopRequested: () => boolean;
}

/**
 * Evaluates the model of a run on the test sets of a study and writes the scores; `null` if it was
 * stopped. Throws `UserInput` for a test set that has changed since the study was created.
 */
export async function scoreLabels(
  { tests, words }: LabelDesign,
  { folder, run, spec, modelFolder, seconds, threads, isStopRequested }: ScoreLabelsOptions,
): Promise<LabelScores | null> {
  const model = await loadLabelledModel(modelFolder, { threads });
  try {
    const scored: ScoredTest[] = [];
    for (const test of tests) {
      if (isStopRequested()) return null;
      scored.push(await scoreTest(model, { test, spec, words }));
    }
    const [inDomain] = scored;
    const scores: LabelScores = {
      version: 1,
      run,
      items: Object.fromEntries(scored.map(({ digest }, i) => [tests[i]!.name, digest])),
      tests: Object.fromEntries(
        scored.map((one, i) => [tests[i]!.name, withDetection(one, i === 0 ? null : inDomain!)]),
      ),
      seconds,
    };
    const directory = scoresFolderOf(folder, run);
    fs.mkdirSync(directory, { recursive: true });
    await writeJsonAtomically(path.join(directory, STUDY_FILES.summary), scores);
    return scores;
  } finally {
    await model.release();
  }
}

interface ScoredTest {
  readonly score: TestScore;
  readonly digest: string;
  /** Probability of the predicted label of each row; empty for other predictions. */
  readonly confidences: readonly number[];
}

interface TestToScore {
  readonly test: LabelTest;
  readonly spec: RunSpec;
  readonly words: MaskingPolicy | null;
}

async function scoreTest(
  model: LabelledModel,
  { test, spec, words }: TestToScore,
): Promise<ScoredTest> {
  const { examples, digest } = await readTest(test, spec, model);
  if (digest !== test.digest) {
    throw inputError(problem('study.changedTest', { name: test.name }));
  }
  const scores: UnplacedScore[] = [];
  const report = await evaluateExamples(model, examples, (score) => scores.push(score));
  scores.sort(byKey);
  const right = scores.map(isRight);
  const metrics: TestScore['metrics'] = {};
  for (const [name, value] of Object.entries(report.metrics)) {
    if (isTestMetric(name)) metrics[name] = value;
  }
  const calibration = report.labels?.curves?.calibration ?? null;
  if (calibration !== null) metrics.calibrationError = calibration.error;
  const groups =
    words === null || right.includes(null)
      ? []
      : groupsOf(examples, {
          right,
          masker: maskerOf(words, examples, model.tokenizer),
          tokenizer: model.tokenizer,
        });
  if (groups.length > 0) metrics.worstGroup = Math.min(...groups.map(({ accuracy }) => accuracy));
  return {
    digest,
    confidences: scores.flatMap(confidenceOf),
    score: {
      rows: examples.length,
      metrics,
      right: right.includes(null) ? null : right.map((one) => (one === true ? '1' : '0')).join(''),
      groups,
    },
  };
}

/** Whether a predicted label is the expected one; `null` for other predictions. */
function isRight({ scored }: UnplacedScore): boolean | null {
  if (scored.kind !== 'answer' || scored.answer.kind !== 'labels') return null;
  const { expected, predicted } = scored.answer;
  return expected.length === predicted.length && expected.every((one) => predicted.includes(one));
}

function confidenceOf({ scored }: UnplacedScore): number[] {
  if (scored.kind !== 'answer' || scored.answer.kind !== 'labels') return [];
  const [first] = scored.answer.probabilities;
  return first === undefined ? [] : [first.probability];
}

/** A score with how well confidence tells the rows of the first test set from its own. */
function withDetection({ score, confidences }: ScoredTest, inDomain: ScoredTest | null): TestScore {
  if (inDomain === null) return score;
  const area = rocAuc([
    ...inDomain.confidences.map((confidence) => ({ score: confidence, isTrue: true })),
    ...confidences.map((confidence) => ({ score: confidence, isTrue: false })),
  ]);
  return area === null ? score : { ...score, metrics: { ...score.metrics, outOfDomainAuc: area } };
}

/** Fewest rows of a group. */
const LEAST_IN_GROUP = 10;

interface Grouping {
  /** By content key, as the examples are. */
  readonly right: readonly (boolean | null)[];
  readonly masker: Masker;
  readonly tokenizer: Tokenizer;
}

/** Rows by label and by whether a rule of the policy covers a word of them. */
function groupsOf(
  examples: readonly GroupedExample[],
  { right, masker, tokenizer }: Grouping,
): TestScore['groups'] {
  const groups = new Map<string, { label: string; hasWord: boolean; rows: number; hits: number }>();
  examples.forEach(({ text, pair, file, answer }, i) => {
    if (answer.kind !== 'labels') return;
    const label = answer.labels.join(', ');
    const hasWord = [text, ...(pair === null ? [] : [pair])].some((one) =>
      masker.annotate(one, tokenizer.encode(one), file).rules.some((rule) => rule !== NO_RULE),
    );
    const key = JSON.stringify([label, hasWord]);
    const group = groups.get(key) ?? { label, hasWord, rows: 0, hits: 0 };
    groups.set(key, group);
    group.rows++;
    if (right[i] === true) group.hits++;
  });
  return [...groups.values()]
    .filter(({ rows }) => rows >= LEAST_IN_GROUP)
    .map(({ label, hasWord, rows, hits }) => ({ label, hasWord, rows, accuracy: hits / rows }))
    .sort((a, b) =>
      a.label === b.label ? Number(b.hasWord) - Number(a.hasWord) : a.label < b.label ? -1 : 1,
    );
}

function maskerOf(
  policy: MaskingPolicy,
  examples: readonly GroupedExample[],
  tokenizer: Tokenizer,
): Masker {
  const counter = needsStatistics(policy) ? new CorpusCounter(policy) : null;
  examples.forEach(({ text }) => {
    counter?.add(text);
  });
  return createMasker(policy, { tokenizer, statistics: counter?.finish() ?? null });
}
