import { inputError, type AppError } from '../../errors.js';
import { nearest } from '../../jsonDocument/nearest.js';
import { problem } from '../../messages/message.js';
import type { Words } from '../../messages/render.js';
import type { ParameterValue } from '../../specs/runParameters.js';
import { parseQuery, type Operator, type Term } from './parseQuery.js';
import {
  fieldNamed,
  knownNames,
  parameterNamesOf,
  parametersOfRun,
  type Field,
  type ListedRun,
} from './runFields.js';

/** Whether a run matches a query. */
export type RunFilter = (run: ListedRun) => boolean;

/**
 * The filter that a query stands for. `runs` are those that it will be asked for: their parameters
 * can be named. Throws `UserInput` for a name that means nothing and a value that cannot be compared.
 */
export function runFilter(query: string, runs: readonly ListedRun[], words: Words): RunFilter {
  const alternatives = parseQuery(query);
  if (alternatives.length === 0) return () => true;
  const parameters = parameterNamesOf(runs);
  const compiled = alternatives.map((terms) =>
    terms.map((term) => matcherOf(term, parameters, words)),
  );
  return (run) => compiled.some((terms) => terms.every((matches) => matches(run)));
}

/** Error for a name that is neither a field nor a parameter of a run. */
export function unknownName(name: string, parameters: readonly string[]): AppError {
  const suggestion = nearest(name, knownNames(parameters));
  return inputError(
    suggestion === null
      ? problem('query.unknownName', { name })
      : problem('query.misspelledName', { name, suggestion }),
  );
}

function matcherOf(term: Term, parameters: readonly string[], words: Words): RunFilter {
  const matches =
    term.kind === 'text' ? textMatcher(term.text) : conditionMatcher(term, parameters, words);
  return term.isNegated ? (run) => !matches(run) : matches;
}

function plain(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** Searches everything that a person wrote about a run or named it by. */
function textMatcher(wanted: string): RunFilter {
  const sought = plain(wanted);
  return (run) => searchedTexts(run).some((text) => plain(text).includes(sought));
}

function searchedTexts(run: ListedRun): string[] {
  const { id, name, annotations, facts } = run;
  const policy = parametersOfRun(run)['masking.name'];
  const texts = [
    name,
    id,
    facts?.name,
    ...(annotations.tags ?? []),
    annotations.notes,
    annotations.hypothesis,
    facts?.experiment.replaceAll('-', ' '),
    facts?.modelName,
    facts?.study?.arm,
    typeof policy === 'string' ? policy : undefined,
  ];
  return texts.filter((text) => text !== undefined);
}

function conditionMatcher(
  { name, operator, values }: Extract<Term, { kind: 'condition' }>,
  parameters: readonly string[],
  words: Words,
): RunFilter {
  const field = fieldNamed(name, parameters);
  // Without a single readable run, no parameter is known.
  if (field === null) {
    if (parameters.length === 0) return () => false;
    throw unknownName(name, parameters);
  }
  if (isOrdering(operator) && field.kind !== 'date') refuseTexts(name, field, values);
  const isDenied = operator === '!=';
  const test = COMPARE[isDenied ? '=' : operator];
  return (run) => {
    const found = field
      .valuesOf(run, words)
      .some((value) => values.some((wanted) => test(value, wanted, field.kind)));
    return found !== isDenied;
  };
}

function isOrdering(operator: Operator): boolean {
  return operator !== ':' && operator !== '=' && operator !== '!=';
}

function refuseTexts(name: string, { kind }: Field, values: readonly string[]): void {
  const [value] = values.filter((wanted) => numberOf(wanted, kind) === null);
  if (value !== undefined) throw inputError(problem('query.notANumber', { name, value }));
}

type Compare = (value: ParameterValue, wanted: string, kind: Field['kind']) => boolean;

/** Relative difference below which two numbers are the same: they were written in other digits. */
const SAME = 1e-9;

const isEqual: Compare = (value, wanted, kind) => {
  if (typeof value !== 'number') return plain(String(value)) === plain(wanted);
  const number = numberOf(wanted, kind);
  return number !== null && Math.abs(number - value) <= SAME * Math.abs(value);
};

const ordering =
  (test: (comparison: number) => boolean): Compare =>
  (value, wanted, kind) => {
    if (kind === 'date') {
      // A date without a time stands for the whole day.
      const shown = String(value).slice(0, wanted.length);
      return test(shown < wanted ? -1 : shown > wanted ? 1 : 0);
    }
    const number = numberOf(wanted, kind);
    return typeof value === 'number' && number !== null && test(value - number);
  };

const COMPARE: Readonly<Record<Exclude<Operator, '!='>, Compare>> = {
  ':': (value, wanted, kind) =>
    typeof value === 'string' ? plain(value).includes(plain(wanted)) : isEqual(value, wanted, kind),
  '=': isEqual,
  '<': ordering((comparison) => comparison < 0),
  '<=': ordering((comparison) => comparison <= 0),
  '>': ordering((comparison) => comparison > 0),
  '>=': ordering((comparison) => comparison >= 0),
};

const SECONDS: Readonly<Record<string, number>> = { s: 1, min: 60, m: 60, h: 3600, d: 86_400 };

/** `1e-4`, `90%`, and of durations `10min` in seconds; `null` for other texts. */
function numberOf(written: string, kind: Field['kind']): number | null {
  const match = /^([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)(%|s|min|m|h|d)?$/i.exec(written);
  if (match === null) return null;
  const number = Number(match[1]);
  const unit = match[2]?.toLowerCase();
  if (unit === undefined) return number;
  if (unit === '%') return number / 100;
  return kind === 'duration' ? number * SECONDS[unit]! : null;
}
