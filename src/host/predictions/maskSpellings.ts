import type { TextRange } from '../../core/text/words.js';
import type { ModelClient } from '../models/modelClient.js';
import type { Lane } from '../../protocol/modelServer.js';

/** Mask token spellings of common families, searched for before a model is loaded. */
const KNOWN_SPELLINGS = /\[MASK\]|<mask>|<\|mask\|>/g;

/** Ranges in `text` that may be mask tokens. */
export function possibleMasks(text: string): TextRange[] {
  return [...text.matchAll(KNOWN_SPELLINGS)].map(({ index, 0: { length } }) => ({
    start: index,
    end: index + length,
  }));
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
