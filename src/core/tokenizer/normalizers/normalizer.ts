import type { AlignedText } from '../../text/alignedText.js';

/** Which ends of its section a stretch of text reaches, where the rest was cut off. */
export interface Edges {
  /** A section starts here: the text, or what follows an added token. */
  readonly start: boolean;
  /** The text itself starts here. */
  readonly textStart: boolean;
  readonly end: boolean;
}

export const WHOLE_TEXT: Edges = { start: true, textStart: true, end: true };

/** Rewrites a text before it is parted into words. */
export interface Normalizer {
  /**
   * Parts of a text that meet between a visible character (letter, digit or punctuation mark) and
   * white space can be normalized one by one, with the same result.
   */
  readonly isLocal: boolean;
  /** The result depends on whether the section ends where the text does. */
  readonly looksAtEnd: boolean;
  /** What it makes of printable ASCII inside a text; null where that is not so simple. */
  readonly ascii: 'same' | 'lowercase' | null;
  normalize(text: AlignedText, edges: Edges): AlignedText;
}

export const noNormalizer = localNormalizer((text) => text, 'same');

/** A normalizer that looks at neither end and no farther than to the next white space. */
export function localNormalizer(
  normalize: Normalizer['normalize'],
  ascii: Normalizer['ascii'] = null,
): Normalizer {
  return { isLocal: true, looksAtEnd: false, ascii, normalize };
}

/** Runs normalizers one after the other. */
export function normalizerSequence(normalizers: readonly Normalizer[]): Normalizer {
  if (normalizers.length === 0) return noNormalizer;
  return {
    isLocal: normalizers.every(({ isLocal }) => isLocal),
    looksAtEnd: normalizers.some(({ looksAtEnd }) => looksAtEnd),
    ascii: normalizers.some(({ ascii }) => ascii === null)
      ? null
      : normalizers.some(({ ascii }) => ascii === 'lowercase')
        ? 'lowercase'
        : 'same',
    normalize: (text, edges) =>
      normalizers.reduce((result, normalizer) => normalizer.normalize(result, edges), text),
  };
}
