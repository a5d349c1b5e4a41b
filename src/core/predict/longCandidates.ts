import * as z from 'zod';
import type { Candidate } from './candidate.js';
import { keptOr, resultKey } from './keptResults.js';
import type { MaskedLanguageModel } from './maskedLanguageModel.js';
import { longWordsOf, type LongWords, type WordList } from './longWords.js';
import { placeAt } from './place.js';
import {
  placesOf,
  proposeLongWords,
  type Beginnings,
  type MaskedPlace,
} from './proposeLongWords.js';
import { runRows, type AbortState, type Row } from './runRows.js';

/** A list of words as it is spelled at a place. */
export interface ListAtPlace {
  /** Identifies the words; `null` for words that are identified by themselves. */
  readonly id: string | null;
  /** Text behind which the words are spelled. */
  readonly context: string;
  readonly words: LongWords;
}

/**
 * The long words of the lists of a request that are spelled for its place; none where a word continues.
 */
export function longWordsAt(
  { tokenizer }: Pick<MaskedLanguageModel, 'tokenizer'>,
  request: {
    readonly text: string;
    readonly start: number;
    readonly wordLists?: readonly WordList[] | undefined;
  },
): ListAtPlace[] {
  const { text, start, wordLists = [] } = request;
  if (wordLists.length === 0) return [];
  const { context } = placeAt(tokenizer, text, start);
  if (context === null) return [];
  return wordLists.flatMap((list) => {
    const words = longWordsOf(tokenizer, list, context);
    return words === null ? [] : [{ id: 'longWords' in list ? list.id : null, context, words }];
  });
}

/** Probability below which a word of several pieces is not among the `topK` best candidates. */
export function leastOf(short: readonly { readonly probability: number }[], topK: number): number {
  return short.length < topK ? 0 : short.at(-1)!.probability;
}

/** Form of kept `Beginnings`. */
export const beginningsSchema = z.array(z.array(z.number()).nullable());

const candidatesSchema = z.array(
  z.object({ word: z.string(), tokens: z.array(z.number()), probability: z.number() }),
);

/**
 * The `topK` best of the candidates of one piece and of the words of several.
 *
 * Of the lists without `id`, only words that can be among the candidates are part of the key under which
 * the words of several pieces are kept, so that most new words of a document change nothing.
 */
export async function withLongWords(
  model: MaskedLanguageModel,
  short: readonly Candidate[],
  options: {
    readonly topK: number;
    readonly lists: readonly ListAtPlace[];
    readonly rows: readonly Row[];
    /** Predictions of the rows; `null` if they were not run, because `beginnings` were kept. */
    readonly places: readonly MaskedPlace[] | null;
    readonly beginnings: Beginnings;
    /** Key of the place and its candidates of one piece. */
    readonly key: string;
    readonly signal?: AbortState | undefined;
  },
): Promise<readonly Candidate[]> {
  const { topK, lists, rows, beginnings, signal } = options;
  const found = lists.map(({ id, words }) => id ?? wordsWith(words, beginnings));
  const isNone = beginnings.every((first) => first?.length === 0);
  if (isNone || found.every((words) => words.length === 0)) return short;
  const listed = lists.map(({ context }, i) => JSON.stringify([context, found[i]!]));
  const key = resultKey('long', options.key, ...listed);
  const long = await keptOr(model.kept, { key, schema: candidatesSchema }, async () => {
    const places = options.places ?? placesOf(model, await runRows(model, rows, signal));
    const atLeast = leastOf(short, topK);
    const words = lists.map((list) => list.words);
    return proposeLongWords(model, { lists: words, rows, places, atLeast, signal });
  });
  return [...short, ...long].sort((a, b) => b.probability - a.probability).slice(0, topK);
}

/** Words whose first piece is one of `beginnings`, each number of pieces in its order. */
function wordsWith(list: LongWords, beginnings: Beginnings): string[] {
  return list.flatMap(({ pieces, words, ids }, i) => {
    const first = beginnings[i] ?? null;
    if (first === null) return words;
    const open = new Set(first);
    return words.filter((_, word) => open.has(ids[word * pieces]!));
  });
}
