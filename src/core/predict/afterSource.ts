import { unreadIn, type Unread } from './unreadText.js';
import type { KeptResults } from './keptResults.js';
import type { MaskedLanguageModel } from './maskedLanguageModel.js';

/** Most tokens of a source; a longer one is cut at its end. */
const MOST_TOKENS = 60;

/**
 * A model that reads every text as the second of a pair, after `source`: between the special tokens of
 * pairs, and in the second segment where the model has segments. A model of several languages fills the
 * masks of a translation after its source in this way, which is how XLM was trained on pairs of
 * sentences (Conneau and Lample 2019, arXiv:1901.07291); others only met pairs of one language.
 */
export function afterSource<M extends MaskedLanguageModel>(model: M, source: string): M {
  const { tokenizer, maxLength } = model;
  const most = Math.min(MOST_TOKENS, Math.floor((maxLength - tokenizer.pairFrameSize) / 2));
  const first = tokenizer.encode(source).ids.slice(0, Math.max(0, most));
  const paired: typeof tokenizer = Object.create(tokenizer, {
    frameSize: { value: tokenizer.pairFrameSize + first.length },
    frame: {
      value: (ids: ArrayLike<number>) => {
        const { offsets, ...framed } = tokenizer.framePair(first, ids);
        return { ...framed, offsets: offsets.slice(1) };
      },
    },
  }) as typeof tokenizer;
  const read: M & { kept?: KeptResults } = {
    ...model,
    logitsAt: (batch) => model.logitsAt(batch),
    tokenizer: paired,
  };
  // Results that are kept by the tokens of a text do not hold after a source.
  delete read.kept;
  return read;
}

/** Says why the model cannot read a source; `null` if it can. */
export function unreadSource(
  model: Pick<MaskedLanguageModel, 'tokenizer' | 'foreignLanguage'>,
  source: string,
): Promise<Unread | null> {
  const { ids } = model.tokenizer.encode(source);
  return unreadIn(model, { text: source, ids, paragraph: source });
}
