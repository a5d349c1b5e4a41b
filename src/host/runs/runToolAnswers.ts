import { runGroupRows } from '../../core/experiments/runGroupRows.js';
import { describeError } from '../../core/errors.js';
import { ENGLISH, renderMessage } from '../../core/messages/render.js';
import { isResumable, isLive } from '../../core/runs/status.js';
import type { RunSummary } from '../../node/runs/runReader.js';

/** Groups that a chat receives at most. */
const MAX_GROUPS = 50;

const READ_WITH_CARE = [
  'Values are held-out metrics; n counts seeds. Without an interval (n < 2) a value says nothing about other seeds.',
  'Whether two intervals overlap is not a test. Use "masklab compare" to see whether one setting is better: it pairs seeds and corrects for the number of comparisons.',
  'Perplexities and losses of different masking policies measure different tokens and cannot be compared.',
];

/** Groups of runs for a chat, with n and interval, so that it need not guess how sure a result is. */
export function answerRunList(runs: readonly RunSummary[], experiment: string | undefined): object {
  const groups = runGroupRows(runs).filter(
    (group) => experiment === undefined || group.experiment === experiment,
  );
  return {
    notes: READ_WITH_CARE,
    groups: groups.slice(0, MAX_GROUPS).map(({ estimate, runs: ids, ...group }) => ({
      ...group,
      n: estimate?.n ?? 0,
      mean: estimate?.mean ?? null,
      interval95: estimate?.interval ?? null,
      runs: ids,
    })),
    omitted: Math.max(0, groups.length - MAX_GROUPS),
  };
}

/** One run for a chat. */
export function answerRun(run: RunSummary): object {
  const { id, name, directory, status, facts, state, annotations, problem } = run;
  return {
    ...{ id, name, directory, status },
    canStart: isResumable(status),
    canStop: isLive(status),
    task: facts?.task ?? null,
    model: facts?.modelName ?? null,
    learns: facts === null ? null : renderMessage(facts.learns, ENGLISH),
    experiment: facts?.experiment ?? null,
    seed: facts?.seed ?? null,
    step: state?.step ?? 0,
    totalSteps: state?.totalSteps ?? 0,
    secondsLeft: state?.secondsLeft ?? null,
    heldOutBefore: state?.before ?? null,
    heldOutNow: state?.latest ?? null,
    best: state?.best ?? null,
    test: state?.test ?? null,
    verdict: state?.verdict ?? null,
    tags: annotations.tags ?? [],
    notes: annotations.notes ?? null,
    problem: problem === null ? null : describeError(problem, ENGLISH).message,
    readWithCare: 'Metrics of one run: n is 1, and other seeds can differ.',
  };
}

/** The run that a chat names by id, name or the end of its id; null unless exactly one matches. */
export function runNamed(runs: readonly RunSummary[], name: string): RunSummary | null {
  const matchers: ((run: RunSummary) => boolean)[] = [
    ({ id }) => id === name,
    (run) => run.name === name,
    ({ id }) => id.endsWith(`-${name}`),
  ];
  for (const matches of matchers) {
    const found = runs.filter(matches);
    if (found.length === 1) return found[0]!;
    if (found.length > 1) return null;
  }
  return null;
}
