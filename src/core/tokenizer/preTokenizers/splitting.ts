import * as z from 'zod';
import type { AlignedText } from '../../text/alignedText.js';

/** Handling of the delimiters that a text is split at, as named in `tokenizer.json`. */
export const splitBehaviorSchema = z.enum([
  'Removed',
  'Isolated',
  'MergedWithPrevious',
  'MergedWithNext',
  'Contiguous',
]);
export type SplitBehavior = z.infer<typeof splitBehaviorSchema>;

interface Span {
  readonly start: number;
  readonly end: number;
  readonly isDelimiter: boolean;
}

/** Splits at matches of `pattern` (global), or at the text between them with `invert`. */
export function splitText(
  text: AlignedText,
  pattern: RegExp,
  { behavior, invert }: { behavior: SplitBehavior; invert: boolean },
): AlignedText[] {
  const spans: Span[] = [];
  let at = 0;
  for (const { 0: found, index } of text.text.matchAll(pattern)) {
    if (found === '') continue;
    if (index > at) spans.push({ start: at, end: index, isDelimiter: invert });
    at = index + found.length;
    spans.push({ start: index, end: at, isDelimiter: !invert });
  }
  if (at < text.length) spans.push({ start: at, end: text.length, isDelimiter: invert });
  return arrange(spans, behavior).map(({ start, end }) => text.slice(start, end));
}

function arrange(
  spans: readonly Span[],
  behavior: SplitBehavior,
): { start: number; end: number }[] {
  switch (behavior) {
    case 'Isolated':
      return [...spans];
    case 'Removed':
      return spans.filter(({ isDelimiter }) => !isDelimiter);
    case 'Contiguous':
      return joined(spans, (span, previous) => span.isDelimiter === previous.isDelimiter);
    case 'MergedWithPrevious':
      return joined(spans, (span, previous) => span.isDelimiter && !previous.isDelimiter);
    case 'MergedWithNext':
      return joined(spans, (span, previous) => previous.isDelimiter && !span.isDelimiter);
  }
}

/** Joins each span to the previous one if `joins` returns true for the two. */
function joined(
  spans: readonly Span[],
  joins: (span: Span, previous: Span) => boolean,
): { start: number; end: number }[] {
  const result: { start: number; end: number }[] = [];
  spans.forEach((span, i) => {
    const last = result.at(-1);
    if (last !== undefined && joins(span, spans[i - 1]!)) last.end = span.end;
    else result.push({ start: span.start, end: span.end });
  });
  return result;
}
