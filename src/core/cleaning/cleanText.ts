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
  /** From a `BoilerplateCounter`; without it only what is boilerplate anywhere is dropped. */
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
 * Applies `steps` in the order of `CLEANING_STEPS`. Every unit of the result knows the stretch of
 * the source that it came from; a text that needs no cleaning comes back as it is. Takes time linear
 * in the text's length, and throws on no text. HTML, Markdown and e-mails are read best as whole
 * files: a comment or a code block that a cut goes through is not known for one.
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
