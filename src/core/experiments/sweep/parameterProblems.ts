import type { ProblemAt } from '../../jsonDocument/documentProblem.js';
import { problem, type Problem } from '../../messages/message.js';
import { describeValue, readOption, RUN_OPTIONS, type RunOptionName } from '../../runs/options.js';
import { MAX_DIMENSIONS } from '../../stats/halton.js';
import {
  REFUSED_OPTIONS,
  type SweepMethod,
  type SweepParameter,
  type SweepParameters,
} from './sweepParameters.js';

const ROOT = 'parameters';

/** Problems of the parameters of a sweep. `set` has the keys that its run sets already. */
export function parameterProblems(
  parameters: SweepParameters,
  { method, set }: { readonly method: SweepMethod; readonly set: ReadonlySet<string> },
): ProblemAt[] {
  const entries = Object.entries(parameters) as [RunOptionName, SweepParameter][];
  if (entries.length === 0) return [{ path: [ROOT], problem: problem('sweep.noParameters') }];
  const tooMany =
    method === 'quasi-random' && entries.length > MAX_DIMENSIONS
      ? [{ path: [ROOT], problem: problem('sweep.tooManyParameters', { most: MAX_DIMENSIONS }) }]
      : [];
  return [
    ...tooMany,
    ...entries.flatMap(([name, parameter]): ProblemAt[] => {
      const refused = refusal(name, set);
      if (refused !== null) return [{ path: [ROOT], key: name, problem: refused }];
      return parameter.values === undefined
        ? rangeProblems(name, parameter, method)
        : valueProblems(name, parameter);
    }),
  ];
}

function refusal(name: RunOptionName, set: ReadonlySet<string>): Problem | null {
  if (name === 'seed') return problem('sweep.seedSwept');
  if ((REFUSED_OPTIONS as readonly string[]).includes(name)) return problem('sweep.maskingSwept');
  return set.has(name) ? problem('sweep.setTwice', { key: name }) : null;
}

function valueProblems(
  name: RunOptionName,
  { values = [], ...range }: SweepParameter,
): ProblemAt[] {
  const path = [ROOT, name];
  const [extra] = Object.keys(range);
  if (extra !== undefined) {
    return [{ path, key: extra, problem: problem('sweep.valuesAndRange', { key: extra }) }];
  }
  return values.flatMap((value, i): ProblemAt[] => {
    const at = [...path, 'values', i];
    if (readOption(name, value) === null) return [wrongValue(name, value, at)];
    return values.indexOf(value) === i
      ? []
      : [{ path: at, problem: problem('sweep.repeatedValue', { value: String(value) }) }];
  });
}

function rangeProblems(
  name: RunOptionName,
  { min, max, scale, count }: SweepParameter,
  method: SweepMethod,
): ProblemAt[] {
  const path = [ROOT, name];
  const at = (key: string, found: Problem): ProblemAt => ({ path, key, problem: found });
  if (RUN_OPTIONS[name].type !== 'number') {
    return [{ path, problem: problem('sweep.rangeNotNumber', { key: name }) }];
  }
  if (min === undefined || max === undefined) {
    return [{ path, problem: problem('sweep.noValues', { key: name }) }];
  }
  const outside = (['min', 'max'] as const).flatMap((key) => {
    const value = { min, max }[key];
    return readOption(name, value) === null ? [wrongValue(name, value, [...path, key])] : [];
  });
  if (outside.length > 0) return outside;
  if (min >= max) return [at('max', problem('sweep.emptyRange', { min: String(min) }))];
  if (scale === 'log' && min <= 0) return [at('min', problem('sweep.logFromZero'))];
  if (method === 'grid' && count === undefined) {
    return [{ path, problem: problem('sweep.gridNeedsCount', { key: name }) }];
  }
  return method === 'quasi-random' && count !== undefined
    ? [at('count', problem('sweep.countOfRandom'))]
    : [];
}

function wrongValue(name: RunOptionName, value: unknown, path: ProblemAt['path']): ProblemAt {
  const expected = describeValue(name);
  return {
    path,
    problem: problem('document.wrongType', { key: name, expected, value: JSON.stringify(value) }),
  };
}
