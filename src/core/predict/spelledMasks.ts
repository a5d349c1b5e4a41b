import type { TextRange } from '../text/words.js';

/** A mask as a person wrote it. */
export interface WrittenMask extends TextRange {
  /** Words that are to be ranked in its place, as in `[MASK:fox|dog]`; empty for a plain mask. */
  readonly targets: readonly string[];
}

/** Most words that one mask can rank; more are left out. */
export const MOST_TARGETS = 50;

/** Mask tokens of common families, in any case. */
const TOKENS = String.raw`\[mask\]|<mask>|<\|mask\|>`;
const TOKEN_WITH_TARGETS = String.raw`\[mask:(?<targets>[^\[\]\r\n]{1,1000})\]`;
/** Three to twelve underscores; longer ones are lines to sign on. */
const BLANK = String.raw`(?<![\p{L}\p{M}\p{N}_])_{3,12}(?![\p{L}\p{N}_])`;
/** A rule in Markdown, as opposed to a blank. */
const RULE = /^[^\S\n]*_+[^\S\n]*$/gmu;

/**
 * Masks of a text, in their order. Mask tokens of all families, `[MASK:a|b]`, and blanks of underscores
 * are masks for every model, and so is its own token.
 */
export function masksIn(text: string, ownToken?: string): WrittenMask[] {
  const rules = new Set(
    [...text.matchAll(RULE)].map(({ index, 0: rule }) => index + rule.indexOf('_')),
  );
  return matches(text, [BLANK, ...own(ownToken), TOKENS, TOKEN_WITH_TARGETS]).filter(
    ({ start }) => !rules.has(start),
  );
}

/** Masks of a text that are written as tokens, without blanks, as other tools understand them. */
export function maskTokensIn(text: string, ownToken: string): TextRange[] {
  return matches(text, [...own(ownToken), TOKENS]);
}

/** Pattern of the token of a model. */
function own(token: string | undefined): string[] {
  return token === undefined ? [] : [token.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`)];
}

function matches(text: string, patterns: readonly string[]): WrittenMask[] {
  return [...text.matchAll(new RegExp(patterns.join('|'), 'giu'))].map(
    ({ index, 0: written, groups }) => ({
      start: index,
      end: index + written.length,
      targets: targetsIn(groups?.targets ?? ''),
    }),
  );
}

function targetsIn(list: string): string[] {
  const words = list.split('|').map((word) => word.trim());
  return [...new Set(words)].filter((word) => word !== '').slice(0, MOST_TARGETS);
}

/** A text in which every mask is spelled as a model spells it. */
export interface SpelledMasks {
  readonly text: string;
  /** Ranges of the masks in `text`, in the order of those that were written. */
  readonly masks: readonly TextRange[];
}

/** Spells masks of a text, which are in order, as a model does. */
export function spellMasks(
  text: string,
  written: readonly TextRange[],
  maskToken: string,
): SpelledMasks {
  let spelled = '';
  let end = 0;
  const masks = written.map((mask) => {
    spelled += text.slice(end, mask.start);
    const start = spelled.length;
    spelled += maskToken;
    end = mask.end;
    return { start, end: spelled.length };
  });
  return { text: spelled + text.slice(end), masks };
}
