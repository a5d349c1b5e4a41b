/** A document is a list of paragraphs. */
export type Paragraphs = readonly string[];

const DROPPED_ELEMENTS = 'script|style|pre|nav|title|math';
const BLOCK_TAGS =
  'p|div|h[1-6]|li|ul|ol|dl|dt|dd|table|tr|td|th|blockquote|section|article|center|hr|br';
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  mdash: '—',
  ndash: '–',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  hellip: '…',
};

/** The paragraphs of a page: text between block tags, without code blocks and page furniture. */
export function paragraphsOfHtml(html: string): string[] {
  const text = html
    .replace(/<!--[^]*?-->/g, '')
    .replace(new RegExp(`<(${DROPPED_ELEMENTS})\\b[^]*?</\\1\\s*>`, 'gi'), '\n\n')
    .replace(new RegExp(`</?(?:${BLOCK_TAGS})\\b[^>]*>`, 'gi'), '\n\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(#x?[0-9a-f]+|\w+);/gi, (whole, name: string) => decodeEntity(name) ?? whole);
  return paragraphsOfText(text);
}

function decodeEntity(name: string): string | undefined {
  if (!name.startsWith('#')) return ENTITIES[name];
  const isHexadecimal = /^#x/i.test(name);
  const code = parseInt(name.slice(isHexadecimal ? 2 : 1), isHexadecimal ? 16 : 10);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

/** The paragraphs of plain text that is parted by blank lines, its lines joined. */
export function paragraphsOfText(text: string): string[] {
  return text
    .replaceAll('\r\n', '\n')
    .split(/\n[^\S\n]*\n/)
    .map(tidy)
    .filter((paragraph) => paragraph !== '');
}

/** Plain quotation marks and dashes, single spaces, no soft hyphens or marks of emphasis. */
export function tidy(text: string): string {
  const composed = text.normalize('NFC').replace(/\u00ad/g, '');
  const marked = isMostlyHan(composed) ? withChineseMarks(composed) : withPlainMarks(composed);
  return marked
    .replace(/(?<!\w)_([^_\n]+)_(?!\w)/g, '$1')
    .replace(/\s+/g, ' ')
    .trim();
}

function withPlainMarks(text: string): string {
  return text
    .replace(/[“”„«»]|``|''/g, '"')
    .replace(/[‘’‚`]/g, "'")
    .replace(/\s*(?:[—–]|--+)\s*/g, ' - ')
    .replace(/…/g, '...');
}

const HAN = '\\p{Script=Han}';
/** Marks that bring their space with them, being as wide as a Han character. */
const WIDE_MARK = '[，。、；：！？（）《》【】]';
const WIDE = `(?:${WIDE_MARK}|[${HAN}“”‘’—…])`;

const NEEDLESS_GAP = new RegExp(
  `(?<=${WIDE})\\s+(?=${WIDE})|(?<=${WIDE_MARK})\\s+|\\s+(?=${WIDE_MARK})|(?<=\\()\\s+|\\s+(?=\\))`,
  'gu',
);
const DASH_BETWEEN_HAN = new RegExp(`(?<=${HAN})\\s*(?:–|--+)\\s*(?=${HAN})`, 'gu');

/**
 * Chinese keeps its own quotation marks, of the kind that the mainland uses, and its dash, that is
 * two characters long and has no spaces. Where a line of source ended, it has no space either.
 */
function withChineseMarks(text: string): string {
  return text
    .replace(/「/g, '“')
    .replace(/」/g, '”')
    .replace(/『/g, '‘')
    .replace(/』/g, '’')
    .replace(/(?<=[a-z])’(?=[a-z])/gi, "'")
    .replace(DASH_BETWEEN_HAN, '——')
    .replace(/\s*—+\s*/g, '——')
    .replace(NEEDLESS_GAP, '');
}

function countOf(pattern: RegExp, text: string): number {
  return text.match(pattern)?.length ?? 0;
}

/** The share of Han characters among the letters. */
function shareOfHan(text: string): number {
  return countOf(/\p{Script=Han}/gu, text) / Math.max(1, countOf(/\p{L}/gu, text));
}

/** Names of programs stay in Latin letters, of which a word takes more than it does of Han. */
function isMostlyHan(text: string): boolean {
  return /\p{Script=Han}/u.test(text) && shareOfHan(text) >= 0.3;
}

const CODE_SYMBOLS = /[{}<>=$#@\\^|~*/_[\]]/g;

const STOP_WORDS = new Set(
  `a about all also an and any are as at be been but by can could did do does each for from had has
  have he her him his how i if in into is it its may more most must my no not of on one only or other
  our out over shall she should so some such than that the their them then there these they this to
  under up upon us was we were what when which who will with would you your`.split(/\s+/),
);

/** Whether a paragraph reads as English prose rather than as a table, code, a list or a heading. */
export function isProse(paragraph: string): boolean {
  const { length } = paragraph;
  if (length < 30 || length > 8000) return false;
  if (!/[.!?:]["')\]]*$/.test(paragraph)) return false;
  const words = paragraph.match(/[\p{L}\p{N}']+/gu) ?? [];
  if (words.length < 5) return false;
  const share = (count: number, of: number): number => count / of;
  const stopWords = words.filter((word) => STOP_WORDS.has(word.toLowerCase())).length;
  const capitalised = words.filter((word) => /^\p{Lu}/u.test(word)).length;
  return (
    share(countOf(/[\p{L} ]/gu, paragraph), length) >= 0.88 &&
    share(countOf(CODE_SYMBOLS, paragraph), length) <= 0.015 &&
    share(countOf(/[^\x20-\x7e]/g, paragraph), length) <= 0.02 &&
    share(stopWords, words.length) >= 0.18 &&
    share(capitalised, words.length) <= 0.4
  );
}

/** Whether a paragraph reads as Chinese prose rather than as untranslated text, code or a heading. */
export function isChineseProse(paragraph: string): boolean {
  const { length } = paragraph;
  return (
    length >= 12 &&
    length <= 8000 &&
    // What follows a block of code may start in the middle of a sentence.
    !/^[，。、；：！？”）》]/.test(paragraph) &&
    /[。！？：.!?:]["'”’）)\]】》]*$/.test(paragraph) &&
    shareOfHan(paragraph) >= 0.6 &&
    // Marks and spaces count for more here than in English, as words have fewer characters.
    countOf(/[\p{L} ，。、；：！？“”‘’（）《》—…]/gu, paragraph) / length >= 0.8 &&
    countOf(CODE_SYMBOLS, paragraph) / length <= 0.03
  );
}

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

const CHINESE_END = `[。！？]["'”’）)\\]》】]*`;
const MISPLACED_OPENING = new RegExp(`(?<=${CHINESE_END})[“‘（(《【[]+$`);

export function sentencesOf(text: string): string[] {
  const sentences: string[] = [];
  let opening = '';
  for (const { segment } of segmenter.segment(text)) {
    const sentence = opening + segment.trim();
    // The segmenter counts marks that open to the sentence that they follow without a space.
    opening = MISPLACED_OPENING.exec(sentence)?.[0] ?? '';
    sentences.push(sentence.slice(0, sentence.length - opening.length));
  }
  if (opening !== '') sentences.push(opening);
  return sentences;
}

const ENDS_CHINESE = new RegExp(`${CHINESE_END}$`);

/** Sentences as running text: there is a space between two of them, but none after a Chinese one. */
export function joinSentences(sentences: readonly string[]): string {
  let joined = '';
  for (const sentence of sentences) {
    const isSeamless = joined === '' || ENDS_CHINESE.test(joined);
    joined += isSeamless ? sentence : ` ${sentence}`;
  }
  return joined;
}

/** Splits text without paragraphs into paragraphs of at most `length` characters. */
export function paragraphsOfSentences(text: string, length: number): string[] {
  const paragraphs: string[] = [];
  let current = '';
  for (const sentence of sentencesOf(text)) {
    if (current !== '' && current.length + sentence.length > length) {
      paragraphs.push(current);
      current = '';
    }
    current = joinSentences([current, sentence]);
  }
  return current === '' ? paragraphs : [...paragraphs, current];
}

/** Text that a cleaner keeps, for one language. Sizes are in characters. */
export interface ProseRules {
  readonly isProse: (paragraph: string) => boolean;
  /** Shorter sentences ("No, sir.") repeat because people say them, not because pages do. */
  readonly minRepeated: number;
  readonly minDocument: number;
}

export const ENGLISH_PROSE: ProseRules = { isProse, minRepeated: 40, minDocument: 120 };

/** Chinese says the same in about a third of the characters. */
export const CHINESE_PROSE: ProseRules = {
  isProse: isChineseProse,
  minRepeated: 13,
  minDocument: 40,
};

/** Keeps prose, each longer sentence only once over all documents that pass through. */
export class Cleaner {
  private readonly seen = new Set<string>();

  constructor(private readonly rules: ProseRules = ENGLISH_PROSE) {}

  clean(documents: Iterable<Paragraphs>): string[][] {
    const { isProse, minDocument } = this.rules;
    const kept: string[][] = [];
    for (const document of documents) {
      const paragraphs = document
        .filter(isProse)
        .map((paragraph) => this.withoutRepeats(paragraph))
        .filter(isProse);
      const size = paragraphs.reduce((sum, paragraph) => sum + paragraph.length, 0);
      if (size >= minDocument) kept.push(paragraphs);
    }
    return kept;
  }

  private withoutRepeats(paragraph: string): string {
    const sentences = sentencesOf(paragraph).filter((sentence) => {
      if (sentence.length < this.rules.minRepeated) return true;
      const isNew = !this.seen.has(sentence);
      this.seen.add(sentence);
      return isNew;
    });
    return joinSentences(sentences);
  }
}
