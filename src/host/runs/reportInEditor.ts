import { studyReport } from '../../core/experiments/study/studyReport.js';
import { studyResults } from '../../core/experiments/study/studyResults.js';
import { sweepReport } from '../../core/experiments/sweep/sweepReport.js';
import { sweepResults } from '../../core/experiments/sweep/sweepResults.js';
import type { Report } from '../../core/experiments/report/report.js';
import {
  readStudy,
  readStudyScores,
  readSweep,
  STUDY_FILES,
} from '../../node/studies/studyFolder.js';
import { sweepRunResults } from '../../node/studies/sweepState.js';
import { EDITOR_WORDS } from '../platform/editorWords.js';
import type { StudySummary } from './studyStore.js';

/**
 * The report of a study or sweep in the language of the editor, from the stored results. `null` if
 * the stored report is what to show: it is in English, as files are that people share, and it still
 * has the results of runs that were deleted after it was written.
 */
export async function reportInEditor({
  kind,
  folder,
}: Pick<StudySummary, 'kind' | 'folder'>): Promise<Report | null> {
  const words = EDITOR_WORDS;
  if (words.locale.startsWith('en')) return null;
  if (kind === 'study') {
    const study = await readStudy(folder);
    const outcome = studyResults(study, await readStudyScores(folder, study));
    return studyReport(outcome, { forestFile: STUDY_FILES.forest, words });
  }
  const sweep = await readSweep(folder);
  const found = await sweepRunResults(folder, sweep);
  const isComplete = [...sweep.trials, ...sweep.repeats].every(({ run }) => found.runs.has(run));
  return isComplete ? sweepReport({ sweep, results: sweepResults(sweep, found) }, words) : null;
}
