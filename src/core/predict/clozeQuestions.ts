import type { TextRange } from '../text/words.js';
import { masksIn, type WrittenMask } from './spelledMasks.js';

/** One of the words to choose from. */
export interface ClozeChoice extends TextRange {
  readonly word: string;
}

/** A blank with the words that can be put there. All ranges are UTF-16 offsets in the text. */
export interface ClozeQuestion {
  readonly blank: TextRange;
  /** At least two, in the order of the text. */
  readonly choices: readonly ClozeChoice[];
  /** Part that is read to answer it: a paragraph, or the part of one without other questions. */
  readonly context: TextRange;
  /** Parts of the context that are not read: choices and numbers. */
  readonly hidden: readonly TextRange[];
  /** Other blanks of the context. */
  readonly others: readonly TextRange[];
  /** Whether the blank is a mask that lists its words, as in `[MASK:fox|dog]`. */
  readonly isListed: boolean;
}

/** Characters on each side of a mask that lists words, more than a model can use. */
const LISTED_CONTEXT = 1500;

/** Most choices of a question; more are left out. */
export const MOST_CHOICES = 20;

/** Blanks of sheets, too long for masks. */
const LONG_BLANK = /(?<![\p{L}\p{N}_])_{13,}(?![\p{L}\p{N}_])/gu;
/** Number of a blank in a sheet, which is directly before it. */
const NUMBER = /\((?<number>\d{1,3})\) $/u;
/** Choices of a numbered blank in a sheet. */
const NUMBERED = /^[ \t]*(?<number>\d{1,3})\. (?<choices>[^\n]+)$/gmu;
const DOT = ' · ';
/** `(a)`, `a)`, `a.` and the same with capital letters and digits. */
const LABEL = /(?<![\p{L}\p{N}])\(?(?<label>[A-Ha-h1-8])[).][ \t]+(?=\S)/gu;
const FIRST_LABEL = /^[aA1]$/u;
/** Words to choose from that follow a blank in brackets. */
const BRACKETS = /^\s?\((?<choices>[^()\n]+)\)/u;
const SEPARATOR = /[/|]/u;
/** Number or bullet before a question. */
const BULLET = /^[ \t]*(?:\(?\d{1,3}[.)]|[-*+])[ \t]+/u;
const BLANK_LINE = /\n[ \t]*(?:\r?\n)/gu;
/** Signs that may end a choice without being part of it. */
const ENDING = /[\s,;.]+$/u;

/**
 * Questions of a text, in its order: numbered blanks of an exercise sheet with their choices below, blanks
 * that are followed by choices such as `(a) fox (b) dog` or `(fox/dog)`, and masks that list words.
 */
export function clozeQuestionsIn(text: string): ClozeQuestion[] {
  const blanks: WrittenMask[] = [
    ...masksIn(text),
    ...[...text.matchAll(LONG_BLANK)].map(({ index, 0: { length } }) => ({
      ...{ start: index, end: index + length, targets: [] },
    })),
  ].sort((a, b) => a.start - b.start);
  const sheet = sheetChoices(text);
  const paragraphs = paragraphsOf(text);
  const questions: ClozeQuestion[] = [];
  let at = 0;
  blanks.forEach((blank, i) => {
    while (blank.end > paragraphs[at]!.end) at++;
    const paragraph = paragraphs[at]!;
    const below = paragraphs[at + 1];
    const listed = listedChoices(text, blank);
    if (listed.length > 0) {
      if (listed.length < 2) return;
      // As for the hover over the mask, so that both show the same.
      const context = {
        start: Math.max(0, blank.start - LISTED_CONTEXT),
        end: Math.min(text.length, blank.end + LISTED_CONTEXT),
      };
      questions.push(
        question({ blank, blanks, choices: listed, context, hidden: [], isListed: true }),
      );
      return;
    }
    const number = NUMBER.exec(text.slice(Math.max(0, blank.start - 6), blank.start));
    const numbered = number === null ? undefined : sheet.get(number.groups!['number']!);
    if (numbered !== undefined && numbered[0]!.start > blank.end) {
      const hidden = numbersIn(text, paragraph, blanks);
      questions.push(
        question({ blank, blanks, choices: numbered, context: paragraph, hidden, isListed: false }),
      );
      return;
    }
    const next = blanks[i + 1]?.start ?? text.length;
    const given = givenChoices(text, { blank, paragraph, next, below });
    if (given === null) return;
    const hidden = [given.hidden];
    const context = given.isBracketed
      ? lineOrParagraph(text, blank, paragraph)
      : {
          start: startOfQuestion(text, blank, { paragraph, before: questions.at(-1) }),
          end: given.end,
        };
    questions.push(
      question({ blank, blanks, choices: given.choices, context, hidden, isListed: false }),
    );
  });
  const all = questions.flatMap(({ hidden }) => hidden).sort((a, b) => a.start - b.start);
  const longest = Math.max(0, ...all.map(({ start, end }) => end - start));
  return questions.map((each) => {
    if (each.isListed) return { ...each, hidden: [] };
    const { start, end } = each.context;
    const near = startingIn(all, { start: start - longest, end });
    return { ...each, hidden: near.filter((range) => range.start < end && range.end > start) };
  });
}

/** Start of a question: behind the one before it in its paragraph, without number or bullet. */
function startOfQuestion(
  text: string,
  blank: TextRange,
  {
    paragraph,
    before,
  }: { readonly paragraph: TextRange; readonly before: ClozeQuestion | undefined },
): number {
  const choices = before?.isListed === false ? before.choices : [];
  const from = Math.max(paragraph.start, ...choices.map(({ end }) => end));
  return withoutBullet(text, { start: Math.min(from, blank.start), end: blank.start });
}

/** The line of a blank if it is numbered or an item of a list, else its paragraph. */
function lineOrParagraph(text: string, blank: TextRange, paragraph: TextRange): TextRange {
  const line = Math.max(paragraph.start, text.lastIndexOf('\n', blank.start - 1) + 1);
  const start = withoutBullet(text, { start: line, end: blank.start });
  const isItem = BULLET.test(text.slice(line, blank.start));
  return isItem ? { start, end: Math.min(paragraph.end, lineEnd(text, blank.end)) } : paragraph;
}

/** Start of a range behind spaces and the number or bullet that it begins with. */
function withoutBullet(text: string, { start, end }: TextRange): number {
  const part = text.slice(start, end);
  const lead = part.length - part.trimStart().length;
  return start + lead + (BULLET.exec(part.slice(lead))?.[0].length ?? 0);
}

/** The text that a model reads to answer a question, and the start of the mask in it. */
export function askedText(
  text: string,
  { blank, context, hidden, others }: ClozeQuestion,
  maskToken: string,
): { readonly text: string; readonly start: number } {
  const parts = [
    ...hidden.map((range) => ({ ...range, by: '' })),
    ...[blank, ...others].map((range) => ({ ...range, by: maskToken })),
  ].sort((a, b) => a.start - b.start);
  let asked = '';
  let start = 0;
  let at = context.start;
  for (const part of parts) {
    if (part.end <= at || part.start >= context.end) continue;
    asked += text.slice(at, Math.max(at, part.start));
    if (part.start === blank.start) start = asked.length;
    asked += part.by;
    at = part.end;
  }
  return { text: asked + text.slice(at, Math.max(at, context.end)), start };
}

function question({
  blanks,
  ...asked
}: Omit<ClozeQuestion, 'others'> & { readonly blanks: readonly TextRange[] }): ClozeQuestion {
  const { blank, context, hidden } = asked;
  const others = startingIn(blanks, context).filter(
    ({ start, end }) =>
      start !== blank.start &&
      end <= context.end &&
      !hidden.some((range) => range.start <= start && end <= range.end),
  );
  return { ...asked, blank: { start: blank.start, end: blank.end }, others };
}

/** Of ranges by their starts, those that start from `start` to `end`. */
function startingIn(ranges: readonly TextRange[], { start, end }: TextRange): readonly TextRange[] {
  const firstFrom = (offset: number): number => {
    let [low, high] = [0, ranges.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ranges[middle]!.start < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return ranges.slice(firstFrom(start), firstFrom(end + 1));
}

function paragraphsOf(text: string): TextRange[] {
  const paragraphs: TextRange[] = [];
  let start = 0;
  for (const { index, 0: line } of text.matchAll(BLANK_LINE)) {
    paragraphs.push({ start, end: index });
    start = index + line.length;
  }
  return [...paragraphs, { start, end: text.length }];
}

/** Words that a mask lists, where they are in it. */
function listedChoices(text: string, { start, end, targets }: WrittenMask): ClozeChoice[] {
  if (targets.length === 0) return [];
  const from = text.indexOf(':', start) + 1;
  const known = new Set(targets);
  return splitChoices(text, { start: from, end: end - 1 }, '|').filter(({ word }) =>
    known.delete(word),
  );
}

/** Words of a part of a text between separators, without spaces around them. */
function splitChoices(text: string, { start, end }: TextRange, separator: string): ClozeChoice[] {
  const choices: ClozeChoice[] = [];
  let at = start;
  for (const part of text.slice(start, end).split(separator)) {
    const lead = part.length - part.trimStart().length;
    const word = part.trim();
    if (word !== '') choices.push({ word, start: at + lead, end: at + lead + word.length });
    at += part.length + separator.length;
  }
  return choices;
}

/** Choices of the numbered blanks of a sheet, by their number. */
function sheetChoices(text: string): Map<string, ClozeChoice[]> {
  const sheet = new Map<string, ClozeChoice[]>();
  for (const { index, 0: line, groups } of text.matchAll(NUMBERED)) {
    const written = groups!['choices']!;
    if (!written.includes(DOT)) continue;
    const end = index + line.length;
    const choices = splitChoices(text, { start: end - written.length, end }, DOT);
    if (choices.length >= 2) sheet.set(groups!['number']!, choices.slice(0, MOST_CHOICES));
  }
  return sheet;
}

/** Numbers of the blanks of a paragraph of a sheet, which are not part of its text. */
function numbersIn(
  text: string,
  paragraph: TextRange,
  blanks: readonly TextRange[],
): readonly TextRange[] {
  return startingIn(blanks, paragraph).flatMap(({ start }) => {
    const number = NUMBER.exec(text.slice(Math.max(0, start - 6), start));
    return number === null ? [] : [{ start: start - number[0].length, end: start }];
  });
}

interface GivenChoices {
  readonly choices: readonly ClozeChoice[];
  /** With the space before them. */
  readonly hidden: TextRange;
  readonly isBracketed: boolean;
  /** End of the last choice. */
  readonly end: number;
}

/** Choices that a person wrote behind a blank, before the next one. */
function givenChoices(
  text: string,
  {
    blank,
    paragraph,
    next,
    below,
  }: {
    readonly blank: TextRange;
    readonly paragraph: TextRange;
    readonly next: number;
    /** The paragraph below. */
    readonly below: TextRange | undefined;
  },
): GivenChoices | null {
  const behind = text.slice(blank.end, Math.min(next, paragraph.end));
  const brackets = BRACKETS.exec(behind);
  const list = brackets?.groups!['choices'] ?? '';
  const separator = SEPARATOR.exec(list)?.[0];
  if (brackets !== null && separator !== undefined) {
    const hiddenTo = blank.end + brackets[0].length;
    const range = { start: hiddenTo - 1 - list.length, end: hiddenTo - 1 };
    const choices = splitChoices(text, range, separator).slice(0, MOST_CHOICES);
    if (choices.length < 2) return null;
    return {
      choices,
      hidden: { start: blank.end, end: hiddenTo },
      isBracketed: true,
      end: hiddenTo,
    };
  }
  // The choices may be a list below the paragraph.
  const isBelow = below !== undefined && isLabel(text.slice(below.start, below.end));
  const to = isBelow ? below.end : paragraph.end;
  const choices = labelledChoices(text, { start: blank.end, end: Math.min(next, to) });
  if (choices.length < 2) return null;
  const first = choices[0]!;
  const hiddenFrom = first.from - trailingSpace(text.slice(blank.end, first.from));
  const { end } = choices.at(-1)!;
  return { choices, hidden: { start: hiddenFrom, end }, isBracketed: false, end };
}

function isLabel(paragraph: string): boolean {
  const [first] = paragraph.replace(/^[\s\-*+]+/u, '').matchAll(LABEL);
  return first?.index === 0 && FIRST_LABEL.test(first.groups!['label']!);
}

function trailingSpace(text: string): number {
  return text.length - text.replace(/[\s\-*+]+$/u, '').length;
}

/** Choices after labels that begin with a, A or 1 and count on. */
function labelledChoices(
  text: string,
  { start, end }: TextRange,
): (ClozeChoice & { readonly from: number })[] {
  const found = [...text.slice(start, end).matchAll(LABEL)];
  const first = found.findIndex(({ groups }) => FIRST_LABEL.test(groups!['label']!));
  if (first < 0) return [];
  const code = found[first]!.groups!['label']!.codePointAt(0)!;
  const run: typeof found = [];
  for (const label of found.slice(first)) {
    if (label.groups!['label']!.codePointAt(0) === code + run.length) run.push(label);
  }
  return run.flatMap(({ index, 0: label }, i) => {
    const from = start + index;
    const to = Math.min(start + (run[i + 1]?.index ?? end - start), lineEnd(text, from), end);
    const word = text.slice(from + label.length, to).replace(ENDING, '');
    const at = from + label.length;
    return word === '' ? [] : [{ word, start: at, end: at + word.length, from }];
  });
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}
