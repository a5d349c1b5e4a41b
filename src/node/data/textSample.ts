import { WordStatistics, profiledWords } from '../../core/profile/profileWords.js';
import { splitOf } from '../../core/data/splitting/split.js';
import type { Tokenizer } from '../../core/tokenizer/tokenizer.js';
import { fastContentKey } from './contentKeys.js';

/** Texts to measure tokenizers with. */
export interface TextSample {
  readonly texts: readonly string[];
  /** False where there was too little text to keep any out of the training. */
  readonly isHeldOut: boolean;
}

/** How well a vocabulary covers texts. */
export interface Coverage {
  readonly words: number;
  readonly tokensPerWord: number;
  /** Share of the words that have a token for something unknown in them. */
  readonly unknownShare: number;
  readonly charactersPerToken: number;
}

const HELD_OUT = { seed: 0, heldOutFraction: 0.05 };
/** Characters that are kept to measure with. */
const SAMPLE_SIZE = 1_000_000;
/** Keeps texts out of the training by their content, so that a copy of one is kept out as well. */
export class TextSampler {
  private readonly heldOut = new Map<string, string>();
  private heldOutSize = 0;
  private readonly trained: string[] = [];
  private trainedSize = 0;

  keepsOut(text: string): boolean {
    const key = fastContentKey(text);
    if (this.heldOut.has(key)) return true;
    const hasRoom = this.heldOutSize < SAMPLE_SIZE && text.length < SAMPLE_SIZE / 10;
    if (hasRoom && splitOf(key, HELD_OUT) === 'heldOut') {
      this.heldOut.set(key, text);
      this.heldOutSize += text.length;
      return true;
    }
    if (this.trainedSize < SAMPLE_SIZE / 4) {
      this.trained.push(text.slice(0, SAMPLE_SIZE / 10));
      this.trainedSize += this.trained.at(-1)!.length;
    }
    return false;
  }

  /** Where all texts happened to be kept out, they are given back to be trained on. */
  finish(): TextSample & { readonly givenBack: readonly string[] } {
    const heldOut = [...this.heldOut.values()];
    if (this.trained.length === 0) return { texts: heldOut, isHeldOut: false, givenBack: heldOut };
    const isHeldOut = heldOut.length > 0;
    return { texts: isHeldOut ? heldOut : this.trained, isHeldOut, givenBack: [] };
  }
}

/** What a tokenizer makes of texts: words are what Unicode takes for such. */
export function coverageOf(tokenizer: Tokenizer, texts: readonly string[]): Coverage {
  const statistics = new WordStatistics(tokenizer);
  let characters = 0;
  let tokens = 0;
  for (const text of texts) {
    const encoding = tokenizer.encode(text);
    statistics.add(text, { words: profiledWords(text), encoding, hidden: [] });
    characters += text.length;
    tokens += encoding.ids.length;
  }
  const { words, tokensPerWord, unknown } = statistics.vocabulary()!;
  return {
    words,
    tokensPerWord,
    unknownShare: words === 0 ? 0 : unknown / words,
    charactersPerToken: tokens === 0 ? 0 : characters / tokens,
  };
}
