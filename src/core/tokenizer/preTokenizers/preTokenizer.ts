import type { AlignedText } from '../../text/alignedText.js';
import type { AsciiWords } from './asciiWords.js';

/** What a pre-tokenizer knows of the stretch whose parts it gets. */
export interface PartContext {
  /** The first part begins where a part begins, not where a longer text was cut. */
  readonly isStart: boolean;
  /** The text itself starts with the first part. */
  readonly textStart: boolean;
}

/** At which white space behind a visible character a stage parts every text, if at any. */
export type Separation = 'none' | 'space' | 'whiteSpace';

/** Parts a normalized text into words, and may rewrite them. */
export interface PreTokenizer {
  /** A text cut between a visible character and white space gives the same parts in pieces. */
  readonly isLocal: boolean;
  readonly separates: Separation;
  /** How it parts printable ASCII; null where that is not so simple. */
  readonly ascii: AsciiWords | null;
  /** Leaves words of printable ASCII without spaces as they are. */
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

/** Each pre-tokenizer parts what the ones before it left. */
export function preTokenizerSequence(stages: readonly PreTokenizer[]): PreTokenizer {
  // For a stage behind one that parts at every cut, each cut is a true start.
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
