/**
 * Writes the tables of errors in `docs/troubleshooting.md` from the problems of the message
 * catalogue. A unit test compares the two.
 */
import { MESSAGES, PROBLEMS, type MessageId } from '../src/core/messages/catalogue.js';
import type { Text, Wording } from '../src/core/messages/wording.js';
import { tableOf, writeSection, type GeneratedSection } from './generatedSection.js';

export const ERRORS: GeneratedSection = {
  document: 'docs/troubleshooting.md',
  start: '<!-- errors: written by scripts/troubleshooting.ts -->',
  end: '<!-- end of the errors -->',
};

/** Problems whose remedy is one of several messages. */
const REMEDIES: Readonly<Record<string, readonly MessageId[]>> = {
  'training.diverged': ['diverged.lowerRate', 'diverged.chooseOtherModel'],
  // The remedy is that of the reason.
  'profile.refused': [],
  'hub.doesNotLoad': [],
  'study.inArm': [],
  'study.inRun': [],
  'process.crashed': ['process.resume', 'process.restartsWithHover', 'process.restartsWhenNeeded'],
};

/** A section and a table for each prefix of the error codes. */
export function errorTables(): string {
  // Texts under "verbatim" are shown as an earlier version wrote them.
  const codes = Object.keys(PROBLEMS).filter((code) => code !== 'verbatim');
  const prefixes = new Set(codes.map(prefixOf));
  const groups = new Map<string, string[]>();
  for (const code of codes.sort(othersLast)) {
    const prefix = prefixOf(code);
    const singular = prefix.replace(/s$/, '');
    const group = prefixes.has(singular) ? singular : prefix;
    groups.set(group, [...(groups.get(group) ?? []), code]);
  }
  return [...groups]
    .map(([group, codes]) =>
      [
        `### ${headingOf(group)}`,
        '',
        tableOf(['Code', 'Message', 'What to do'], codes.map(rowOf)),
      ].join('\n'),
    )
    .join('\n\n');
}

function prefixOf(code: string): string {
  return code.includes('.') ? code.slice(0, code.indexOf('.')) : 'other';
}

/** Alphabetical order, with codes that have no prefix at the end. */
function othersLast(a: string, b: string): number {
  const isOther = (code: string): number => (code.includes('.') ? 0 : 1);
  return isOther(a) - isOther(b) || (a < b ? -1 : 1);
}

function headingOf(group: string): string {
  const words = group.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function rowOf(code: string): string[] {
  const { problem, remedy } = PROBLEMS[code as keyof typeof PROBLEMS];
  const remedies = REMEDIES[code]?.map((id) => wordsOf(MESSAGES[id]));
  if (remedies === undefined && /^\{\w+\}$/.test(wordsOf(remedy))) {
    throw new Error(
      `REMEDIES of scripts/troubleshooting.ts lacks ${code}: its remedy is a message`,
    );
  }
  const whatToDo = remedies?.join(' Or: ') ?? wordsOf(remedy);
  return [`\`${code}\``, wordsOf(problem), whatToDo === '' ? '–' : whatToDo];
}

function wordsOf(text: Text): string {
  if (typeof text === 'string' || 'other' in text) return formOf(text);
  return `In the editor: ${formOf(text.editor)} On the command line: ${formOf(text.commandLine)}`;
}

function formOf(wording: Wording): string {
  return typeof wording === 'string' ? wording.trim() : wording.other.trim();
}

if (process.argv[1] === import.meta.filename) writeSection(ERRORS, errorTables());
