import type { AlignedText } from '../alignedText.js';

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
   * Whether parts of a text that meet between a visible character and white space can be
   * normalized one by one with the same result; `first`: only ahead of all other normalizers.
   */
  readonly local: 'always' | 'first' | 'never';
  normalize(text: AlignedText, edges: Edges): AlignedText;
}

export const noNormalizer: Normalizer = { local: 'always', normalize: (text) => text };

/** Runs normalizers one after the other. */
export function normalizerSequence(normalizers: readonly Normalizer[]): Normalizer {
  const [first, ...others] = normalizers;
  if (first === undefined) return noNormalizer;
  return {
    local: others.every(({ local }) => local === 'always') ? first.local : 'never',
    normalize: (text, edges) =>
      normalizers.reduce((result, normalizer) => normalizer.normalize(result, edges), text),
  };
}
