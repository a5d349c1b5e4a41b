import type { SampleRow } from '../../src/core/runs/schema.js';

export interface Candidate {
  readonly word: string;
  readonly probability: number;
  readonly isOriginal: boolean;
}

export interface Prediction {
  readonly originalProbability: number;
  readonly candidates: readonly Candidate[];
}

/** A part of the sentence around the mask. `gap` is another mask of the sentence. */
export interface Segment {
  readonly kind: 'text' | 'mask' | 'gap';
  readonly text: string;
}

/** One masked word of a sentence, with predictions before training and now. */
export interface SampleView {
  readonly file: string;
  readonly sentence: string;
  readonly segments: readonly Segment[];
  readonly original: string;
  readonly before: Prediction;
  /** `null` until there is a second evaluation. */
  readonly now: Prediction | null;
}

const CONTEXT = 90;
const CANDIDATES = 3;

type Sentence = SampleRow['sentences'][number];
type Mask = Sentence['masks'][number];

/** Pairs the first predictions with the latest ones, one view per masked word. */
export function collectSamples(
  first: SampleRow | null,
  latest: SampleRow | null,
): readonly SampleView[] {
  if (first === null) return [];
  const isLater = latest !== null && latest.step > first.step;
  return first.sentences.flatMap((sentence, s) =>
    sentence.masks.map((mask, m): SampleView => {
      const again = isLater ? latest.sentences[s] : undefined;
      const maskAgain = again?.text === sentence.text ? again.masks[m] : undefined;
      return {
        file: sentence.file,
        sentence: sentence.text,
        segments: segmentsAround(sentence, mask),
        original: mask.original,
        before: predictionOf(mask),
        now: maskAgain === undefined ? null : predictionOf(maskAgain),
      };
    }),
  );
}

function predictionOf(mask: Mask): Prediction {
  return {
    originalProbability: mask.originalProbability,
    candidates: mask.candidates.slice(0, CANDIDATES).map(({ word, probability }) => ({
      word,
      probability,
      isOriginal: word.toLowerCase() === mask.original.toLowerCase(),
    })),
  };
}

function segmentsAround({ text, masks }: Sentence, mask: Mask): Segment[] {
  const from = wordBorder(text, mask.start - CONTEXT, 'before');
  const to = wordBorder(text, mask.end + CONTEXT, 'after');
  const segments: Segment[] = [];
  const push = (kind: Segment['kind'], piece: string): void => {
    if (piece !== '') segments.push({ kind, text: piece });
  };
  let at = from;
  for (const other of [...masks].sort((a, b) => a.start - b.start)) {
    if (other.start < at || other.end > to) continue;
    push('text', (at === from && from > 0 ? '…' : '') + text.slice(at, other.start));
    push(other === mask ? 'mask' : 'gap', text.slice(other.start, other.end));
    at = other.end;
  }
  push('text', text.slice(at, to) + (to < text.length ? '…' : ''));
  return segments;
}

/** Moves a cut to the nearest white space toward the mask, so that no word is split. */
function wordBorder(text: string, position: number, side: 'before' | 'after'): number {
  if (position <= 0) return 0;
  if (position >= text.length) return text.length;
  if (side === 'before') {
    const space = text.slice(position, position + 30).search(/\s/);
    return space === -1 ? position : position + space + 1;
  }
  const space = text.slice(0, position).lastIndexOf(' ');
  return space < position - 30 ? position : space;
}
