import type { AlignedText } from '../alignedText.js';
import { removeControls } from './controls.js';
import { removeHtml } from './html.js';
import { removeMarkdown } from './markdown/markdown.js';
import { shortenPunctuation } from './punctuation.js';
import { CLEANING_STEPS, type CleaningStep } from './steps.js';
import { composeUnicode } from './unicode.js';
import { removeUrls } from './urls.js';

const CLEANERS: Readonly<Partial<Record<CleaningStep, (text: AlignedText) => AlignedText>>> = {
  html: removeHtml,
  markdown: removeMarkdown,
  urls: removeUrls,
  controls: removeControls,
  unicode: composeUnicode,
  punctuation: shortenPunctuation,
};

/**
 * Applies `steps` in the order of `CLEANING_STEPS`. Every unit of the result knows the stretch of
 * the source that it came from; a text that needs no cleaning comes back as it is. Takes time linear
 * in the text's length, and throws on no text.
 */
export function cleanText(text: AlignedText, steps: readonly CleaningStep[]): AlignedText {
  return CLEANING_STEPS.filter((step) => steps.includes(step)).reduce(
    (cleaned, step) => CLEANERS[step]?.(cleaned) ?? cleaned,
    text,
  );
}
