import { noNormalizer } from '../normalizers/normalizer.js';
import { buildNormalizer, buildPreTokenizer } from '../definition/parseStages.js';
import { TokenizerFile } from '../definition/tokenizerError.js';
import type {
  NormalizerDefinition,
  PreTokenizerDefinition,
} from '../definition/tokenizerSchema.js';
import type { WordStages } from './wordCounts.js';

/** Stages of a `tokenizer.json` before its model. */
export interface StageDefinitions {
  readonly normalizer: NormalizerDefinition | null;
  readonly pre_tokenizer: PreTokenizerDefinition;
}

/** Stages that find the words of a vocabulary, the same in training and in use. */
export function wordStagesOf({ normalizer, pre_tokenizer }: StageDefinitions): WordStages {
  const file = new TokenizerFile('tokenizer.json');
  const built = normalizer === null ? noNormalizer : buildNormalizer(normalizer, file);
  return {
    normalizer: built,
    preTokenizer: buildPreTokenizer(pre_tokenizer, { normalizer: built, file }),
  };
}
