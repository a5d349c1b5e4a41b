import fs from 'node:fs';
import path from 'node:path';
import { svgFileOf } from '../../core/charts/svg.js';
import { reportMarkdown, reportPage, type Report } from '../../core/experiments/report/report.js';
import { storing, writeFileAtomicallySync } from '../files/storage.js';
import { STUDY_FILES } from './studyFolder.js';

/** Writes a report as Markdown, with its images, and as one page. Returns the page. Throws `Storage`. */
export function writeReport(folder: string, report: Report): string {
  for (const block of report.blocks) {
    if (block.kind === 'image') {
      writeFileAtomicallySync(path.join(folder, block.file), svgFileOf(block.scene));
    }
  }
  writeFileAtomicallySync(path.join(folder, STUDY_FILES.report), reportMarkdown(report));
  const page = path.join(folder, STUDY_FILES.page);
  writeFileAtomicallySync(page, reportPage(report));
  return page;
}

const IMAGES = [STUDY_FILES.forest, STUDY_FILES.expected];

/** Removes the report of a study or sweep that will have further results. Throws `Storage`. */
export function removeReport(folder: string): void {
  for (const name of [STUDY_FILES.report, STUDY_FILES.page, ...IMAGES]) {
    const file = path.join(folder, name);
    storing(file, () => {
      fs.rmSync(file, { force: true });
    });
  }
}
