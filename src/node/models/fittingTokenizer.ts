import path from 'node:path';
import { modelError } from '../../core/errors.js';
import { problem } from '../../core/messages/message.js';
import type { Tokenizer } from '../../core/tokenizer/tokenizer.js';
import { tokenizerOf } from '../tokenizers/loadTokenizer.js';
import { modelFiles } from './modelFiles.js';
import type { ModelFolder } from './modelFolder.js';

/**
 * Creates the tokenizer of a model that was read. Throws `Model` for an unsupported one, and for one
 * with more tokens than the model has embeddings.
 */
export function fittingTokenizer(folder: ModelFolder): Tokenizer {
  const tokenizer = tokenizerOf(folder);
  requireEmbeddings(folder.path, tokenizer, folder.model.vocabularySize);
  return tokenizer;
}

/** Throws `Model` for more tokens than embeddings; `null` if their number is unknown. */
export function requireEmbeddings(
  folder: string,
  { vocabularySize: tokens }: Tokenizer,
  vocabularySize: number | null,
): void {
  if (vocabularySize === null || tokens <= vocabularySize) return;
  const file = path.join(folder, modelFiles(folder).tokenizer);
  throw modelError(file, problem('models.tooManyTokens', { tokens, vocabularySize }));
}
