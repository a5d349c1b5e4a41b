import { describe, expect, expectTypeOf, it } from 'vitest';
import { message, verbatim } from '../../../src/core/messages/message.js';
import { headOf, labelConfig } from '../../../src/core/models/labels.js';
import { HELD_OUT_METRICS } from '../../../src/core/runs/metrics.js';
import type { Objective, ObjectiveTable } from '../../../src/core/objectives/objective.js';
import {
  countsAnswers,
  fillsMasks,
  lossOf,
  metricsOfTask,
  objectiveOf,
  objectiveOfRun,
  OBJECTIVES,
  predictsTexts,
} from '../../../src/core/objectives/objectives.js';
import { TASKS } from '../../../src/core/runs/options/dataOptions.js';
import type { TaskKind, TaskOf, TaskSpec } from '../../../src/core/runs/schema.js';

const ONE_OF: TaskOf<'classification'> = {
  kind: 'classification',
  labels: ['bad', 'good'],
  multiLabel: false,
  loss: 'crossEntropy',
  labelSmoothing: 0.1,
  classWeights: [1, 2],
};
const SEVERAL = { ...ONE_OF, multiLabel: true, loss: 'binaryCrossEntropy' } as const;
const NUMBERS: TaskSpec = { kind: 'regression', outputs: ['stars', 'likes'] };
const TAGS: TaskSpec = {
  kind: 'token-classification',
  labels: ['O', 'B-X'],
  labelSmoothing: 0.2,
  classWeights: null,
};
const MASKED: TaskSpec = { kind: 'masked-lm' };

describe('the table of objectives', () => {
  it('has one for every task, under its own name', () => {
    expect(Object.keys(OBJECTIVES).sort()).toEqual([...TASKS].sort());
    for (const kind of TASKS) expect(objectiveOf({ kind }).kind).toBe(kind);
  });

  it('does not compile with a hole, or with the objective of another task', () => {
    const { regression, ...others } = OBJECTIVES;
    // @ts-expect-error: an objective is missing
    const holed: ObjectiveTable = others;
    // @ts-expect-error: classification is not regression
    const wrong: ObjectiveTable = { ...others, regression: OBJECTIVES.classification };
    expect([holed, wrong, regression]).toHaveLength(3);
    expectTypeOf<keyof ObjectiveTable>().toEqualTypeOf<TaskKind>();
  });
});

describe('the metrics of a task', () => {
  it('have a micro F1 for several labels per text alone, as it is the accuracy otherwise', () => {
    expect(metricsOfTask(SEVERAL)).toEqual([...metricsOfTask(ONE_OF), 'microF1']);
    for (const task of [ONE_OF, NUMBERS, TAGS, MASKED]) {
      expect(metricsOfTask(task)).toEqual(objectiveOf(task).metrics);
    }
  });

  it('have an accuracy of answers, not of rows, for several labels per text', () => {
    expect(countsAnswers(SEVERAL)).toBe(true);
    for (const task of [ONE_OF, NUMBERS, TAGS, MASKED]) expect(countsAnswers(task)).toBe(false);
    // One label that applies or not has one answer per row.
    expect(countsAnswers({ ...SEVERAL, labels: ['spam'] })).toBe(false);
  });
});

describe('an objective', () => {
  it.each(TASKS)('has metrics that are known, the loss among them: %s', (kind) => {
    const { metrics } = objectiveOf({ kind });
    for (const name of metrics) expect(HELD_OUT_METRICS).toHaveProperty(name);
    // The mean squared error is the loss of a regression.
    expect(metrics).toContain(kind === 'regression' ? 'meanSquaredError' : 'loss');
    expect(new Set(metrics).size).toBe(metrics.length);
  });

  it('gives a model the head and the labels of its task', () => {
    const problem = (task: TaskSpec) => objectiveOf(task).headLabels(task);
    expect(problem(MASKED)).toBeNull();
    expect(problem(ONE_OF)?.problemType).toBe('single_label_classification');
    expect(problem(SEVERAL)?.problemType).toBe('multi_label_classification');
    expect(problem(NUMBERS)).toEqual({ labels: ['stars', 'likes'], problemType: 'regression' });
    expect(labelConfig(problem(TAGS)!)).toMatchObject({ id2label: { 0: 'O', 1: 'B-X' } });
    const architectures: Record<Objective['head'], string> = {
      'masked-lm': 'BertForMaskedLM',
      sequence: 'BertForSequenceClassification',
      token: 'BertForTokenClassification',
    };
    for (const { head } of Object.values<Objective>(OBJECTIVES)) {
      expect(headOf({ architectures: [architectures[head]] })).toBe(head);
    }
  });

  it('says how logits are compared with targets', () => {
    expect(lossOf(MASKED)).toMatchObject({ name: 'masked-lm', kind: 'vocabularyCrossEntropy' });
    expect(lossOf(ONE_OF)).toMatchObject({ kind: 'crossEntropy', classWeights: [1, 2] });
    expect(lossOf({ ...ONE_OF, loss: 'kl' }).kind).toBe('klDivergence');
    expect(lossOf(SEVERAL).kind).toBe('binaryCrossEntropy');
    expect(lossOf(NUMBERS)).toMatchObject({ kind: 'meanSquaredError', labelSmoothing: 0 });
    expect(lossOf(TAGS)).toMatchObject({ kind: 'crossEntropy', labelSmoothing: 0.2 });
  });

  it('counts the rows of a batch that have a target', () => {
    const size = { batchSize: 4, length: 32, maskedShare: 0.15 };
    const rows = (kind: TaskKind): number => objectiveOf({ kind }).rowCount(size);
    expect(rows('masked-lm')).toBe(32);
    expect(rows('classification')).toBe(4);
    expect(rows('regression')).toBe(4);
    expect(rows('token-classification')).toBe(128);
  });

  it('names what it predicts', () => {
    const into = (task: TaskSpec): string => objectiveOf(task).continueWithOutputs(task);
    expect(into(MASKED)).toBe('');
    expect(into(ONE_OF)).toBe(' into 2 labels (bad, good)');
    expect(into(SEVERAL)).toBe(' into 2 labels (bad, good, several may apply)');
    const many = { ...ONE_OF, labels: ['a', 'b', 'c', 'd', 'e'] };
    expect(objectiveOf(many).describeOutputs(many)).toEqual(
      message('training.labels', { count: 5, labels: 'a, b, c, d' }),
    );
    expect(objectiveOf(NUMBERS).describeOutputs(NUMBERS)).toEqual(verbatim('stars, likes'));
    expect(objectiveOf(MASKED).describeOutputs(MASKED)).toBeNull();
  });
});

it('takes a run whose spec cannot be read for the most common task, but uses it for nothing', () => {
  expect(objectiveOfRun(null).kind).toBe('masked-lm');
  expect(fillsMasks(null)).toBe(false);
  expect(fillsMasks({ task: 'masked-lm' })).toBe(true);
  expect(fillsMasks({ task: 'token-classification' })).toBe(false);
  expect(predictsTexts(null)).toBe(false);
  expect(predictsTexts({ task: 'regression' })).toBe(true);
  expect(predictsTexts({ task: 'token-classification' })).toBe(false);
});
