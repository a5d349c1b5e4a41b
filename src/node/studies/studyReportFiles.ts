import fs from 'node:fs';
import path from 'node:path';
import { svgFileOf } from '../../core/charts/svg.js';
import {
  studyForest,
  studyMarkdown,
  studyPage,
  studySummaryLines,
  type StudyReportInput,
} from '../../core/experiments/study/studyReport.js';
import { storing, writeFileAtomicallySync } from '../files/storage.js';
import { STUDY_FILES } from './studyFolder.js';

export interface WrittenReport {
  /** File of the page. */
  readonly page: string;
  /** The result as lines of plain text. */
  readonly lines: readonly string[];
}

/** Writes the report of a study as Markdown, as an image and as one page. Throws `Storage`. */
export function writeStudyReport(folder: string, input: StudyReportInput): WrittenReport {
  const image = studyForest(input);
  if (image !== null) {
    writeFileAtomicallySync(path.join(folder, STUDY_FILES.forest), svgFileOf(image));
  }
  const markdown = studyMarkdown(input, image === null ? null : STUDY_FILES.forest);
  writeFileAtomicallySync(path.join(folder, STUDY_FILES.report), markdown);
  const page = path.join(folder, STUDY_FILES.page);
  writeFileAtomicallySync(page, studyPage(input));
  return { page, lines: studySummaryLines(input) };
}

/** Removes the report of a study that will have further results. Throws `Storage`. */
export function removeStudyReport(folder: string): void {
  for (const name of [STUDY_FILES.report, STUDY_FILES.page, STUDY_FILES.forest]) {
    const file = path.join(folder, name);
    storing(file, () => {
      fs.rmSync(file, { force: true });
    });
  }
}
