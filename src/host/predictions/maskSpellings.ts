import type { TextRange } from '../../core/text/words.js';
import type { ModelClient } from '../models/modelClient.js';

/** How mask tokens are spelled in the families people use; looked for before a model is loaded. */
const KNOWN_SPELLINGS = /\[MASK\]|<mask>|<\|mask\|>/g;

/** Ranges in `text` of whatever may be a mask token. */
export function possibleMasks(text: string): TextRange[] {
  return [...text.matchAll(KNOWN_SPELLINGS)].map(({ index, 0: { length } }) => ({
    start: index,
    end: index + length,
  }));
}

/** Asks each model once how it spells its mask token. */
export class MaskTokens {
  private readonly known = new Map<string, string>();

  constructor(private readonly modelClient: ModelClient) {}

  async of(modelFolder: string, signal?: AbortSignal): Promise<string> {
    const known = this.known.get(modelFolder);
    if (known !== undefined) return known;
    const { maskToken } = await this.modelClient.call('describeModel', { modelFolder }, signal);
    this.known.set(modelFolder, maskToken);
    return maskToken;
  }
}
