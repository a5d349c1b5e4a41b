/** Term frequencies of a text by the index of the term, in order of the index. */
export interface SparseRow {
  readonly indices: Int32Array;
  readonly values: Float64Array;
}

/** Words of at least two letters or digits, as scikit-learn's TfidfVectorizer splits text. */
const WORD = /[\p{L}\p{N}_]{2,}/gu;
/** Scripts without spaces between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** Words of a text in lower case; single characters and pairs of them in scripts without spaces. */
export function wordsOfText(text: string): string[] {
  const words: string[] = [];
  for (const [word] of text.toLowerCase().matchAll(WORD)) {
    if (!UNSPACED.test(word)) {
      words.push(word);
      continue;
    }
    const characters = Array.from(word);
    characters.forEach((character, i) => {
      words.push(character);
      if (i > 0) words.push(characters[i - 1]! + character);
    });
  }
  return words;
}

/**
 * Words as features, weighted by term frequency × inverse document frequency and scaled to length 1,
 * with the formulas of scikit-learn's defaults: idf = ln((1 + n) / (1 + df)) + 1.
 */
export class WordFeatures {
  private readonly index = new Map<string, number>();
  private readonly idf: Float64Array;

  /** Only the `limit` most frequent words are features. */
  constructor(texts: readonly string[], limit: number) {
    const counts = new Map<string, number>();
    for (const text of texts) {
      for (const word of new Set(wordsOfText(text))) {
        counts.set(word, (counts.get(word) ?? 0) + 1);
      }
    }
    const kept = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).slice(0, limit);
    this.idf = Float64Array.from(kept, ([, n]) => Math.log((1 + texts.length) / (1 + n)) + 1);
    kept.forEach(([word], i) => this.index.set(word, i));
  }

  get size(): number {
    return this.idf.length;
  }

  /** Features of a text; words that are not features are skipped. */
  rowOf(text: string): SparseRow {
    const counts = new Map<number, number>();
    for (const word of wordsOfText(text)) {
      const index = this.index.get(word);
      if (index !== undefined) counts.set(index, (counts.get(index) ?? 0) + 1);
    }
    const indices = Int32Array.from(counts.keys()).sort();
    const values = Float64Array.from(indices, (i) => counts.get(i)! * this.idf[i]!);
    const length = Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0));
    if (length > 0) values.forEach((value, i) => (values[i] = value / length));
    return { indices, values };
  }
}
