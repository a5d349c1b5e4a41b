import { objectiveOfRun } from '../../objectives/objectives.js';
import { ENGLISH, renderMessage, type Words } from '../../messages/render.js';
import type { RunAnnotations } from '../../runs/annotations.js';
import {
  HELD_OUT_METRICS,
  HELD_OUT_METRIC_NAMES,
  type HeldOutMetricName,
} from '../../runs/metrics.js';
import type { RunState } from '../../runs/schema.js';
import { isLive, type ObservedStatus } from '../../runs/status.js';
import { statusTextOf } from '../../runs/statusText.js';
import { parametersOfFacts, type RunFacts } from '../../specs/runFacts.js';
import type { ParameterValue, RunParameters } from '../../specs/runParameters.js';
import { parameterName } from '../differences.js';

/** A run as queries and orders take it. */
export interface ListedRun {
  readonly id: string;
  readonly name: string;
  readonly status: ObservedStatus;
  readonly facts: RunFacts | null;
  readonly annotations: RunAnnotations;
  readonly state:
    | (Pick<RunState, 'best' | 'latest' | 'trainingSeconds' | 'verdict'> &
        Partial<Pick<RunState, 'step' | 'pausedAtStep'>>)
    | null;
}

const NO_PARAMETERS: RunParameters = {};

/** Parameters of a run; none if it is unreadable. */
export function parametersOfRun({ facts }: Pick<ListedRun, 'facts'>): RunParameters {
  return facts === null ? NO_PARAMETERS : parametersOfFacts(facts);
}

/** The best value of a metric that a run reached, or its latest value if it ranks by another one. */
export function metricOfRun(
  { state }: Pick<ListedRun, 'state'>,
  name: HeldOutMetricName,
): number | null {
  const best = state?.best ?? null;
  if (best?.metric === name) return best.value;
  if (best?.metric === 'loss' && name === 'perplexity') return Math.exp(best.value);
  return state?.latest?.[name] ?? null;
}

/** First metric of the task of a run with its best value; `null` before an evaluation. */
export function mainResultOf(
  run: Pick<ListedRun, 'facts' | 'state'>,
): { readonly metric: HeldOutMetricName; readonly value: number } | null {
  if (run.facts === null) return null;
  const [metric] = objectiveOfRun(run.facts).metrics;
  const value = metricOfRun(run, metric);
  return value === null || !Number.isFinite(value) ? null : { metric, value };
}

/** Values of a run under one name. */
export interface Field {
  /** Dates are compared as text, everything else as numbers. */
  readonly kind: 'text' | 'number' | 'date' | 'duration';
  readonly valuesOf: (run: ListedRun, words: Words) => readonly ParameterValue[];
}

/** Values without those that are absent. */
function given(...values: readonly (ParameterValue | null | undefined)[]): ParameterValue[] {
  return values.filter((value) => value !== null && value !== undefined);
}

const text = (valueOf: (run: ListedRun) => ParameterValue | null | undefined): Field => ({
  kind: 'text',
  valuesOf: (run) => given(valueOf(run)),
});

/** Fields other than parameters and metrics. */
const OWN_FIELDS = {
  name: { kind: 'text', valuesOf: ({ name, facts }) => given(name, facts?.name) },
  id: text(({ id }) => id),
  tag: { kind: 'text', valuesOf: ({ annotations }) => annotations.tags ?? [] },
  note: text(({ annotations }) => annotations.notes),
  hypothesis: text(({ annotations }) => annotations.hypothesis),
  color: text(({ annotations }) => annotations.color),
  status: { kind: 'text', valuesOf: statusWords },
  is: { kind: 'text', valuesOf: statesOf },
  experiment: {
    kind: 'text',
    valuesOf: ({ facts }) =>
      facts === null ? [] : [facts.experiment, facts.experiment.replaceAll('-', ' ')],
  },
  study: text(({ facts }) => facts?.study?.id),
  arm: text(({ facts }) => facts?.study?.arm),
  task: text(({ facts }) => facts?.task),
  model: text(({ facts }) => facts?.modelName),
  method: text(({ facts }) => facts?.method),
  seed: { kind: 'number', valuesOf: ({ facts }) => given(facts?.seed) },
  date: { kind: 'date', valuesOf: ({ facts }) => given(localTime(facts?.createdAt)) },
  time: { kind: 'duration', valuesOf: ({ state }) => given(state?.trainingSeconds) },
  best: { kind: 'number', valuesOf: (run) => given(mainResultOf(run)?.value) },
} as const satisfies Readonly<Record<string, Field>>;
export type OwnField = keyof typeof OWN_FIELDS;

function isOwnField(name: string): name is OwnField {
  return Object.hasOwn(OWN_FIELDS, name);
}

/** Other names of fields and parameters, as people write them. */
const ALIASES: Readonly<Partial<Record<string, string>>> = {
  tags: 'tag',
  notes: 'note',
  created: 'date',
  duration: 'time',
  policy: 'masking.name',
  masking: 'masking.name',
  mask: 'masking.rate',
  lr: 'optimizer.learningRate',
  f1: 'macroF1',
  mcc: 'matthewsCorrelation',
  r2: 'rSquared',
};

/** Names of the command line and of other tools are spelled with hyphens or underscores. */
function folded(name: string): string {
  return name.replaceAll(/[-_\s]/g, '').toLowerCase();
}

function statusWords(run: ListedRun, words: Words): string[] {
  const { word } = statusTextOf(run);
  return [run.status, renderMessage(word, ENGLISH), renderMessage(word, words)];
}

function statesOf({ status, annotations }: ListedRun): string[] {
  return [
    status,
    ...(isLive(status) ? ['live', 'active'] : []),
    ...(annotations.star === true ? ['starred'] : []),
  ];
}

/** `2026-11-28 17:15` in the time zone of the reader. */
function localTime(time: string | undefined): string | null {
  if (time === undefined) return null;
  const date = new Date(time);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The field that a person names, among the parameters that some run has; `null` if there is none. */
export function fieldNamed(name: string, parameters: readonly string[]): Field | null {
  const alias = ALIASES[name.toLowerCase()] ?? name;
  const wanted = alias.toLowerCase();
  if (isOwnField(wanted)) return OWN_FIELDS[wanted];
  const metric = HELD_OUT_METRIC_NAMES.find((known) => folded(known) === folded(alias));
  if (metric !== undefined) {
    return { kind: 'number', valuesOf: (run) => given(metricOfRun(run, metric)) };
  }
  const matching = parametersNamed(alias, parameters);
  if (matching.length === 0 && !(name.toLowerCase() in ALIASES)) return null;
  return {
    kind: 'text',
    valuesOf: (run) => {
      const own = parametersOfRun(run);
      return given(...matching.map((parameter) => own[parameter]));
    },
  };
}

/** Parameters by their path, their short name, the end of their path, or the part that they name. */
function parametersNamed(name: string, parameters: readonly string[]): string[] {
  const wanted = folded(name);
  const spellings: ((parameter: string) => readonly string[])[] = [
    (parameter) => [parameter],
    (parameter) => [parameterName(parameter), parameter.slice(parameter.lastIndexOf('.') + 1)],
    (parameter) => [parameter.replace(/\.(name|kind)$/, '')],
  ];
  for (const spellingsOf of spellings) {
    const found = parameters.filter((parameter) =>
      spellingsOf(parameter).some((spelling) => folded(spelling) === wanted),
    );
    if (found.length > 0) return found;
  }
  return [];
}

/** Names of all parameters that one of the runs has. */
export function parameterNamesOf(runs: readonly Pick<ListedRun, 'facts'>[]): string[] {
  const names = new Set<string>();
  // Runs of one group have the same parameters.
  const seen = new Set<string>();
  for (const run of runs) {
    if (run.facts === null || seen.has(run.facts.group)) continue;
    seen.add(run.facts.group);
    for (const name of Object.keys(parametersOfRun(run))) names.add(name);
  }
  return [...names];
}

/** Names to suggest for a misspelled one. */
export function knownNames(parameters: readonly string[]): string[] {
  return [
    ...Object.keys(OWN_FIELDS),
    ...Object.keys(ALIASES),
    ...HELD_OUT_METRIC_NAMES,
    ...parameters.map((parameter) => parameter.slice(parameter.lastIndexOf('.') + 1)),
    ...parameters,
  ];
}

/** Whether higher values of a field are better; `null` for other fields. */
export function betterOf(name: string): 'more' | 'less' | null {
  const alias = ALIASES[name.toLowerCase()] ?? name;
  const metric = HELD_OUT_METRIC_NAMES.find((known) => folded(known) === folded(alias));
  return metric === undefined ? null : HELD_OUT_METRICS[metric].better;
}
