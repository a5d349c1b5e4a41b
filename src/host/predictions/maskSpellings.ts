import { MASK_TOKENS } from '../../core/predict/spelledMasks.js';
import type { TextRange } from '../../core/text/words.js';
import type { ModelClient } from '../models/modelClient.js';
import type { Lane } from '../../core/predict/jobs.js';

/**
 * Mask tokens of common families in any case, and blanks of three to twelve underscores. Each is a mask
 * for every model, whatever the model's own token is.
 */
const SPELLINGS = new RegExp(
  `${MASK_TOKENS.source}|(?<![\\p{L}\\p{N}_])_{3,12}(?![\\p{L}\\p{N}_])`,
  'giu',
);
/** A rule in Markdown, as opposed to a blank. */
const RULE = /^\s*_+\s*$/;

/** Ranges of the masks in `text`. */
export function masksIn(text: string): TextRange[] {
  return text.split('\n').reduce<{ readonly masks: TextRange[]; readonly offset: number }>(
    ({ masks, offset }, line) => ({
      masks: RULE.test(line) ? masks : [...masks, ...masksOfLine(line, offset)],
      offset: offset + line.length + 1,
    }),
    { masks: [], offset: 0 },
  ).masks;
}

function masksOfLine(line: string, offset: number): TextRange[] {
  return [...line.matchAll(SPELLINGS)].map(({ index, 0: { length } }) => ({
    start: offset + index,
    end: offset + index + length,
  }));
}

/** A text in which all masks are spelled as a model spells them. */
export interface SpelledMasks {
  readonly text: string;
  /** The mask that was asked for. */
  readonly within: TextRange;
  /** All masks as they are spelled, and as they were. */
  readonly masks: readonly TextRange[];
  readonly written: readonly TextRange[];
}

/** Spells the masks of a text for a model; `start` is where the mask begins that is asked for. */
export function spellMasks(text: string, start: number, maskToken: string): SpelledMasks {
  let spelled = '';
  let end = 0;
  let at = start;
  const masks: TextRange[] = [];
  const written = masksIn(text);
  for (const mask of written) {
    spelled += text.slice(end, mask.start);
    if (mask.start === start) at = spelled.length;
    masks.push({ start: spelled.length, end: spelled.length + maskToken.length });
    spelled += maskToken;
    end = mask.end;
  }
  const within = { start: at, end: at + maskToken.length };
  return { text: spelled + text.slice(end), within, masks, written };
}

/**
 * Mask token of a model, or `null` if it has none. Requested each time, because the server checks
 * whether the files of the model have changed.
 */
export async function maskTokenOf(
  modelClient: Pick<ModelClient, 'call'>,
  modelFolder: string,
  options: { readonly lane: Lane; readonly signal: AbortSignal },
): Promise<string | null> {
  const { lane, signal } = options;
  const described = await modelClient.call('describeModel', { modelFolder, lane }, signal);
  return described.kind === 'masked-lm' ? described.maskToken : null;
}
