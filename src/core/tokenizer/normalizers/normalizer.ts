import type { AlignedText } from '../../text/alignedText.js';

/** Whether part of a text reaches the ends of its section. */
export interface Edges {
  /** Whether a section starts here: the text, or text after an added token. */
  readonly start: boolean;
  /** Whether the text itself starts here. */
  readonly textStart: boolean;
  readonly end: boolean;
}

export const WHOLE_TEXT: Edges = { start: true, textStart: true, end: true };

/** Rewrites a text before it is split into words. */
export interface Normalizer {
  /**
   * Whether parts of a text between a visible character (letter, digit or punctuation mark) and
   * white space can be normalized separately with the same result.
   */
  readonly isLocal: boolean;
  /** Whether the result depends on whether the section ends with the text. */
  readonly looksAtEnd: boolean;
  /** Normalization of printable ASCII inside a text, or `null` if it is not a simple mapping. */
  readonly ascii: 'same' | 'lowercase' | null;
  normalize(text: AlignedText, edges: Edges): AlignedText;
}

export const noNormalizer = localNormalizer((text) => text, 'same');

/** A normalizer that depends on neither end and on no text beyond the next white space. */
export function localNormalizer(
  normalize: Normalizer['normalize'],
  ascii: Normalizer['ascii'] = null,
): Normalizer {
  return { isLocal: true, looksAtEnd: false, ascii, normalize };
}

/** Runs normalizers in sequence. */
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
