import type { TextRange } from '../text/words.js';
import { masksIn, spellMasks } from './spelledMasks.js';

/** A text whose masks are spelled as a model does, with a way back to the text as it is written. */
export interface SpelledText {
  readonly text: string;
  /** Range in `text` of a range of the written text that is a mask or has none in it. */
  spelled(range: TextRange): TextRange;
  /** Range in the written text of a range of `text` that has no mask in it. */
  written(range: TextRange): TextRange;
}

export function spelledText(text: string, maskToken: string): SpelledText {
  const written = masksIn(text, maskToken);
  const spelled = spellMasks(text, written, maskToken);
  const move =
    (from: readonly TextRange[], to: readonly TextRange[]) =>
    ({ start, end }: TextRange): TextRange => {
      const last = from.findLastIndex((mask) => mask.start <= start);
      if (last < 0) return { start, end };
      if (from[last]!.start === start) return to[last]!;
      const by = to[last]!.end - from[last]!.end;
      return { start: start + by, end: end + by };
    };
  return {
    text: spelled.text,
    spelled: move(written, spelled.masks),
    written: move(spelled.masks, written),
  };
}
