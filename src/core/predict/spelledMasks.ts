import type { TextRange } from '../text/words.js';

/** Mask tokens of common families, in any case; each is a mask for every model. */
export const MASK_TOKENS = /\[mask\]|<mask>|<\|mask\|>/giu;

/** A text in which every mask is spelled as the model spells it. */
export interface SpelledText {
  readonly text: string;
  /** Ranges of the masks in the original text, in their order. */
  readonly masks: readonly TextRange[];
}

/** Replaces mask tokens of other families by that of a model. */
export function spellMaskTokens(text: string, maskToken: string): SpelledText {
  const own = maskToken.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
  const masks: TextRange[] = [];
  const spelled = text.replaceAll(
    new RegExp(`${own}|${MASK_TOKENS.source}`, 'giu'),
    (written, start: number) => {
      masks.push({ start, end: start + written.length });
      return maskToken;
    },
  );
  return { text: spelled, masks };
}
