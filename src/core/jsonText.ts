import { problem } from './messages/message.js';
import { RefusedFile } from './fileProblem.js';

/** Levels that no file of ours and no data has; code that follows values may recurse as deep. */
export const DEEPEST_JSON = 200;

/**
 * Parses JSON from a file or another process. Throws `SyntaxError`, and `RefusedFile` before parsing
 * if lists and objects are nested too deeply for those who follow them.
 */
export function parseJsonText(text: string): unknown {
  refuseDeepJson(text);
  return JSON.parse(text);
}

/** Throws `RefusedFile` for JSON that is nested too deeply. */
export function refuseDeepJson(text: string): void {
  if (isNestedTooDeeply(text)) throw nestedTooDeeply();
}

export function nestedTooDeeply(): RefusedFile {
  return new RefusedFile(problem('file.nestedTooDeeply', { limit: DEEPEST_JSON }));
}

/** Few texts have as many brackets as it takes; looking for brackets alone is faster. */
function isNestedTooDeeply(text: string): boolean {
  return text.length > DEEPEST_JSON && !hasFewBrackets(text) && hasDeepPlace(text);
}

function hasFewBrackets(text: string): boolean {
  let left = DEEPEST_JSON;
  for (const bracket of ['[', '{']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      if (left-- === 0) return false;
    }
  }
  return true;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Whether lists and objects outside of strings are nested deeper than allowed. */
function hasDeepPlace(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case 0x5b:
      case 0x7b:
        if (++depth > DEEPEST_JSON) return true;
        break;
      case 0x5d:
      case 0x7d:
        depth--;
    }
  }
  return false;
}

/** Index of the quote that ends a string, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let escapes = 0;
    while (text.charCodeAt(at - 1 - escapes) === BACKSLASH) escapes++;
    if (escapes % 2 === 0) return at;
  }
  return text.length;
}
