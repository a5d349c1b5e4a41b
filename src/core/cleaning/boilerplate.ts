import type { AlignedText } from '../text/alignedText.js';
import {
  CAPITAL,
  COPYRIGHT,
  LICENCE,
  LONGEST_LICENCE,
  MENU_ENTRY,
  MENU_MARK,
  NAVIGATION,
} from './boilerplatePatterns.js';
import { linesOf, type Line } from './textLines.js';
import type { RepeatedLines } from './repeatedLines.js';
import { Rewriter } from './rewriter.js';

const LONGEST_LINE = 300;
const FEWEST_ENTRIES = 3;

/**
 * Removes lines that `repeated` knows from other texts, and boilerplate: license headers, copyright
 * lines, menus and links of web pages.
 */
export function removeBoilerplate(text: AlignedText, repeated: RepeatedLines | null): AlignedText {
  const result = new Rewriter(text);
  let paragraph: Line[] = [];
  const finish = (): void => {
    if (isLicence(text.text, paragraph)) {
      result.drop(paragraph[0]!.from, paragraph.at(-1)!.next);
    } else {
      for (const { from, to, next } of paragraph) {
        if (to - from > LONGEST_LINE) continue;
        const line = text.text.slice(from, to);
        if (repeated?.has(line) === true || isBoilerplate(line.trim())) result.drop(from, next);
      }
    }
    paragraph = [];
  };
  for (const line of linesOf(text.text)) {
    const isEmpty = text.text.slice(line.from, line.to).trim() === '';
    if (isEmpty) finish();
    else paragraph.push(line);
  }
  finish();
  return result.build();
}

function isLicence(text: string, paragraph: readonly Line[]): boolean {
  if (paragraph.length === 0) return false;
  const { from } = paragraph[0]!;
  const { to } = paragraph.at(-1)!;
  return to - from <= LONGEST_LICENCE && LICENCE.test(text.slice(from, to));
}

function isBoilerplate(line: string): boolean {
  return NAVIGATION.test(line) || COPYRIGHT.test(line) || isMenu(line);
}

/** `Home | About us | Contact`: short entries with initial capitals, in scripts that have them. */
function isMenu(line: string): boolean {
  const entries = line.split(MENU_MARK).filter((entry) => entry !== '');
  return (
    entries.length >= FEWEST_ENTRIES &&
    entries.every((entry) => MENU_ENTRY.test(entry) && CAPITAL.test(entry))
  );
}
