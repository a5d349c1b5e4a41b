import { parseJsonText } from '../jsonText.js';

/**
 * JSON as other programs write it. Integers beyond 2^53, which numbers of JavaScript would round, become
 * their digits as text. `NaN` (Python, pandas) becomes `null`, and `Infinity` becomes the number.
 */

/** Characters without which a text has none of these numbers. */
const SUSPECT = /\d{16}|NaN|Infinity/;
/** A quote, or a number in any of these forms, outside of strings. */
const TOKEN = /"|(?<![\w.$])(?:NaN|-?Infinity|-?\d[\w.+-]*)(?![\w$])/g;
const LONG_INTEGER = /^-?[1-9]\d{15,}$/;
/** Character of a number or word. */
const WORD = /[\w.+-]/;
/** Most characters at the end of a piece that are held for the next one. */
const LONGEST_TOKEN = 1000;

/** Parses JSON text. Throws `SyntaxError`, and `RefusedFile` if it is nested too deeply. */
export function parseExactJson(text: string): unknown {
  if (!SUSPECT.test(text)) return parseJsonText(text);
  const numbers = new ExactNumbers();
  return parseJsonText(numbers.push(text) + numbers.end());
}

/** Rewrites the numbers of JSON text that arrives in pieces, so that any parser can read them. */
export class ExactNumbers {
  private held = '';
  private isInString = false;

  push(piece: string): string {
    return this.rewrite(this.held + piece, { isLast: false });
  }

  end(): string {
    return this.rewrite(this.held, { isLast: true });
  }

  private rewrite(text: string, { isLast }: { readonly isLast: boolean }): string {
    let result = '';
    let from = 0;
    let at = 0;
    const limit = isLast ? text.length : this.completeLength(text);
    while (at < limit) {
      if (this.isInString) {
        const close = closingQuote(text, at);
        if (close === null || close >= limit) break;
        this.isInString = false;
        at = close + 1;
        continue;
      }
      TOKEN.lastIndex = at;
      const found = TOKEN.exec(text);
      if (found === null || found.index >= limit) break;
      const [token] = found;
      at = found.index + token.length;
      if (token === '"') this.isInString = true;
      else {
        result += text.slice(from, found.index) + rewritten(token);
        from = at;
      }
    }
    const kept = Math.max(from, this.isInString ? text.length - openEscape(text) : limit);
    this.held = isLast ? '' : text.slice(kept);
    return result + text.slice(from, isLast ? text.length : kept);
  }

  /** Length of a piece without a number or word at its end that may continue in the next one. */
  private completeLength(text: string): number {
    let end = text.length;
    while (end > Math.max(0, text.length - LONGEST_TOKEN) && WORD.test(text[end - 1]!)) end--;
    return end;
  }
}

function rewritten(token: string): string {
  if (token === 'NaN') return 'null';
  if (token.endsWith('Infinity')) return token.replace('Infinity', '1e999');
  const isRounded = LONG_INTEGER.test(token) && String(Number(token)) !== token;
  return isRounded ? `"${token}"` : token;
}

/** Index of the quote that closes a string whose content begins at `from`. */
function closingQuote(text: string, from: number): number | null {
  for (let quote = text.indexOf('"', from); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    if (backslashesBefore(text, quote, from) % 2 === 0) return quote;
  }
  return null;
}

function backslashesBefore(text: string, end: number, from: number): number {
  let count = 0;
  while (end - count > from && text[end - count - 1] === '\\') count++;
  return count;
}

/** 1 if the text ends with a backslash that escapes the next character, else 0. */
function openEscape(text: string): number {
  return backslashesBefore(text, text.length, 0) % 2;
}
