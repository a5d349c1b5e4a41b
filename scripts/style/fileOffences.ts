import { markdownTexts } from './markdownTexts.js';
import { sourceTexts } from './sourceTexts.js';
import { textOffences, type Offence } from './textOffences.js';

/** Folders whose strings people read; elsewhere comments are checked alone. */
const PRODUCT = /^(?:src|webview)\//;

/** Lists of English words, which are not prose. */
const WORD_LISTS = /^src\/core\/(?:masking\/lexicons|text\/stopWords)\//;

/** Offences of a source file or a Markdown document, by its path from the repository's root. */
export function fileOffences(file: string, content: string): Offence[] {
  const isProduct = PRODUCT.test(file);
  const texts = file.endsWith('.md') ? markdownTexts(content) : sourceTexts(file, content);
  return texts
    .filter(({ kind }) => {
      const isString = kind === 'string' || kind === 'label';
      return !isString || (isProduct && !WORD_LISTS.test(file));
    })
    .flatMap((text) => textOffences(text, { isProduct }));
}
