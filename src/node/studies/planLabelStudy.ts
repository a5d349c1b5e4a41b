import { designLabelStudy } from '../../core/experiments/study/designStudy.js';
import type { LabelArm, LabelTest } from '../../core/experiments/study/study.js';
import type { StudyArm, StudyFile } from '../../core/experiments/study/studyFile.js';
import { isTestMetric, type TestMetricName } from '../../core/experiments/study/testMetrics.js';
import { inputError } from '../../core/errors.js';
import { message, problem, type Message } from '../../core/messages/message.js';
import { objectiveOf } from '../../core/objectives/objectives.js';
import type { RunOptionName, RunOptions } from '../../core/runs/options.js';
import type { DataSnapshot } from '../../core/runs/dataSnapshot.js';
import type { RunSpec } from '../../core/runs/schema.js';
import { groupKeyOf, parametersOf } from '../../core/specs/runParameters.js';
import type { ExampleForm } from '../models/readExamples.js';
import { planRun, type CreateRunOptions } from '../runs/createRun.js';
import { movedPath, optionsAt } from '../runs/readRunFile.js';
import { loadTokenizer } from '../tokenizers/loadTokenizer.js';
import {
  inspectedRequest,
  MEASURING,
  policyOf,
  withoutOptions,
  withModels,
  type NeededRuns,
  type PlannedStudy,
  type SharedPlan,
  type StudyPlace,
} from './studyPlan.js';
import { keysOfData, readTest } from './testSets.js';

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
  for (const given of file.arms) {
    const arm = await armOf(given, place);
    arms.push(arm);
    requests.set(arm.name, await requestOf(given, arm, { file, place, request, spec }));
  }
  const snapshots = [request, ...requests.values()].map(({ snapshot }) => snapshot);
  const found = await testsOf(file.tests, { place, spec, snapshots });
  const objective = objectiveOf(spec.task);
  const metrics = [...objective.metrics.filter(isTestMetric), ...FURTHER] as [
    TestMetricName,
    ...TestMetricName[],
  ];
  const design = designLabelStudy(file, {
    ...{ arms, tests: found.tests, metrics, task: spec.task.kind },
    words: file.words === undefined ? null : await policyOf(file.words, place),
    shared: groupKeyOf(parametersOf(spec)),
  });
  for (const [name, own] of requests) {
    const { startFrom, errorsOf } = arms.find((arm) => arm.name === name)!;
    const runOf = (arm: string | null): NeededRuns['start'] =>
      arm === null ? null : { id: arm, name: arm };
    await planRun(
      withModels(unrehearsed(own), { start: runOf(startFrom), wrong: runOf(errorsOf) }),
    );
  }
  return { design, requests, spec, warnings: [...warnings, ...found.warnings] };
}

/** Metrics of every classifier beside those of its task. */
const FURTHER: readonly TestMetricName[] = ['worstGroup', 'calibrationError', 'loss'];

async function armOf(given: StudyArm, place: StudyPlace): Promise<LabelArm> {
  const { name, masking, maskingRate, data, startFrom = null, errorsOf = null, options } = given;
  const policy = masking === undefined ? null : await policyOf(masking, place);
  const rate = [maskingRate ?? []].flat();
  if (name === undefined) throw inputError(problem('study.unnamedArm'));
  if (rate.length > 1) throw inputError(problem('study.severalRates', { name }));
  return {
    ...{ name, options, startFrom, errorsOf },
    policy: policy === null || rate[0] === undefined ? policy : { ...policy, rate: rate[0] },
    data: data === undefined ? null : [data].flat(),
  };
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
  { options: own }: StudyArm,
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

/** The trainer's own preparation is tried when the runs are created. */
function unrehearsed(request: CreateRunOptions): CreateRunOptions {
  const copy = { ...request };
  delete copy.rehearse;
  return copy;
}

interface FoundTests {
  readonly tests: readonly LabelTest[];
  readonly warnings: readonly Message[];
}

interface TestPlace {
  readonly place: StudyPlace;
  readonly spec: RunSpec;
  /** Data of all arms. */
  readonly snapshots: readonly DataSnapshot[];
}

/** Reads the test sets and counts the texts that they share with the training data of any arm. */
async function testsOf(
  given: NonNullable<StudyFile['tests']>,
  { place, spec, snapshots }: TestPlace,
): Promise<FoundTests> {
  const { maxLength, truncation, stride } = spec.training;
  const tokenizer = await loadTokenizer(spec.model.path);
  const form: ExampleForm = { task: spec.task, tokenizer, maxLength, truncation, stride };
  const known = await keysOfData(snapshots, spec, form);
  const tests: LabelTest[] = [];
  const warnings: Message[] = [];
  for (const { name, data } of given) {
    const paths = [data].flat().map((one) => movedPath(one, place.folder, place.workspaceFolder));
    const test = { name, data: paths, exclude: [] };
    const { examples, digest, warnings: skipped } = await readTest(test, spec, form);
    const overlap = examples.filter(({ key }) => known.has(key)).length;
    if (overlap > 0) warnings.push(message('study.testOverlaps', { name, count: overlap }));
    warnings.push(...skipped);
    tests.push({ ...test, digest, rows: examples.length, overlap });
  }
  return { tests, warnings };
}
