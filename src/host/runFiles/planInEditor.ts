import { parseJsonText } from '../../core/jsonText.js';
import { plannedStudySchema, studyPlanLines } from '../../core/experiments/study/studyPlanLines.js';
import { plannedSweepSchema, sweepPlanLines } from '../../core/experiments/sweep/sweepPlanLines.js';
import { EDITOR_WORDS } from '../platform/editorWords.js';
import type { StudyKind } from '../runs/studyStore.js';

/** The plan that the command line printed as JSON, in the language of the editor. */
export function planText(kind: StudyKind, json: string): string {
  const printed = parseJsonText(json);
  const lines =
    kind === 'sweep'
      ? sweepPlanLines(plannedSweepSchema.parse(printed), EDITOR_WORDS)
      : studyPlanLines(plannedStudySchema.parse(printed), EDITOR_WORDS);
  return `${lines.join('\n')}\n`;
}
