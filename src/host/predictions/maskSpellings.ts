import type { TextRange } from '../../core/text/words.js';
import type { ModelClient } from '../models/modelClient.js';
import type { Lane } from '../../protocol/modelServer.js';

/** How mask tokens are spelled in the families people use; looked for before a model is loaded. */
const KNOWN_SPELLINGS = /\[MASK\]|<mask>|<\|mask\|>/g;

/** Ranges in `text` of whatever may be a mask token. */
export function possibleMasks(text: string): TextRange[] {
  return [...text.matchAll(KNOWN_SPELLINGS)].map(({ index, 0: { length } }) => ({
    start: index,
    end: index + length,
  }));
}

/**
 * How a model spells its mask token; null for a model that has none. Asked each time: the server
 * knows by the model's files whether its last answer still holds.
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
