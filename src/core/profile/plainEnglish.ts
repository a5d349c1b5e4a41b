/** Words that are frequent in English prose and rare in other languages. */
const FUNCTION_WORDS =
  /(?<![\p{L}'])(?:the|and|of|to|that|with|which|this|you|they|were|would|from|their|there|been|what|when|your|could|should|these|those|than|then|into|its)(?![\p{L}'])/giu;
const SPACES = /\s+/gu;
/** Share of such words in plain English: half of that of ordinary prose. */
const SHARE = 0.12;
/** Number of different ones, so that a repeated word of another language is not enough. */
const DIFFERENT = 3;

/**
 * Whether a text is certainly English, judged by its function words alone, which takes no tables and
 * little time. `false` says nothing: titles, lists and short texts have few such words.
 */
export function isPlainlyEnglish(text: string): boolean {
  const found = text.match(FUNCTION_WORDS) ?? [];
  const words = 1 + (text.match(SPACES)?.length ?? 0);
  return (
    found.length >= SHARE * words &&
    new Set(found.map((word) => word.toLowerCase())).size >= DIFFERENT
  );
}
