import { ENGLISH, type Words } from '../../messages/render.js';
import type { Block, Report } from '../report/report.js';
import { labelBlocks, labelWriter } from './labelStudyReport.js';
import { maskingBlocks, maskingWriter } from './maskingStudyReport.js';
import type { StudyOutcome } from './studyResults.js';
import type { StudyWriter } from './studyWriter.js';

interface ReportOptions {
  /** File of the forest plot, which Markdown names. */
  readonly forestFile: string;
  readonly words: Words;
}

/** The report of a study in the words of its reader. */
export function studyReport(outcome: StudyOutcome, options: ReportOptions): Report {
  return {
    locale: options.words.locale,
    title: outcome.study.design.name,
    blocks: blocksOf(outcome, options),
  };
}

/** The deciding result as lines of plain text for the command line. */
export function studySummaryLines(outcome: StudyOutcome): string[] {
  return writerOf(outcome).summaryLines();
}

function blocksOf(outcome: StudyOutcome, options: ReportOptions): Block[] {
  return outcome.kind === 'labels'
    ? labelBlocks(outcome, options)
    : maskingBlocks(outcome, options);
}

function writerOf(outcome: StudyOutcome): StudyWriter {
  return outcome.kind === 'labels'
    ? labelWriter(outcome, ENGLISH)
    : maskingWriter(outcome, ENGLISH);
}
