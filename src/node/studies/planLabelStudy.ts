import path from 'node:path';
import { readWordSwaps } from '../data/readWordSwaps.js';
import { countOverlap, knownTexts } from '../data/textOverlap.js';
import { HALVES, type Half } from '../../core/data/splitting/sampleHalves.js';
import {
  designLabelStudy,
  type LabelDesignInput,
} from '../../core/experiments/study/designStudy.js';
import {
  candidateCount,
  candidatesOf,
  isChoosing,
  LEAST_DEVELOPMENT,
  MOST_CANDIDATES,
} from '../../core/experiments/study/studyCandidates.js';
import type { LabelArm, LabelTest } from '../../core/experiments/study/study.js';
import type { StudyArm, StudyFile } from '../../core/experiments/study/studyFile.js';
import { isTestMetric, type TestMetricName } from '../../core/experiments/study/testMetrics.js';
import { inputError } from '../../core/errors.js';
import { message, problem, type Message } from '../../core/messages/message.js';
import { countsAnswers, metricsOfTask } from '../../core/objectives/objectives.js';
import type { RunOptionName, RunOptions } from '../../core/runs/options.js';
import type { DataSnapshot } from '../../core/runs/dataSnapshot.js';
import type { RunSpec } from '../../core/runs/schema.js';
import { optionsAmong } from '../../core/specs/runFile.js';
import { groupKeyOf, parametersOf } from '../../core/specs/runParameters.js';
import type { ExampleForm } from '../models/readExamples.js';
import { planRun, type CreateRunOptions } from '../runs/createRun.js';
import { movedPath, optionsAt } from '../runs/readRunFile.js';
import {
  inspectedRequest,
  MEASURING,
  policyOf,
  withoutOptions,
  withModels,
  type Candidate,
  type NeededRuns,
  type PlannedStudy,
  type SharedPlan,
  type StudyPlace,
} from './studyPlan.js';
import { inArm } from './studyErrors.js';
import {
  formOf,
  keysOfRun,
  keysOfTests,
  readDevelopment,
  readTest,
  textsOfData,
} from './testSets.js';

const EXAMPLE = '"tests": [{ "name": "reviews", "data": "test.csv" }]';

/** Plans a study of models with labels: its test sets are read, and each arm is checked. */
export async function planLabelStudy(
  file: StudyFile,
  place: StudyPlace,
  { request, spec, warnings }: SharedPlan,
): Promise<PlannedStudy> {
  if (file.tests === undefined) {
    throw inputError(problem('study.needsTests', { example: EXAMPLE }));
  }
  const arms: LabelArm[] = [];
  const requests = new Map<string, CreateRunOptions>();
  const candidates = new Map<string, readonly Candidate[]>();
  const shared = { file, place, request, spec };
  for (const given of file.arms) {
    const arm = await armOf(given, place);
    arms.push(arm);
    if (!isChoosing(arm)) {
      const request = await inArm(arm.name, () => requestOf(given.options, arm, shared));
      requests.set(arm.name, request);
      continue;
    }
    if (candidateCount(arm) > MOST_CANDIDATES) continue;
    const own: Candidate[] = [];
    for (const values of candidatesOf(arm)) {
      const options = { ...given.options, ...optionsAmong(values) };
      const request = await inArm(arm.name, () => requestOf(options, arm, shared));
      own.push({ values, request });
    }
    candidates.set(arm.name, own);
    requests.set(arm.name, own[0]!.request);
  }
  const snapshots = [request, ...requests.values()].map(({ snapshot }) => snapshot);
  const form = await formOf(spec, spec.model.path);
  const found = await testsOf(file.tests, { place, spec, snapshots, form });
  const development =
    file.development === undefined
      ? null
      : await developmentOf(file.development, { tests: found.tests, place, spec, form });
  const judged: LabelArm[] = [];
  for (const arm of arms) {
    const snapshot = requests.get(arm.name)?.snapshot;
    const isJudged = isChoosing(arm) && development !== null && snapshot !== undefined;
    judged.push(isJudged ? await judgedArm(arm, { development, snapshot, spec, form }) : arm);
  }
  const metrics = [...metricsOfTask(spec.task).filter(isTestMetric), ...FURTHER] as [
    TestMetricName,
    ...TestMetricName[],
  ];
  const design = designLabelStudy(file, {
    ...{ arms: judged, tests: found.tests, metrics, task: spec.task.kind },
    countsAnswers: countsAnswers(spec.task),
    development: development?.texts ?? null,
    words: file.words === undefined ? null : await policyOf(file.words, place),
    swaps:
      file.swaps === undefined ? null : await readWordSwaps(path.resolve(place.folder, file.swaps)),
    shared: groupKeyOf(parametersOf(spec)),
  });
  for (const { name, startFrom, errorsOf } of arms) {
    const runOf = (arm: string | null): NeededRuns['start'] =>
      arm === null ? null : { id: arm, name: arm };
    const needed = { start: runOf(startFrom), wrong: runOf(errorsOf) };
    const own = candidates.get(name)?.map((candidate) => candidate.request);
    for (const one of own ?? [requests.get(name)!]) {
      const rehearsed =
        startFrom === null && errorsOf === null ? one : withoutFuture(one, { startFrom, spec });
      await inArm(name, () => planRun(withModels(rehearsed, needed)));
    }
  }
  const further = [...found.warnings, ...(development?.warnings ?? [])];
  return {
    design,
    requests: new Map([...requests].map(([name, own]) => [name, unrehearsed(own)])),
    candidates: new Map(
      [...candidates].map(([name, own]) => [
        name,
        own.map((one) => ({ ...one, request: unrehearsed(one.request) })),
      ]),
    ),
    ...{ spec, warnings: [...warnings, ...further] },
  };
}

/** Metrics of every classifier beside those of its task. */
const FURTHER: readonly TestMetricName[] = ['worstGroup', 'calibrationError', 'loss'];

async function armOf(given: StudyArm, place: StudyPlace): Promise<LabelArm> {
  const { name, masking, maskingRate, data, startFrom = null, errorsOf = null } = given;
  const { options, choose } = given;
  const rate = [maskingRate ?? []].flat();
  if (name === undefined) throw inputError(problem('study.unnamedArm'));
  const policy = masking === undefined ? null : await inArm(name, () => policyOf(masking, place));
  if (rate.length > 1) throw inputError(problem('study.severalRates', { name }));
  return {
    ...{ name, options, startFrom, errorsOf },
    policy: policy === null || rate[0] === undefined ? policy : { ...policy, rate: rate[0] },
    data: data === undefined ? null : [data].flat(),
    ...(choose === undefined ? {} : { choose: choicesOf(choose) }),
  };
}

/** The values to choose from as a design stores them. */
function choicesOf(choose: NonNullable<StudyArm['choose']>): NonNullable<LabelArm['choose']> {
  return Object.fromEntries(Object.entries(choose).map(([name, values]) => [name, [...values]]));
}

interface Shared extends Pick<SharedPlan, 'request' | 'spec'> {
  readonly file: StudyFile;
  readonly place: StudyPlace;
}

/** Options by which data is inspected: an arm that sets one has its data inspected for itself. */
const INSPECTED: readonly RunOptionName[] = [
  ...(['loss', 'labelSmoothing', 'classWeights', 'truncation'] as const),
  ...(['shiftedData', 'shiftedWeight', 'weightColumn'] as const),
];

/** Request for the runs of an arm, with the amount of training of the baseline. */
async function requestOf(
  own: RunOptions,
  { policy, data, startFrom }: LabelArm,
  { file, place, request, spec }: Shared,
): Promise<CreateRunOptions> {
  const shared = withoutOptions(file.run.options, [...MEASURING, 'masking', 'maskingRate']);
  const isInspected = data !== null || INSPECTED.some((name) => own[name] !== undefined);
  const { epochs, batchSize, accumulation } = spec.training;
  // Another amount of data or another start wants another amount of training.
  const amount: RunOptions = data === null && startFrom === null ? { epochs } : {};
  const measured: RunOptions = MEASURING.some((name) => file.run.options[name] !== undefined)
    ? { learningRate: spec.optimizer.learningRate }
    : {};
  const options = { ...shared, ...amount, batchSize, accumulation, ...measured, ...own };
  const { run } = file;
  const inspected = isInspected
    ? await inspectedRequest({ ...run, data: data ?? run.data, options }, file, place)
    : { ...request, options: optionsAt(options, place.folder, place.workspaceFolder) };
  return policy === null ? inspected : { ...inspected, masking: policy };
}

/**
 * A request of an arm that needs the models of others, which do not exist yet: its preparation is tried
 * with the start model of the study, and without the errors of another model.
 */
function withoutFuture(
  request: CreateRunOptions,
  { startFrom, spec: { model, method } }: Pick<LabelArm, 'startFrom'> & { readonly spec: RunSpec },
): CreateRunOptions {
  const { rehearse } = request;
  if (rehearse === undefined) return request;
  const start = startFrom === null ? {} : { model, method };
  return {
    ...request,
    rehearse: (spec) => {
      const debias = spec.debias?.kind === 'errors' ? null : spec.debias;
      return rehearse({ ...spec, ...start, debias });
    },
  };
}

/** A request whose preparation was tried. */
function unrehearsed(request: CreateRunOptions): CreateRunOptions {
  const copy = { ...request };
  delete copy.rehearse;
  return copy;
}

interface FoundTests {
  readonly tests: readonly LabelTest[];
  readonly warnings: readonly Message[];
}

interface FormedPlace {
  readonly place: StudyPlace;
  readonly spec: RunSpec;
  readonly form: ExampleForm;
}

interface TestPlace extends FormedPlace {
  /** Data of all arms. */
  readonly snapshots: readonly DataSnapshot[];
}

function pathsAt(data: string | readonly string[], place: StudyPlace): string[] {
  return [data].flat().map((one) => movedPath(one, place.folder, place.workspaceFolder));
}

interface FoundDevelopment {
  readonly texts: LabelDesignInput['development'];
  /** Content keys of its rows that no test set has. */
  readonly keys: readonly string[];
  readonly warnings: readonly Message[];
}

/** Reads the texts on which values are chosen, without those that a test set has. */
async function developmentOf(
  { data }: NonNullable<StudyFile['development']>,
  { tests, place, spec, form }: FormedPlace & { readonly tests: readonly LabelTest[] },
): Promise<FoundDevelopment> {
  const files = { data: pathsAt(data, place), exclude: [] };
  const found = await readDevelopment(files, spec, form);
  const tested = await keysOfTests(tests, spec, form);
  const keys = found.examples.flatMap(({ key }) => (tested.has(key) ? [] : [key]));
  const count = found.examples.length - keys.length;
  return {
    texts: { ...files, digest: found.digest, rows: Math.max(1, keys.length) },
    keys,
    warnings: [
      ...(count === 0 ? [] : [message('study.developmentOverlaps', { count })]),
      ...found.warnings,
    ],
  };
}

/**
 * An arm with whether it is scored by halves of its shifted sample. Throws `UserInput` if its runs can
 * be scored on too few texts.
 */
async function judgedArm(
  arm: LabelArm,
  {
    development,
    snapshot,
    spec,
    form,
  }: {
    readonly development: FoundDevelopment;
    readonly snapshot: DataSnapshot;
    readonly spec: RunSpec;
    readonly form: ExampleForm;
  },
): Promise<LabelArm> {
  const { files, labelled, shifted } = snapshot;
  const leftFor = async (withoutHalf?: Half): Promise<number> => {
    const sample = shifted && { files: shifted.files, ...(withoutHalf && { withoutHalf }) };
    const known = await keysOfRun({ files, labelled, shifted: sample }, spec, form);
    return development.keys.filter((key) => !known.has(key)).length;
  };
  const all = await leftFor();
  const halves = await Promise.all(HALVES.map((half) => leftFor(half)));
  const isCrossFitted = halves.some((count) => count > all);
  const count = isCrossFitted ? Math.min(...halves) : all;
  if (count < LEAST_DEVELOPMENT) {
    const least = LEAST_DEVELOPMENT;
    throw inputError(problem('study.fewDevelopmentTexts', { name: arm.name, count, least }));
  }
  return isCrossFitted ? { ...arm, crossFitted: true } : arm;
}

/** Reads the test sets and counts the texts that they share with the training data of any arm. */
async function testsOf(
  given: NonNullable<StudyFile['tests']>,
  { place, spec, snapshots, form }: TestPlace,
): Promise<FoundTests> {
  const known = await knownTexts(await textsOfData(snapshots, spec, form));
  const tests: LabelTest[] = [];
  const warnings: Message[] = [];
  for (const { name, data } of given) {
    const paths = pathsAt(data, place);
    const test = { name, data: paths, exclude: [] };
    const { examples, digest, warnings: skipped } = await readTest(test, spec, form);
    const { exact: overlap, near } = await countOverlap(examples, known);
    if (overlap > 0) warnings.push(message('study.testOverlaps', { name, count: overlap }));
    if (near > 0) warnings.push(message('study.testNear', { name, count: near }));
    warnings.push(...skipped);
    const counts = { rows: examples.length, overlap, ...(near === 0 ? {} : { near }) };
    tests.push({ ...test, digest, ...counts });
  }
  return { tests, warnings };
}
