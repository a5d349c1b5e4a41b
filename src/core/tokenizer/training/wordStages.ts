import { noNormalizer } from '../normalizers/normalizer.js';
import { buildNormalizer, buildPreTokenizer } from '../definition/parseStages.js';
import { TokenizerFile } from '../definition/tokenizerError.js';
import type {
  NormalizerDefinition,
  PreTokenizerDefinition,
} from '../definition/tokenizerSchema.js';
import type { WordStages } from './wordCounts.js';

/** The stages of a `tokenizer.json` that come before its model. */
export interface StageDefinitions {
  readonly normalizer: NormalizerDefinition | null;
  readonly pre_tokenizer: PreTokenizerDefinition;
}

/** The stages by which a vocabulary's words are found, in training as later in use. */
export function wordStagesOf({ normalizer, pre_tokenizer }: StageDefinitions): WordStages {
  const file = new TokenizerFile('tokenizer.json');
  const built = normalizer === null ? noNormalizer : buildNormalizer(normalizer, file);
  return {
    normalizer: built,
    preTokenizer: buildPreTokenizer(pre_tokenizer, { normalizer: built, file }),
  };
}
