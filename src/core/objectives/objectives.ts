import type { LabelScan } from '../data/scanLabels.js';
import type { TaskMetrics } from '../runs/metrics.js';
import type { TaskKind, TaskSpec } from '../runs/schema.js';
import type { LossTerm } from '../batches/losses.js';
import { classification } from './classification.js';
import { maskedLanguageModeling } from './maskedLanguageModeling.js';
import type { LabelledObjective, Objective, ObjectiveTable, TaskOptions } from './objective.js';
import { regression } from './regression.js';
import { tokenClassification } from './tokenClassification.js';

export const OBJECTIVES = {
  'masked-lm': maskedLanguageModeling,
  classification,
  regression,
  'token-classification': tokenClassification,
} as const satisfies ObjectiveTable;

/** The task that running text is for. */
export const TEXT_TASK: TaskSpec = { kind: maskedLanguageModeling.kind };

export function objectiveOf({ kind }: { readonly kind: TaskKind }): Objective {
  return OBJECTIVES[kind];
}

/**
 * Whether the accuracy of a task is the share of right answers about each of several labels, and not of
 * rows with the right label.
 */
export function countsAnswers(task: TaskSpec): boolean {
  const objective = objectiveOf(task);
  const outputs = objective.data === 'labelled' ? objective.labelOutputs(task) : null;
  return outputs !== null && outputs.multiLabel && outputs.labels.length > 1;
}

/** Metrics that an evaluation of a task computes, those of its objective first. */
export function metricsOfTask(task: TaskSpec): TaskMetrics {
  const objective = objectiveOf(task);
  const outputs = objective.data === 'labelled' ? objective.labelOutputs(task) : null;
  return outputs?.multiLabel === true ? [...objective.metrics, 'microF1'] : objective.metrics;
}

/** Task of a run; `null` if its spec cannot be read. */
type TaskFacts = { readonly task: TaskKind } | null;

/** The objective of a run. One whose spec cannot be read counts as the most common task. */
export function objectiveOfRun(facts: TaskFacts): Objective {
  return objectiveOf({ kind: facts?.task ?? TEXT_TASK.kind });
}

/** The loss of a task by itself. */
export function lossOf(task: TaskSpec): LossTerm {
  return { name: task.kind, weight: 1, ...objectiveOf(task).loss(task) };
}

/** True for a run that is known to leave a model which predicts masked words. */
export function fillsMasks(facts: TaskFacts): boolean {
  return facts !== null && objectiveOfRun(facts).fillsMasks;
}

/** True for a run that is known to leave a model which makes one prediction for a whole text. */
export function predictsTexts(facts: TaskFacts): boolean {
  return facts !== null && objectiveOfRun(facts).predictsTexts;
}

function labelledObjectives(): LabelledObjective[] {
  return Object.values<Objective>(OBJECTIVES).filter((objective) => objective.data === 'labelled');
}

/**
 * The task that a person chose for records with labels, or the likeliest one, with its labels.
 * Throws `UserInput` or `Data` for labels that cannot be learned.
 */
export function labelledTask(
  scan: LabelScan,
  wanted: TaskKind | undefined,
  options: TaskOptions,
): TaskSpec {
  return chosenObjective(scan, wanted).taskOf(scan, options);
}

/** The labelled task that a person chose, or the likeliest one. */
export function chosenObjective(scan: LabelScan, wanted: TaskKind | undefined): LabelledObjective {
  return labelledObjectives().find(({ kind }) => kind === wanted) ?? likelyObjective(scan);
}

/**
 * All tasks that records with labels allow: first the chosen one, or the likeliest. Throws if that
 * one is impossible.
 */
export function possibleTasks(
  scan: LabelScan,
  wanted: TaskKind | undefined,
  options: TaskOptions,
): TaskSpec[] {
  const first = labelledTask(scan, wanted, options);
  const others = labelledObjectives()
    .filter(({ kind }) => kind !== first.kind)
    .flatMap((objective) => {
      try {
        return [scan.trial(() => objective.taskOf(scan, options))];
      } catch {
        return [];
      }
    });
  return [first, ...others, TEXT_TASK];
}

/** The labelled task that label values are most likely for. */
export function likelyObjective(scan: LabelScan): LabelledObjective {
  const facts = scan.facts();
  const found = labelledObjectives().find((objective) => objective.isLikely(facts));
  if (found === undefined) throw new RangeError('no task fits these labels');
  return found;
}
