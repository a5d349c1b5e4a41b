import { WordStatistics } from '../../core/profile/profileWords.js';
import { spacedWordsIn } from '../../core/text/spacedWords.js';
import { splitOf } from '../../core/data/splitting/split.js';
import type { Tokenizer } from '../../core/tokenizer/tokenizer.js';
import { fastContentKey } from './contentKeys.js';

/** Texts for evaluating tokenizers. */
export interface TextSample {
  readonly texts: readonly string[];
  /** False if there was too little text to hold any out of training. */
  readonly isHeldOut: boolean;
}

/** Coverage of texts by a vocabulary. */
export interface Coverage {
  readonly words: number;
  readonly tokensPerWord: number;
  /** Share of words that contain an unknown token. */
  readonly unknownShare: number;
  readonly charactersPerToken: number;
}

const HELD_OUT = { seed: 0, heldOutFraction: 0.05 };
/** Maximum characters of the sample. */
const SAMPLE_SIZE = 1_000_000;
/** Holds texts out of training by their content, so that copies are held out as well. */
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

  /** If all texts happened to be held out, they are returned as `givenBack` for training. */
  finish(): TextSample & { readonly givenBack: readonly string[] } {
    const heldOut = [...this.heldOut.values()];
    if (this.trained.length === 0) return { texts: heldOut, isHeldOut: false, givenBack: heldOut };
    const isHeldOut = heldOut.length > 0;
    return { texts: isHeldOut ? heldOut : this.trained, isHeldOut, givenBack: [] };
  }
}

/** Coverage of texts by a tokenizer. Words follow Unicode. */
export function coverageOf(tokenizer: Tokenizer, texts: readonly string[]): Coverage {
  const statistics = new WordStatistics(tokenizer);
  let characters = 0;
  let tokens = 0;
  for (const text of texts) {
    const encoding = tokenizer.encode(text);
    statistics.add(text, { words: spacedWordsIn(text), encoding, hidden: [] });
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
