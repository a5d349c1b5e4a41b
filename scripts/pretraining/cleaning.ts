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
  return text
    .normalize('NFC')
    .replace(/\u00ad/g, '')
    .replace(/[“”„«»]|``|''/g, '"')
    .replace(/[‘’‚`]/g, "'")
    .replace(/\s*(?:[—–]|--+)\s*/g, ' - ')
    .replace(/…/g, '...')
    .replace(/(?<!\w)_([^_\n]+)_(?!\w)/g, '$1')
    .replace(/\s+/g, ' ')
    .trim();
}

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
  const countOf = (pattern: RegExp): number => paragraph.match(pattern)?.length ?? 0;
  const stopWords = words.filter((word) => STOP_WORDS.has(word.toLowerCase())).length;
  const capitalised = words.filter((word) => /^\p{Lu}/u.test(word)).length;
  return (
    share(countOf(/[\p{L} ]/gu), length) >= 0.88 &&
    share(countOf(/[{}<>=$#@\\^|~*/_[\]]/g), length) <= 0.015 &&
    share(countOf(/[^\x20-\x7e]/g), length) <= 0.02 &&
    share(stopWords, words.length) >= 0.18 &&
    share(capitalised, words.length) <= 0.4
  );
}

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

export function sentencesOf(text: string): string[] {
  return [...segmenter.segment(text)].map(({ segment }) => segment.trim());
}

/** Parts text that has no paragraphs of its own into some of at most `length` characters. */
export function paragraphsOfSentences(text: string, length: number): string[] {
  const paragraphs: string[] = [];
  let current = '';
  for (const sentence of sentencesOf(text)) {
    if (current !== '' && current.length + sentence.length > length) {
      paragraphs.push(current);
      current = '';
    }
    current = current === '' ? sentence : `${current} ${sentence}`;
  }
  return current === '' ? paragraphs : [...paragraphs, current];
}

/** Shorter sentences ("No, sir.") repeat because people say them, not because pages do. */
const MIN_REPEATED = 40;
const MIN_DOCUMENT = 120;

/** Keeps prose, each longer sentence only once over all documents that pass through. */
export class Cleaner {
  private readonly seen = new Set<string>();

  clean(documents: Iterable<Paragraphs>): string[][] {
    const kept: string[][] = [];
    for (const document of documents) {
      const paragraphs = document
        .filter(isProse)
        .map((paragraph) => this.withoutRepeats(paragraph))
        .filter(isProse);
      const size = paragraphs.reduce((sum, paragraph) => sum + paragraph.length, 0);
      if (size >= MIN_DOCUMENT) kept.push(paragraphs);
    }
    return kept;
  }

  private withoutRepeats(paragraph: string): string {
    return sentencesOf(paragraph)
      .filter((sentence) => {
        if (sentence.length < MIN_REPEATED) return true;
        const isNew = !this.seen.has(sentence);
        this.seen.add(sentence);
        return isNew;
      })
      .join(' ');
  }
}
