import {
  formatBytes,
  formatDuration,
  formatLoss,
  formatPerplexity,
  formatShare,
} from '../format.js';
import { languageName } from '../languageNames.js';
import { MESSAGES, PROBLEMS } from './catalogue.js';
import type { Argument, Arguments, Message, Problem } from './message.js';
import type { Text, Wording } from './wording.js';

/** Puts messages into words for one reader. */
export interface Words {
  /** The editor names settings and buttons, the command line flags, and a file its keys. */
  readonly surface: 'editor' | 'commandLine' | 'file';
  /** Language of the text, as a BCP 47 tag: decides numbers and plurals. */
  readonly locale: string;
  /** Translates an English template; returns it unchanged if there is no translation. */
  readonly translate: (template: string) => string;
}

/** English as the command line shows it, also used for the text kept on disk. */
export const ENGLISH: Words = {
  surface: 'commandLine',
  locale: 'en-US',
  translate: (template) => template,
};

/** Text of a message for a person. */
export function renderMessage({ id, args }: Message, words: Words): string {
  return renderText(MESSAGES[id], args, words);
}

/** Texts of a problem for a person; the remedy is empty if there is nothing to do. */
export function renderProblem(
  { id, args }: Problem,
  words: Words,
): { readonly message: string; readonly remedy: string } {
  const { problem, remedy } = PROBLEMS[id];
  return {
    message: renderText(problem, args, words),
    remedy: renderText(remedy, args, words),
  };
}

/**
 * A message or problem as files keep it: with its English text, for people who read files and for
 * versions that lack the id.
 */
export function withText<T extends Message | Problem>(said: T): T & { readonly text: string } {
  return { ...said, text: renderArgument(said, ENGLISH) };
}

function renderText(text: Text, args: Arguments, words: Words): string {
  const wording = wordingOf(text, words.surface);
  const template = templateOf(wording, args, words.locale);
  if (template === '') return '';
  return words
    .translate(template)
    .replace(/\{(\w+)\}/g, (placeholder, name: string) =>
      Object.hasOwn(args, name) ? renderArgument(args[name]!, words) : placeholder,
    );
}

function wordingOf(text: Text, surface: Words['surface']): Wording {
  if (typeof text !== 'object' || !('editor' in text)) return text;
  return surface === 'file' ? (text.file ?? text.editor) : text[surface];
}

/** Words about a file, on the command line. */
function ofFile(words: Words): Words {
  return words.surface === 'editor' ? words : { ...words, surface: 'file' };
}

/** Makes a formatter once for each locale, which takes a hundred times as long as its use. */
function ofLocale<T>(make: (locale: string) => T): (locale: string) => T {
  const made = new Map<string, T>();
  return (locale) => {
    const known = made.get(locale) ?? make(locale);
    made.set(locale, known);
    return known;
  };
}

const pluralRules = ofLocale((locale) => new Intl.PluralRules(locale));

function templateOf(wording: Wording, { count }: Arguments, locale: string): string {
  if (typeof wording === 'string') return wording;
  const isOne = typeof count === 'number' && pluralRules(locale).select(count) === 'one';
  return isOne ? wording.one : wording.other;
}

function renderArgument(value: Argument, words: Words): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return renderNumber(value, words.locale);
  if ('bytes' in value) return formatBytes(value.bytes, words.locale);
  if ('seconds' in value) return formatDuration(value.seconds, words.locale);
  if ('share' in value) return formatShare(value.share, words.locale);
  if ('loss' in value) return formatLoss(value.loss, words.locale);
  if ('perplexity' in value) return formatPerplexity(value.perplexity, words.locale);
  if ('language' in value) return languageName(value.language, words.locale);
  if ('list' in value) return renderList(value, words);
  if ('remedyOf' in value) return renderProblem(value.remedyOf, words).remedy;
  if ('inFile' in value) return renderProblem(value.inFile, ofFile(words)).message;
  if ('remedyInFile' in value) return renderProblem(value.remedyInFile, ofFile(words)).remedy;
  return isMessage(value) ? renderMessage(value, words) : renderProblem(value, words).message;
}

function isMessage(value: Message | Problem): value is Message {
  return Object.hasOwn(MESSAGES, value.id);
}

const LARGEST_PLAIN_FRACTION_DIGITS = 4;

const integerFormat = ofLocale((locale) => new Intl.NumberFormat(locale));
const fractionFormat = ofLocale(
  (locale) =>
    new Intl.NumberFormat(locale, { maximumSignificantDigits: LARGEST_PLAIN_FRACTION_DIGITS }),
);

/** Integers are grouped; fractions have four significant digits, very small ones an exponent. */
function renderNumber(value: number, locale: string): string {
  if (!Number.isFinite(value)) return String(value);
  if (value !== 0 && Math.abs(value) < 1e-3) return String(Number(value.toPrecision(4)));
  return (Number.isInteger(value) ? integerFormat : fractionFormat)(locale).format(value);
}

function renderList({ list, join }: Extract<Argument, { list: unknown }>, words: Words): string {
  const parts = list.map((part) => renderArgument(part, words));
  if (join === 'sentences') return parts.join(words.locale.startsWith('zh') ? '' : ' ');
  const type = join === 'and' ? 'conjunction' : 'disjunction';
  return new Intl.ListFormat(words.locale, { type }).format(parts);
}
