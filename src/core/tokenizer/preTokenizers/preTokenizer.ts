import type { AlignedText } from '../../text/alignedText.js';
import type { AsciiWords } from './asciiWords.js';

/** Context of the text that a pre-tokenizer gets. */
export interface PartContext {
  /** Whether the first part begins at a real start, not where a longer text was cut. */
  readonly isStart: boolean;
  /** Whether the text itself starts with the first part. */
  readonly textStart: boolean;
}

/** White space after a visible character at which a stage splits every text, if any. */
export type Separation = 'none' | 'space' | 'whiteSpace';

/** Splits a normalized text into words, and may rewrite them. */
export interface PreTokenizer {
  /** Whether a text cut between a visible character and white space gives the same words. */
  readonly isLocal: boolean;
  readonly separates: Separation;
  /** Splitting of printable ASCII, or `null` if it is not simple. */
  readonly ascii: AsciiWords | null;
  /** Whether words of printable ASCII without spaces remain unchanged. */
  readonly keepsAscii: boolean;
  split(parts: readonly AlignedText[], context: PartContext): AlignedText[];
}

export const noPreTokenizer: PreTokenizer = {
  isLocal: true,
  separates: 'none',
  ascii: null,
  keepsAscii: true,
  split: (parts) => [...parts],
};

/** Runs pre-tokenizers in sequence, each on the parts of the previous one. */
export function preTokenizerSequence(stages: readonly PreTokenizer[]): PreTokenizer {
  // For a stage after one that splits at every cut, each cut is a real start.
  const startsAreTrue = stages.map((_, i) => stages.slice(0, i).some(partsEverywhere));
  return {
    isLocal: stages.every(({ isLocal }) => isLocal),
    separates: widest(stages.map(({ separates }) => separates)),
    ascii: stages.slice(1).every(({ keepsAscii }) => keepsAscii) ? stages[0]!.ascii : null,
    keepsAscii: stages.every(({ keepsAscii }) => keepsAscii),
    split: (parts, context) =>
      stages.reduce<AlignedText[]>(
        (result, stage, i) => {
          const isStart = context.isStart || startsAreTrue[i]!;
          return stage.split(result, { ...context, isStart });
        },
        [...parts],
      ),
  };
}

function partsEverywhere({ separates }: PreTokenizer): boolean {
  return separates === 'whiteSpace';
}

function widest(separations: readonly Separation[]): Separation {
  for (const separation of ['whiteSpace', 'space'] as const) {
    if (separations.includes(separation)) return separation;
  }
  return 'none';
}
