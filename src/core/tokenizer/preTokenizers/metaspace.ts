import type { AlignedText } from '../../text/alignedText.js';
import { withPrefix } from '../normalizers/edit.js';
import { markedAscii } from './asciiWords.js';
import type { PreTokenizer } from './preTokenizer.js';

/**
 * Parts that get a marker if they have none: all, only the first of the text (if nothing was
 * removed before it), or none.
 */
export type PrependScheme = 'always' | 'first' | 'never';

/** SentencePiece's handling of spaces (Kudo & Richardson 2018): a marker begins every word. */
export function metaspacePreTokenizer(options: {
  readonly marker: string;
  readonly prependScheme: PrependScheme;
  readonly split: boolean;
}): PreTokenizer {
  const { marker, prependScheme } = options;
  return {
    isLocal: true,
    separates: options.split ? 'space' : 'none',
    ascii: options.split ? markedAscii(marker) : null,
    keepsAscii: false,
    split: (parts, { isStart, textStart }) =>
      parts.flatMap((part, i) => {
        const marked = markSpaces(part, marker);
        const isFirst = textStart && i === 0 && part.length > 0 && part.startOf(0) === 0;
        const isPrefixed =
          prependScheme === 'always' ? isStart || i > 0 : prependScheme === 'first' && isFirst;
        const whole =
          isPrefixed && marked.length > 0 && !marked.text.startsWith(marker)
            ? withPrefix(marked, marker)
            : marked;
        return options.split ? splitBefore(whole, marker) : [whole];
      }),
  };
}

/** `marker` is one UTF-16 unit, like a space. */
function markSpaces(text: AlignedText, marker: string): AlignedText {
  return text.text.includes(' ') ? text.respelled(text.text.replaceAll(' ', marker)) : text;
}

/** Splits a text before each marker. */
function splitBefore(text: AlignedText, marker: string): AlignedText[] {
  const words: AlignedText[] = [];
  let from = 0;
  while (from < text.length) {
    const next = text.text.indexOf(marker, from + 1);
    const to = next < 0 ? text.length : next;
    words.push(text.slice(from, to));
    from = to;
  }
  return words;
}
