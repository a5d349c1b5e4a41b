import * as z from 'zod';

/** Notation of the numbers in a column. */
export const numberFormatSchema = z.object({
  decimal: z.enum(['.', ',']),
  /**
   * Whether digits are grouped, in threes or as in India, by blanks, apostrophes or the mark that is
   * not decimal. Such numbers may also have a currency sign, which is ignored, and full-width digits.
   */
  isGrouped: z.boolean(),
  /** Whether a percent sign follows each number; it is ignored. */
  hasPercent: z.boolean(),
});
export type NumberFormat = z.infer<typeof numberFormatSchema>;

/** Notation of programs, which is read as `Number` does. */
export const PLAIN_NUMBERS: NumberFormat = { decimal: '.', isGrouped: false, hasPercent: false };

const PATTERNS = {
  '.': /^[+-]?(?:[1-9]\d{0,2}(?:([,'’\s])\d{3})(?:\1\d{3})*|[1-9]\d?(?:,\d{2})+,\d{3}|\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i,
  ',': /^[+-]?(?:[1-9]\d{0,2}(?:([.'’\s])\d{3})(?:\1\d{3})*|\d*)(?:,\d+)?(?:e[+-]?\d+)?$/i,
} as const;

/** A currency sign before or behind a number, with the sign of the number and its digits. */
const CURRENCY = /^([+-]?)(?:\p{Sc}\s*)?(.*?)(?:\s*\p{Sc})?$/u;

/** Values that stand for a missing or infinite number. */
const NO_NUMBER = /^(?:n\/?a|#n\/a|nan|null|none|nil|[-+]?inf(?:inity)?|[-?.]|)$/i;

/** A finite number in a value; `null` for anything else, including empty text. */
export function numberIn(value: unknown, format: NumberFormat = PLAIN_NUMBERS): number | null {
  const written = typeof value === 'number' ? String(value) : value;
  if (typeof written !== 'string' || written.trim() === '') return null;
  const text = format === PLAIN_NUMBERS ? written : plainNumber(written.trim(), format);
  const number = text === null ? NaN : Number(text);
  return Number.isFinite(number) ? number : null;
}

/** A number in the notation of programs; `null` if the text is not in the format. */
function plainNumber(
  written: string,
  { decimal, isGrouped, hasPercent }: NumberFormat,
): string | null {
  const percent = /\s*[%％]$/.exec(written);
  if ((percent !== null) !== hasPercent) return null;
  const amount = written.slice(0, percent?.index).replace('\u2212', '-');
  if (decimal === '.' && !isGrouped) return amount;
  const text = amount.normalize('NFKC').replace(CURRENCY, '$1$2');
  if (!/\d/.test(text) || !PATTERNS[decimal].test(text)) return null;
  const mark = text.lastIndexOf(decimal);
  const [whole, fraction] =
    mark === -1 ? [text, ''] : [text.slice(0, mark), `.${text.slice(mark + 1)}`];
  return whole.replaceAll(/[.,'’\s]/g, '') + fraction;
}

const FORMATS: readonly NumberFormat[] = [false, true].flatMap((hasPercent) => [
  { decimal: '.' as const, isGrouped: false, hasPercent },
  { decimal: '.' as const, isGrouped: true, hasPercent },
  { decimal: ',' as const, isGrouped: true, hasPercent },
]);

/** Numbers in the values of a column. */
export interface NumbersFound {
  readonly format: NumberFormat;
  readonly numbers: readonly number[];
  /** Number of values such as `nan` and `n/a`. */
  readonly missing: number;
}

/**
 * The one notation in which all values are numbers, apart from values for missing ones; `null` if there
 * is none. Groups of three digits are taken for thousands if all values allow it.
 */
export function numbersIn(values: readonly unknown[]): NumbersFound | null {
  const present = values.filter((value) => !(typeof value === 'string' && isNoNumber(value)));
  if (present.length === 0) return null;
  for (const candidate of FORMATS) {
    const format =
      candidate.decimal === '.' && !candidate.isGrouped && !candidate.hasPercent
        ? PLAIN_NUMBERS
        : candidate;
    const numbers = present.map((value) => numberIn(value, format));
    if (!numbers.every((number) => number !== null)) continue;
    return { format, numbers, missing: values.length - present.length };
  }
  return null;
}

function isNoNumber(text: string): boolean {
  return NO_NUMBER.test(text.trim());
}

/** A column counts as numeric if at most one of so many values is not a number. */
const MOST_ODD = 5;
const LEAST_VALUES = 5;

/** A value that is not a number in a column of numbers; `null` if the values are mostly something else. */
export function oddOneIn(values: readonly unknown[]): string | null {
  const isNumber = (value: unknown): boolean =>
    FORMATS.some((format) => numberIn(value, format) !== null);
  const odd = values.filter((value) => !isNumber(value));
  const isMostlyNumbers = values.length >= LEAST_VALUES && odd.length * MOST_ODD <= values.length;
  if (!isMostlyNumbers) return null;
  // Numbers in different notations have no odd one among them.
  const shown = odd.length > 0 ? odd[0] : values.find((value) => numberIn(value) === null);
  return typeof shown === 'string' ? shown : null;
}
