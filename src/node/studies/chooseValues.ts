import os from 'node:os';
import {
  hasLabels,
  type CandidateRun,
  type LabelArm,
  type LabelDesign,
  type Study,
} from '../../core/experiments/study/study.js';
import { isChoosing, valuesText } from '../../core/experiments/study/studyCandidates.js';
import { choiceOf, judgedRuns, withChoice } from '../../core/experiments/study/studyChoices.js';
import { inputError } from '../../core/errors.js';
import { message, problem } from '../../core/messages/message.js';
import { runModelFolder } from '../runs/runDirectory.js';
import { readRunSpec } from '../runs/runSpecFile.js';
import { trashUnstarted } from '../runs/trashUnstarted.js';
import { scoreDevelopment } from './scoreLabels.js';
import { runDirectoryIn, writeStudy } from './studyFolder.js';
import { trainStudyRun, type StudyTraining } from './trainStudyRun.js';

/**
 * Trains the candidates of the arms with values to choose, scores them on the development texts, and
 * records the choices with the runs that follow from them. No test set is scored. What has been trained,
 * scored or chosen before is kept. Resolves to the study with the choices so far, which lack some if the
 * signal asked to end. Throws `UserInput` for an arm without any score.
 */
export async function chooseValues(
  folder: string,
  study: Study,
  options: StudyTraining,
): Promise<Study> {
  const { design } = study;
  if (!hasLabels(design)) return study;
  let current: Study<LabelDesign> = { ...study, design };
  for (const arm of design.arms.filter(isChoosing)) {
    if (current.choices?.some((choice) => choice.arm === arm.name) === true) continue;
    const judged = await judgeCandidates(folder, { study: current, arm }, options);
    if (judged === null) return current;
    const choice = choiceOf(judged, { arm, metric: design.metric });
    if (choice === null) throw inputError(problem('study.noCandidate', { name: arm.name }));
    const { study: next, others } = withChoice(current, choice);
    await writeStudy(folder, next);
    options.report(message('study.chosen', { arm: arm.name, values: valuesText(choice.chosen) }));
    await removeUnstarted(folder, next, others);
    current = next;
  }
  return current;
}

interface Judged {
  readonly run: CandidateRun;
  readonly score: number | null;
}

/** Scores of the candidates of an arm; `null` if the signal asked to end. */
async function judgeCandidates(
  folder: string,
  { study, arm }: { readonly study: Study<LabelDesign>; readonly arm: LabelArm },
  { launcher, report, signal }: StudyTraining,
): Promise<Judged[] | null> {
  const runs = judgedRuns(study, arm, study.design);
  const isAborted = (): boolean => signal.aborted;
  const judged: Judged[] = [];
  for (const [i, run] of runs.entries()) {
    const number = { number: i + 1, count: runs.length };
    for (const needed of neededBy(arm, study, run.seed)) {
      await trainStudyRun(runDirectoryIn(folder, study, needed), {
        ...{ launcher, report, signal, ...number },
      });
    }
    if (isAborted()) return null;
    const directory = runDirectoryIn(folder, study, run.run);
    const { status, name } = await trainStudyRun(directory, {
      ...{ launcher, report, signal, ...number },
    });
    if (isAborted()) return null;
    if (status !== 'finished') {
      judged.push({ run, score: null });
      continue;
    }
    const score = await scoreDevelopment(study.design, {
      ...{ folder, run: run.run, spec: await readRunSpec(directory) },
      modelFolder: runModelFolder(directory),
      threads: os.availableParallelism(),
    });
    report(message('study.candidateScored', { run: name, score: score.toPrecision(3) }));
    judged.push({ run, score });
  }
  return judged;
}

/** Runs with the same seed whose models the runs of an arm need. */
function neededBy(arm: LabelArm, { runs }: Pick<Study, 'runs'>, seed: number): string[] {
  return runs.flatMap((run) =>
    run.seed === seed && (run.arm === arm.startFrom || run.arm === arm.errorsOf) ? [run.run] : [],
  );
}

/** Moves runs of other candidates that were never started to the trash of their folder. */
async function removeUnstarted(
  folder: string,
  study: Pick<Study, 'runsFolder'>,
  others: readonly CandidateRun[],
): Promise<void> {
  for (const { run } of others) await trashUnstarted(runDirectoryIn(folder, study, run));
}
