import { objectiveOf } from '../objectives/objectives.js';
import { problem, type Problem } from '../messages/message.js';
import type { LossKind } from '../batches/losses.js';
import { flagOf, type RunOptionName, type RunOptions } from '../runs/options.js';
import type { DebiasMethod } from '../runs/options/debiasOptions.js';
import type { RunSpec } from '../runs/schema.js';

/** Options that a debiasing method needs, and the losses of tasks that it works with. */
interface MethodNeeds {
  readonly options: readonly RunOptionName[];
  /** Further options that it accepts. */
  readonly accepted: readonly RunOptionName[];
  readonly losses: readonly LossKind[];
}

const NEEDS: Readonly<Record<DebiasMethod, MethodNeeds>> = {
  consistency: {
    options: ['debiasWords'],
    accepted: ['debiasWeight'],
    losses: ['crossEntropy', 'klDivergence', 'meanSquaredError'],
  },
  'product-of-experts': {
    options: [],
    accepted: ['debiasWeight'],
    losses: ['crossEntropy', 'klDivergence', 'binaryCrossEntropy'],
  },
  masker: {
    options: ['debiasWords'],
    accepted: ['debiasWeight'],
    losses: ['crossEntropy', 'klDivergence'],
  },
  errors: {
    options: ['debiasModel'],
    accepted: ['debiasWeight'],
    losses: ['crossEntropy', 'binaryCrossEntropy'],
  },
  groups: {
    options: ['debiasWords'],
    accepted: [],
    losses: ['crossEntropy', 'binaryCrossEntropy'],
  },
};

const DEBIAS_DETAILS = ['debiasWeight', 'debiasWords', 'debiasModel'] as const;
const FOR_LABELS = ['shiftedData', 'shiftedWeight', 'weightColumn', 'debias'] as const;

/** Contradictions among the options of weights, shifted samples, debiasing and the last layer. */
export function debiasConflict(
  { task, method }: Pick<RunSpec, 'task' | 'method'>,
  options: RunOptions,
): Problem | null {
  const objective = objectiveOf(task);
  if (objective.data === 'text') {
    const given = FOR_LABELS.find((name) => options[name] !== undefined);
    if (given !== undefined)
      return problem('runs.onlyWithLabels', { ...named(given), task: task.kind });
    return method.kind === 'last-layer'
      ? problem('runs.onlyWithLabels', { ...named('method'), task: task.kind })
      : null;
  }
  if (options.shiftedWeight !== undefined && options.shiftedData === undefined) {
    return withoutOption('shiftedWeight', 'shiftedData');
  }
  const { debias } = options;
  if (debias === undefined) {
    const alone = DEBIAS_DETAILS.find((name) => options[name] !== undefined);
    return alone === undefined ? null : withoutOption(alone, 'debias');
  }
  const { options: needed, accepted, losses } = NEEDS[debias];
  const { kind } = objective.loss(task);
  if (objective.head !== 'sequence' || !losses.includes(kind)) {
    return problem('runs.debiasTask', { method: debias });
  }
  const missing = needed.find((name) => options[name] === undefined);
  if (missing !== undefined) {
    return problem('runs.debiasNeeds', { ...named(missing), method: debias });
  }
  const idle = DEBIAS_DETAILS.find(
    (name) => options[name] !== undefined && !needed.includes(name) && !accepted.includes(name),
  );
  if (idle !== undefined) {
    return problem('runs.debiasWithout', { ...named(idle), method: debias });
  }
  return debias === 'masker' && method.kind === 'last-layer'
    ? problem('runs.maskerLastLayer')
    : null;
}

function withoutOption(name: RunOptionName, other: RunOptionName): Problem {
  return problem('runs.optionNeedsOption', {
    ...named(name),
    other,
    otherFlag: flagOf(other),
  });
}

function named(name: RunOptionName): { readonly option: string; readonly flag: string } {
  return { option: name, flag: flagOf(name) };
}
