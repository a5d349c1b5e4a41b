import { runsOf } from './designStudy.js';
import type {
  CandidateRun,
  LabelArm,
  LabelDesign,
  OptionValues,
  Study,
  StudyChoice,
} from './study.js';
import { candidatesOf } from './studyCandidates.js';
import { TEST_METRICS } from './testMetrics.js';

/** Runs by which the values of an arm are chosen, in their order. */
export function judgedRuns(
  { candidates = [] }: Pick<Study, 'candidates'>,
  { name, crossFitted }: Pick<LabelArm, 'name' | 'crossFitted'>,
  { development }: Pick<LabelDesign, 'development'>,
): CandidateRun[] {
  return candidates.filter(
    ({ arm, seed, half }) =>
      arm === name &&
      development?.seeds.includes(seed) === true &&
      (half !== null) === (crossFitted === true),
  );
}

/**
 * The choice among the candidates of an arm by the mean of their scores; the first one of equals. `null`
 * without any score.
 */
export function choiceOf(
  judged: readonly { readonly run: CandidateRun; readonly score: number | null }[],
  { arm, metric }: { readonly arm: LabelArm; readonly metric: LabelDesign['metric'] },
): StudyChoice | null {
  const sign = TEST_METRICS[metric].better === 'more' ? 1 : -1;
  const tried = candidatesOf(arm).map((values) => {
    const scores = judged.flatMap(({ run, score }) =>
      score !== null && isSame(run.values, values) ? [score] : [],
    );
    const sum = scores.reduce((total, score) => total + score, 0);
    return { values, score: scores.length === 0 ? null : sum / scores.length, runs: scores.length };
  });
  let best: { readonly values: OptionValues; readonly score: number } | null = null;
  for (const { values, score } of tried) {
    if (score === null) continue;
    if (best === null || sign * score > sign * best.score) best = { values, score };
  }
  return best === null ? null : { arm: arm.name, tried, chosen: best.values };
}

/** A study with a choice, and the runs that it leaves without a use if they have not started. */
export function withChoice(
  study: Study<LabelDesign>,
  choice: StudyChoice,
): { readonly study: Study<LabelDesign>; readonly others: readonly CandidateRun[] } {
  const own = (study.candidates ?? []).filter(({ arm }) => arm === choice.arm);
  const chosen = own.filter(({ values, half }) => half === null && isSame(values, choice.chosen));
  const all = [...study.runs, ...chosen.map(({ arm, seed, run }) => ({ arm, seed, run }))];
  const seeds = [...study.design.seeds, ...study.added.flatMap((added) => added.seeds)];
  return {
    study: {
      ...study,
      choices: [...(study.choices ?? []), choice],
      runs: runsOf({ ...study.design, seeds }).flatMap(({ arm, seed }) =>
        all.filter((run) => run.arm === arm && run.seed === seed),
      ),
    },
    others: own.filter((run) => !chosen.includes(run)),
  };
}

function isSame(a: OptionValues, b: OptionValues): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
