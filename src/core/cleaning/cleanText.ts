import type { AlignedText } from '../text/alignedText.js';
import { removeBoilerplate } from './boilerplate.js';
import { removeControls } from './controls.js';
import { removeEmailParts } from './emailText.js';
import { removeHtml } from './htmlText.js';
import { removeMarkdown } from './markdown/markdown.js';
import { shortenPunctuation } from './punctuation.js';
import type { RepeatedLines } from './repeatedLines.js';
import { CLEANING_STEPS, type CleaningStep } from './steps.js';
import { composeUnicode } from './unicode.js';
import { removeUrls } from './urls.js';

/** Statistics of the whole data that cleaning uses. */
export interface CleaningKnowledge {
  /** From a `BoilerplateCounter`. Default: only known boilerplate is removed. */
  readonly repeatedLines: RepeatedLines;
}

type Cleaner = (text: AlignedText, knowledge: CleaningKnowledge | null) => AlignedText;

const CLEANERS: Readonly<Record<CleaningStep, Cleaner>> = {
  html: removeHtml,
  markdown: removeMarkdown,
  emails: removeEmailParts,
  boilerplate: (text, knowledge) => removeBoilerplate(text, knowledge?.repeatedLines ?? null),
  urls: removeUrls,
  controls: removeControls,
  unicode: composeUnicode,
  punctuation: shortenPunctuation,
};

/**
 * Applies `steps` in the order of `CLEANING_STEPS`. Each unit of the result keeps its source range;
 * a text without changes is returned as is. Takes linear time and never throws. HTML, Markdown and
 * emails should be whole files: a comment or code block that is cut is not recognized.
 */
export function cleanText(
  text: AlignedText,
  steps: readonly CleaningStep[],
  knowledge: CleaningKnowledge | null = null,
): AlignedText {
  return CLEANING_STEPS.filter((step) => steps.includes(step)).reduce(
    (cleaned, step) => CLEANERS[step](cleaned, knowledge),
    text,
  );
}
