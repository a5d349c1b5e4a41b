import fs from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { inputError } from '../../core/errors.js';
import { rocAuc } from '../../core/evaluation/rocAuc.js';
import type {
  LabelDesign,
  LabelScores,
  LabelTest,
  TestScore,
} from '../../core/experiments/study/study.js';
import { isTestMetric } from '../../core/experiments/study/testMetrics.js';
import type { MaskingPolicy } from '../../core/masking/policy/policy.js';
import { problem } from '../../core/messages/message.js';
import { countsAnswers } from '../../core/objectives/objectives.js';
import type { RunSpec } from '../../core/runs/schema.js';
import type { GroupedExample } from '../../core/train/data/labelledData.js';
import { withInputs } from '../../core/train/data/maskInputs.js';
import { byKey, type UnplacedScore } from '../../core/train/data/scoredData.js';
import type { WordMasks } from '../../core/train/data/wordMasks.js';
import type { WordSwaps } from '../../core/text/wordSwaps.js';
import { maskingWords } from '../../core/train/debias/discouragedWords.js';
import { labelOf } from '../../core/train/debias/exampleWeights.js';
import { writeJsonAtomically } from '../files/storage.js';
import { evaluateExamples } from '../models/evaluateModel.js';
import { loadLabelledModel, type LabelledModel } from '../models/labelledModel.js';
import { countSwapFlips, predictedLabels } from '../models/swapFlips.js';
import { wordMasksOf } from '../preparation/debiasing.js';
import { readJsonFile, scoresFolderOf, STUDY_FILES } from './studyFolder.js';
import { keysOfRun, keysOfTests, readDevelopmentOf, readTestOf } from './testSets.js';

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
  { tests, words, swaps }: LabelDesign,
  { folder, run, spec, modelFolder, seconds, threads, isStopRequested }: ScoreLabelsOptions,
): Promise<LabelScores | null> {
  const model = await loadLabelledModel(modelFolder, { threads });
  try {
    const scored: ScoredTest[] = [];
    for (const test of tests) {
      if (isStopRequested()) return null;
      scored.push(await scoreTest(model, { test, spec, words, swaps: swaps ?? null }));
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

const developmentScoreSchema = z.object({
  version: z.literal(1),
  run: z.string(),
  /** The metric of the study. */
  score: z.number(),
  /** Development texts that the run does not train on. */
  rows: z.int().min(0),
});

/**
 * Metric of a study on the development texts that no test set has and that a run does not train on. A
 * score that was written before is read. Throws `UserInput` for texts that have changed, and for a metric
 * that they do not give.
 */
export async function scoreDevelopment(
  design: LabelDesign,
  {
    folder,
    run,
    spec,
    modelFolder,
    threads,
  }: Omit<ScoreLabelsOptions, 'seconds' | 'isStopRequested'>,
): Promise<number> {
  const { development, tests, words, swaps = null, metric } = design;
  if (development === undefined) throw new RangeError('no texts to choose values on');
  const directory = scoresFolderOf(folder, run);
  const file = path.join(directory, STUDY_FILES.development);
  const known = await readJsonFile(developmentScoreSchema, file);
  if (known.value !== null) return known.value.score;
  const model = await loadLabelledModel(modelFolder, { threads });
  try {
    const { examples } = await readDevelopmentOf(development, spec, model);
    const { files, labelled, shifted } = spec.data;
    const data = { files, labelled: labelled === null ? null : { data: labelled }, shifted };
    const trained = await keysOfRun(data, spec, model);
    const tested = await keysOfTests(tests, spec, model);
    const judged = examples.filter(({ key }) => !trained.has(key) && !tested.has(key));
    const score = (await scoreExamples(model, judged, { words, swaps })).score.metrics[metric];
    if (score === undefined) throw inputError(problem('study.noDevelopmentMetric', { metric }));
    fs.mkdirSync(directory, { recursive: true });
    await writeJsonAtomically(file, { version: 1, run, score, rows: judged.length });
    return score;
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
  readonly swaps: WordSwaps | null;
}

async function scoreTest(
  model: LabelledModel,
  { test, spec, words, swaps }: TestToScore,
): Promise<ScoredTest> {
  const { examples, digest } = await readTestOf(test, spec, model);
  return { ...(await scoreExamples(model, examples, { words, swaps })), digest };
}

/** Scores of a model on rows by content key. */
async function scoreExamples(
  model: LabelledModel,
  examples: readonly GroupedExample[],
  { words, swaps }: Pick<TestToScore, 'words' | 'swaps'>,
): Promise<Omit<ScoredTest, 'digest'>> {
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
  const masks =
    words === null || right.includes(null)
      ? null
      : wordMasksOf(examples, maskingWords(words, 1), model.tokenizer);
  const groups = masks === null ? [] : groupsOf(examples, { right, masks });
  if (groups.length > 0) metrics.worstGroup = Math.min(...groups.map(({ accuracy }) => accuracy));
  const flips = masks === null ? null : await flipRate(model, { examples, scores, masks });
  if (flips !== null) metrics.flipRate = flips;
  if (swaps !== null && !right.includes(null)) {
    const swapped = await countSwapFlips(model, examples, swaps);
    if (swapped.texts > 0) metrics.swapFlipRate = swapped.flips / swapped.texts;
  }
  return {
    confidences: scores.flatMap(confidenceOf),
    score: {
      rows: examples.length,
      metrics,
      right: right.includes(null) ? null : right.map((one) => (one === true ? '1' : '0')).join(''),
      ...(right.includes(null)
        ? {}
        : { accuracyOf: countsAnswers(model.task) ? 'answers' : 'rows' }),
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
  readonly masks: WordMasks;
}

/** Rows by label and by whether the policy finds a word in them. */
function groupsOf(
  examples: readonly GroupedExample[],
  { right, masks }: Grouping,
): TestScore['groups'] {
  const groups = new Map<string, { label: string; hasWord: boolean; rows: number; hits: number }>();
  examples.forEach((example, i) => {
    const label = labelOf(example);
    const hasWord = masks.has(example);
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

interface Flipping {
  readonly examples: readonly GroupedExample[];
  /** By content key, as the examples are. */
  readonly scores: readonly UnplacedScore[];
  readonly masks: WordMasks;
}

/**
 * Share of the rows with words of the policy whose predicted label changes when these are masked; `null`
 * without such rows. Evaluated on a model that has not seen masks, it says as much about masks as
 * about the words.
 */
async function flipRate(
  model: LabelledModel,
  { examples, scores, masks }: Flipping,
): Promise<number | null> {
  const before = new Map(scores.map((score) => [score.key, predictedLabels(score)]));
  const masked = examples.flatMap((example): GroupedExample[] => {
    const inputOf = masks.inputsOf(example, { draw: [] });
    return inputOf === null ? [] : [withInputs(example, inputOf)];
  });
  if (masked.length === 0) return null;
  let flips = 0;
  await evaluateExamples(model, masked, (score) => {
    if (predictedLabels(score) !== before.get(score.key)) flips++;
  });
  return flips / masked.length;
}
