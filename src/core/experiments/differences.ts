import type { ParameterValue, RunParameters } from '../specs/runParameters.js';

/** A parameter that differs among runs, with its value in each; null where a run has none. */
export interface Difference {
  readonly parameter: string;
  readonly values: readonly (ParameterValue | null)[];
}

/** Whether the parameters at an index are only some of those that the run had, as of other tools. */
export type IsIncomplete = (index: number) => boolean;

const ALL_COMPLETE: IsIncomplete = () => false;

/**
 * Parameters that differ among these, in the order of the first that has them. A parameter that an
 * incomplete one lacks may have any value there, and does not differ because of that.
 */
export function differencesAmong(
  all: readonly RunParameters[],
  isIncomplete = ALL_COMPLETE,
): Difference[] {
  const names = new Set(all.flatMap((parameters) => Object.keys(parameters)));
  return [...names]
    .map((parameter) => ({
      parameter,
      values: all.map((parameters) => parameters[parameter] ?? null),
    }))
    .filter(({ values }) => {
      const known = values.filter((value, i) => value !== null || !isIncomplete(i));
      return known.some((value) => value !== known[0]);
    });
}

/** Short names of parameters that people vary; of others the last part of the path is shown. */
const SHORT_NAMES: Readonly<Partial<Record<string, string>>> = {
  'optimizer.learningRate': 'lr',
  'optimizer.name': '',
  'optimizer.weightDecay': 'decay',
  'training.batchSize': 'batch',
  'training.maxLength': 'length',
  'training.warmupFraction': 'warmup',
  'model.name': '',
  'method.kind': '',
  'method.lora.rank': 'rank',
  'masking.name': '',
  'masking.rate': 'mask',
  'masking.unit': '',
  'data.hash': 'data',
  'debias.kind': '',
  'debias.words.name': '',
  'debias.weight': 'strength',
  'shifted.hash': 'shifted data',
  'shifted.weight': 'shifted weight',
};

/** Parameters that follow from others and say nothing more. */
const IMPLIED: Readonly<Partial<Record<string, string>>> = {
  'model.hash': 'model.name',
  'data.files': 'data.hash',
  'shifted.files': 'shifted.hash',
  'debias.model.hash': 'debias.model.name',
};

/** Column heading of a parameter. */
export function parameterName(parameter: string): string {
  const short = SHORT_NAMES[parameter];
  if (short !== undefined && short !== '') return short;
  return parameter
    .slice(parameter.lastIndexOf('.') + 1)
    .replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** Titles of parameters whose values say enough beside others. */
const TITLES: Readonly<Partial<Record<string, string>>> = {
  'optimizer.name': 'optimizer',
  'model.name': 'model',
  'method.kind': 'method',
  'masking.name': 'policy',
  'masking.unit': 'unit',
  'debias.kind': 'debiasing',
  'debias.words.name': 'words',
};

/** Name of a parameter without its value; the filter of a list accepts it. */
export function parameterTitle(parameter: string): string {
  return TITLES[parameter] ?? parameterName(parameter);
}

const POLICY_NAME = 'masking.name';

/** Name of an option of a run: that of the parameter it sets, such as `lr` of `learningRate`. */
export function optionTitle(option: string): string {
  const parameter = Object.keys(SHORT_NAMES).find((name) => name.endsWith(`.${option}`));
  return parameterTitle(parameter ?? option);
}

/** Whether a parameter is part of a policy that its name stands for. */
function isPolicyDetail(parameter: string): boolean {
  return (
    parameter.startsWith('masking.') && parameter !== POLICY_NAME && parameter !== 'masking.rate'
  );
}

const MAX_NAMED = 3;

/** Differences without those that follow from others, such as the rules of a policy with a name. */
export function tellingDifferences(differences: readonly Difference[]): Difference[] {
  const differing = new Set(differences.map(({ parameter }) => parameter));
  return differences.filter(
    ({ parameter }) =>
      !differing.has(IMPLIED[parameter] ?? '') &&
      !(differing.has(POLICY_NAME) && isPolicyDetail(parameter)),
  );
}

/**
 * Names that tell runs apart by what differs among them, such as `lr 3e-5 · mask 0.3`; empty where
 * nothing does.
 */
export function namesByDifference(
  all: readonly RunParameters[],
  isIncomplete = ALL_COMPLETE,
): string[] {
  const telling = tellingDifferences(differencesAmong(all, isIncomplete));
  return all.map((_, i) => {
    const parts = telling.flatMap(({ parameter, values }) => {
      const value = values[i] ?? null;
      if (value === null) return [];
      const isNamed = SHORT_NAMES[parameter] !== '';
      return [`${isNamed ? `${parameterName(parameter)} ` : ''}${formatParameter(value)}`];
    });
    const more = parts.length - MAX_NAMED;
    return [...parts.slice(0, MAX_NAMED), ...(more > 0 ? [`+${more}`] : [])].join(' · ');
  });
}

/** `3e-5`, `0.15`, `true` */
export function formatParameter(value: ParameterValue): string {
  if (typeof value !== 'number') return String(value);
  return value !== 0 && Math.abs(value) < 1e-3
    ? value.toExponential().replace('e-0', 'e-')
    : String(value);
}
