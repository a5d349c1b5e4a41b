import type { MaskFill } from '../../core/predict/fillMasks.js';
import { BYTE_LEVEL_SPACE } from '../../core/tokenizer/preTokenizers/byteLevel.js';
import type { Tokenizer } from '../../core/tokenizer/tokenizer.js';
import type { TextRange } from '../../core/text/words.js';

/** Prediction for one mask, in the form of Hugging Face's fill-mask task. */
export interface FilledToken {
  readonly score: number;
  /** Id of the token; of a target of several tokens, the first one. */
  readonly token: number;
  readonly token_str: string;
  readonly sequence: string;
  /** Only of a target of several tokens. */
  readonly tokens?: readonly number[];
  /** Rule by which a target of several tokens was scored. */
  readonly scoring?: string;
}

/** Answer for one text: a list for one mask, and one list per mask for several. */
export function fillMaskAnswer(
  {
    text,
    fills,
    written,
  }: { text: string; fills: readonly MaskFill[]; written: readonly TextRange[] },
  { tokenizer, topK }: { tokenizer: Tokenizer; topK: number | null },
): FilledToken[] | FilledToken[][] {
  const lists = fills.map(({ candidates, targets }, index) => {
    const { start, end } = written[index]!;
    const place = { before: text.slice(0, start), after: text.slice(end) };
    if (targets.length === 0) {
      return candidates.map(({ tokens, probability }) => {
        const token = tokens[0]!;
        return {
          score: probability,
          token,
          token_str: tokenText(tokenizer, token),
          sequence: withToken(tokenizer, token, place),
        };
      });
    }
    return targets
      .map(({ word, probability, tokens }) => ({
        score: probability ?? 0,
        token: tokens[0]!,
        token_str: tokens.length === 1 ? tokenText(tokenizer, tokens[0]!) : word,
        sequence: place.before + word + place.after,
        ...(tokens.length > 1 && {
          tokens,
          scoring: `chain rule over ${tokens.length} masks`,
        }),
      }))
      .sort((a, b) => b.score - a.score)
      .slice(0, topK ?? targets.length);
  });
  return lists.length === 1 ? lists[0]! : lists;
}

/** Text of a single token as `tokenizer.decode` of `transformers` gives it. */
function tokenText(tokenizer: Tokenizer, id: number): string {
  const token = tokenizer.idToToken(id);
  if (tokenizer.isSpecial(id)) return token;
  const readable = tokenizer.readable(id);
  if (token.startsWith('##') && !readable.startsWith('##')) return `##${readable}`;
  return token.startsWith(BYTE_LEVEL_SPACE) ? ` ${readable.trimStart()}` : readable;
}

/** The text with a token in the place of the mask, spaced as the token says. */
function withToken(
  tokenizer: Tokenizer,
  id: number,
  { before, after }: { readonly before: string; readonly after: string },
): string {
  const text = tokenText(tokenizer, id).trimStart();
  const isAttached = !tokenizer.isSpecial(id) && tokenizer.isContinuation(id);
  if (isAttached && before.trim() !== '') {
    return before.trimEnd() + tokenizer.readable(id).trimStart() + after;
  }
  const needsSpace = tokenizer.marksSpaces && /\S$/u.test(before);
  return `${before}${needsSpace ? ' ' : ''}${text}${after}`;
}

/** A score of a label, in the form of Hugging Face's text-classification task. */
export interface LabelScore {
  readonly label: string;
  readonly score: number;
}

/** Labels with their scores, best first; ties keep the order of the labels. */
export function labelScores(
  labels: readonly string[],
  scores: readonly number[],
  topK: number | null,
): LabelScore[] {
  return labels
    .map((label, i) => ({ label, score: scores[i]! }))
    .sort((a, b) => b.score - a.score)
    .slice(0, topK ?? labels.length);
}
