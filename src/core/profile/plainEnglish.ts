/** Words that are frequent in English prose and rare in other languages. */
const FUNCTION_WORDS: ReadonlySet<string> = new Set(
  (
    'the and of to that with which this you they were would from their there been what when ' +
    'your could should these those than then into its'
  ).split(' '),
);
/** Share of such words in plain English: half of that of ordinary prose. */
const SHARE = 0.12;
/** Number of different ones, so that a repeated word of another language is not enough. */
const DIFFERENT = 3;

/**
 * Whether a text is certainly English, judged by its function words alone, which takes no tables and
 * little time. `false` says nothing: titles, lists and short texts have few such words.
 */
export function isPlainlyEnglish(text: string): boolean {
  const words = text.toLowerCase().match(/[\p{L}']+/gu) ?? [];
  const found = words.filter((word) => FUNCTION_WORDS.has(word));
  return found.length >= SHARE * words.length && new Set(found).size >= DIFFERENT;
}
