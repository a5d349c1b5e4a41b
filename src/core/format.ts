/** Numbers as text for people, written the same in the tree, the panel and messages. */

const MISSING = '–';

const ENGLISH = 'en-US';

const formats = new Map<string, Intl.NumberFormat>();

/** Number formats are slow to make, and pages write hundreds of numbers. */
function formatOf(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify([locale, options]);
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(locale, options);
    formats.set(key, format);
  }
  return format;
}

function written(value: number, locale: string, options: Intl.NumberFormatOptions): string {
  return formatOf(locale, options).format(value);
}

/** Loss and similar values: three decimals. */
export function formatLoss(value: number | null | undefined, locale = ENGLISH): string {
  if (!isNumber(value)) return MISSING;
  return written(value, locale, {
    ...{ minimumFractionDigits: 3, maximumFractionDigits: 3, useGrouping: false },
  });
}

/** Perplexity: three significant digits below a thousand, whole and grouped above. */
export function formatPerplexity(value: number | null | undefined, locale = ENGLISH): string {
  if (value === Infinity) return '∞';
  if (!isNumber(value)) return MISSING;
  if (value >= 1e6) return value.toExponential(1).replace('e+', 'e');
  if (value >= 1000) return groupThousands(value, locale);
  return written(value, locale, { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });
}

/** A share from 0 to 1 as a percentage; only 0 and 1 round to none and all. */
export function formatShare(value: number | null | undefined, locale = ENGLISH): string {
  if (!isNumber(value)) return MISSING;
  const digits = value === 0 || value === 1 ? 0 : 1;
  if (value > 0 && value < 0.001) return `<${percentage(0.001, locale, digits)}`;
  if (value < 1 && value > 0.999) return `>${percentage(0.999, locale, digits)}`;
  return percentage(value, locale, digits);
}

function percentage(value: number, locale: string, digits: number): string {
  return written(value, locale, {
    ...{ style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits },
  });
}

/** A probability as a percentage with two significant digits, so that small ones can be compared. */
export function formatProbability(value: number | null | undefined, locale = ENGLISH): string {
  if (!isNumber(value)) return MISSING;
  if (value >= 0.00995 || value === 0) return formatShare(value, locale);
  const options = { style: 'percent', maximumSignificantDigits: 2 } as const;
  return value < 1e-5 ? `<${written(1e-5, locale, options)}` : written(value, locale, options);
}

/** A learning rate in scientific notation: `5.0e-4`. */
export function formatLearningRate(value: number | null | undefined): string {
  if (!isNumber(value)) return MISSING;
  return value === 0 ? '0' : value.toExponential(1);
}

/** Whole numbers with thousands grouped. */
export function groupThousands(value: number | null | undefined, locale = ENGLISH): string {
  return isNumber(value) ? written(value, locale, { maximumFractionDigits: 0 }) : MISSING;
}

/** Seconds as the two largest units that matter: `<1 s`, `45 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatDuration(seconds: number | null | undefined, locale = ENGLISH): string {
  if (!isNumber(seconds)) return MISSING;
  if (seconds > 0 && seconds < 0.5) return `<${formatUnit(1, 'second', locale)}`;
  const units = durationUnits(Math.max(0, Math.round(seconds)));
  return units.map(([value, unit]) => formatUnit(value, unit, locale)).join(' ');
}

type DurationUnit = 'day' | 'hour' | 'minute' | 'second';

function durationUnits(whole: number): readonly (readonly [number, DurationUnit])[] {
  if (whole < 60) return [[whole, 'second']];
  const minutes = Math.floor(whole / 60);
  if (minutes < 10) return pair([minutes, 'minute'], [whole % 60, 'second']);
  const roundMinutes = Math.round(whole / 60);
  if (roundMinutes < 60) return [[roundMinutes, 'minute']];
  const hours = Math.floor(roundMinutes / 60);
  if (hours < 24) return pair([hours, 'hour'], [roundMinutes % 60, 'minute']);
  const roundHours = Math.round(whole / 3600);
  return pair([Math.floor(roundHours / 24), 'day'], [roundHours % 24, 'hour']);
}

function pair(
  large: readonly [number, DurationUnit],
  small: readonly [number, DurationUnit],
): readonly (readonly [number, DurationUnit])[] {
  return small[0] === 0 ? [large] : [large, small];
}

const SYMBOLS: Readonly<Record<DurationUnit, string>> = {
  day: 'd',
  hour: 'h',
  minute: 'min',
  second: 's',
};

function formatUnit(value: number, unit: DurationUnit, locale: string): string {
  if (locale.startsWith('en')) return `${value} ${SYMBOLS[unit]}`;
  return written(value, locale, { style: 'unit', unit, unitDisplay: 'short' });
}

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** Bytes in decimal units, as file managers show them. */
export function formatBytes(bytes: number, locale = ENGLISH): string {
  let value = bytes;
  let power = 0;
  while (power < BYTE_UNITS.length - 1 && value >= 999.5) {
    value /= 1000;
    power++;
  }
  const digits = power === 0 || value >= 99.5 ? 0 : 2;
  return written(value, locale, {
    style: 'unit',
    unit: BYTE_UNITS[power]!,
    unitDisplay: power === 0 ? 'long' : 'short',
    ...(digits === 0
      ? { maximumFractionDigits: 0 }
      : { minimumSignificantDigits: digits, maximumSignificantDigits: digits }),
  });
}

/** `1 file`, `3 files`. */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${groupThousands(count)} ${count === 1 ? one : many}`;
}

function isNumber(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Joins sentences, such as a problem and its remedy, into one text. */
export function joinSentences(...sentences: readonly string[]): string {
  return sentences.reduce((text, next) => {
    if (next === '') return text;
    if (text === '') return next;
    // Full-width punctuation includes its space.
    if (/[。！？：]$/.test(text)) return text + next;
    return /[.!?…:]$/.test(text) ? `${text} ${next}` : `${text}. ${next}`;
  }, '');
}

/** Text of at most `most` characters, without those in its middle if it is longer. */
export function shortenMiddle(text: string, most: number): string {
  const characters = Array.from(text);
  if (characters.length <= most) return text;
  const end = Math.floor((most - 1) / 2);
  const start = most - 1 - end;
  return `${characters.slice(0, start).join('')}…${characters.slice(characters.length - end).join('')}`;
}
