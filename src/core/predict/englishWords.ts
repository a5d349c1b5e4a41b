/**
 * English words included with the extension, relative to the extension's folder: proposed where they
 * have several pieces, beside the words of the document.
 */
export const ENGLISH_WORDS_FILE = 'media/words/en.txt';
