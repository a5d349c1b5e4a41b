import { paragraphsOfText, sentencesOf, tidy } from '../cleaning.js';

/** Stands for what has no text, such as a formula; a sentence with one says nothing by itself. */
const HOLE = '\ufffd';

function withoutHoles(paragraph: string): string {
  if (!paragraph.includes(HOLE)) return paragraph;
  return sentencesOf(paragraph)
    .filter((sentence) => !sentence.includes(HOLE))
    .join(' ');
}

const POD_ESCAPES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  verbar: '|',
  sol: '/',
  quot: '"',
};
/** Stand for angle brackets of the text while codes that are written with them are resolved. */
const LESS = '\ue000';
const GREATER = '\ue001';

/** The ordinary paragraphs of Perl's documentation, without headings and indented code. */
export function paragraphsOfPod(pod: string): string[] {
  const prose = pod
    .replace(/^=begin\b[^]*?^=end\b.*$/gm, '')
    .split(/\n[^\S\n]*\n/)
    .map((paragraph) => paragraph.replace(/^\n+/, ''))
    .filter((paragraph) => !/^[=\s]/.test(paragraph));
  return prose.map((paragraph) => withoutHoles(tidy(withoutPodCodes(paragraph))));
}

function withoutPodCodes(text: string): string {
  // Codes nest; those that hold no other code are resolved first.
  const innermost = /([A-Z])(?:<<+\s+((?:(?![A-Z]<)[^])*?)\s+>>+|<((?:(?![A-Z]<)[^<>])*)>)/g;
  let previous;
  do {
    previous = text;
    text = text.replace(
      innermost,
      (_, code: string, wide: string | undefined, narrow: string | undefined) =>
        podCode(code, wide ?? narrow ?? '')
          .replaceAll('<', LESS)
          .replaceAll('>', GREATER),
    );
  } while (text !== previous);
  return text.replaceAll(LESS, '<').replaceAll(GREATER, '>');
}

function podCode(code: string, content: string): string {
  if (code === 'X' || code === 'Z') return '';
  if (code === 'E') return POD_ESCAPES[content] ?? HOLE;
  if (code !== 'L') return content;
  const [label, target] = content.split('|', 2) as [string, string?];
  if (target !== undefined) return label;
  const [page, section] = label.split('/', 2) as [string, string?];
  if (section === undefined || /^\w+:$/.test(page)) return label;
  return page === '' ? section : `${section} in ${page}`;
}

/** The prose of a page of Vim's help, without tags, examples, tables and drawings. */
export function paragraphsOfVimHelp(help: string): string[] {
  // A paragraph that starts with a small letter is the rest of one that a table has cut.
  return paragraphsOfText(proseLinesOfVimHelp(help).join('\n')).filter(
    (paragraph) => !/^(?:[a-z]|Copyright: see|Next chapter:)/.test(paragraph),
  );
}

function proseLinesOfVimHelp(help: string): string[] {
  const lines: string[] = [];
  let isExample = false;
  let lastColumn = 0;
  for (const source of help.split('\n').slice(1)) {
    // An example ends at the first line that starts in the first column.
    if (isExample && /^\s|^$/.test(source)) continue;
    const line = (isExample ? source.replace(/^</, ' ') : source)
      .replace(/(?:^|\s)>$/, '')
      .replace(/(?<=^|\s)\*[^*\s]+\*(?=\s|$)/g, '')
      .replace(/\|([^|\s]+)\|/g, '$1')
      .trimEnd();
    isExample = /(?:^|\s)>$/.test(source);
    // What follows a term in the first column of a table describes the term.
    const cells = line.split(/(?<=\S)(?: *\t+| {3,})(?=\S)/);
    const text = cells.at(-1) ?? '';
    const column = columnOf(line, line.length - text.trimStart().length);
    const isNew = Math.abs(column - lastColumn) >= 4 || cells.length > 1 || /^ {3}\S/.test(line);
    if (isNew) lines.push('');
    if (text !== '') lastColumn = column;
    const isFurniture = cells.length > 2 || /~$|[-=+|]{4}|^\s*vim:|\|$/.test(line);
    lines.push(isFurniture ? '' : text);
    if (isExample) lines.push('');
  }
  return lines;
}

function columnOf(line: string, index: number): number {
  let column = 0;
  for (const character of line.slice(0, index))
    column = character === '\t' ? column - (column % 8) + 8 : column + 1;
  return column;
}

const LYX_CHARACTERS: Readonly<Record<string, string>> = {
  ldots: '...',
  'end-of-sentence': '.',
  nobreakdash: '-',
  breakableslash: '/',
  softhyphen: '',
  ligaturebreak: '',
  menuseparator: '>',
};
const LYX_PROSE = /^(?:Standard|Itemize|Enumerate|Description|Labeling|Quote|Quotation)\b/;

/** The running text of a LyX document, one list for each chapter. */
export function chaptersOfLyx(document: string): string[][] {
  const chapters: string[][] = [[]];
  const insets: string[] = [];
  let text: string | undefined;
  let isDeleted = false;
  for (const line of withoutLyxCharacters(document).split('\n')) {
    const [, command, argument = ''] = /^\\(\w+) ?(.*)$/.exec(line) ?? [];
    if (command === 'begin_inset') {
      if (insets.length === 0 && text !== undefined) text += textOfLyxInset(argument);
      insets.push(argument);
    } else if (command === 'end_inset') insets.pop();
    else if (insets.length > 0) continue;
    else if (command === 'begin_layout') {
      if (/^(?:Chapter|Section)\b/.test(argument)) chapters.push([]);
      text = LYX_PROSE.test(argument) ? '' : undefined;
    } else if (command === 'end_layout') {
      if (text !== undefined) chapters.at(-1)?.push(tidy(withoutHoles(tidy(text))));
      text = undefined;
    } else if (command?.startsWith('change_')) isDeleted = command === 'change_deleted';
    else if (text !== undefined && !isDeleted && command === undefined) text += line;
    else if (text !== undefined && command === 'backslash') text += '\\';
  }
  return chapters;
}

function textOfLyxInset(inset: string): string {
  if (inset.startsWith('Quotes')) return '"';
  if (/^(?:space|Newline)/.test(inset)) return ' ';
  return /^(?:Formula|CommandInset (?:ref|citation)|ERT|Flex|Text|Info|Graphics)/.test(inset)
    ? HOLE
    : '';
}

function withoutLyxCharacters(document: string): string {
  return document.replace(
    /\n?\\SpecialChar (\S+)\n?/g,
    (_, name: string) => LYX_CHARACTERS[name] ?? name,
  );
}

/** Titles, headings, notes for the publisher and speakers of the Bible's USFM markup. */
const USFM_FURNITURE =
  /^\\(?:id|ide|h|toc\d?|mt\d?|ms\d?|mr|s\d?|sr|r|d|cl|cp|sp|qa|rem|is\d?|ip)\b/;
const USFM_NOTE = /\\(f|x|fe)\b [^]*?\\\1\*/g;

/** The paragraphs of a book in USFM, one list for each chapter; lines of verse are joined. */
export function chaptersOfUsfm(book: string): string[][] {
  const [, ...chapters] = book.replace(USFM_NOTE, '').split(/^\\c \d+.*$/m);
  return chapters.map((chapter) => {
    const lines = chapter.split(/\r?\n/).filter((line) => !USFM_FURNITURE.test(line));
    return paragraphsOfText(
      lines
        .join('\n')
        .replace(/^\\(?:p|m|mi|nb|b|pi\d?|li\d?|ili\d?)\b ?/gm, '\n\n')
        .replace(/^\\q[a-z\d]*[^\S\n]*\n?/gm, '')
        .replace(/\\v \d+(?:-\d+)? ?/g, '')
        .replace(/\\\+?\w+\*?/g, '')
        .replace(/¶/g, ''),
    );
  });
}

const LUA_STRING = /(?<!\w)_\s*\(?\s*(?:"((?:[^"\\]|\\[^])*)"|\[\[([^]*?)\]\])/g;

/** The paragraphs of strings that Lua code marks for translation: `_"…"`, `_("…")`, `_([[…]])`. */
export function stringsOfLua(code: string): string[] {
  return [...code.matchAll(LUA_STRING)].flatMap(([, short, long]) =>
    paragraphsOfText(long ?? (short ?? '').replace(/\\n/g, '\n').replace(/\\([^])/g, '$1')),
  );
}
