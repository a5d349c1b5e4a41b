/** Numbers as a person reads them, the same in the tree, the panel and messages. */

const MISSING = '–';

/** Loss and similar values: three decimals. */
export function formatLoss(value: number | null | undefined): string {
  return isNumber(value) ? value.toFixed(3) : MISSING;
}

/** Perplexity: three significant digits below a thousand, whole and grouped above. */
export function formatPerplexity(value: number | null | undefined): string {
  if (value === Infinity) return '∞';
  if (!isNumber(value)) return MISSING;
  if (value >= 1e6) return value.toExponential(1).replace('e+', 'e');
  return value >= 1000 ? groupThousands(value) : value.toPrecision(3);
}

/** A share from 0 to 1 as a percentage; what is not quite none or all never rounds to it. */
export function formatShare(value: number | null | undefined): string {
  if (!isNumber(value)) return MISSING;
  const percent = value * 100;
  if (percent > 0 && percent < 0.1) return '<0.1%';
  if (percent < 100 && percent > 99.9) return '>99.9%';
  return `${percent === 0 || percent === 100 ? String(percent) : percent.toFixed(1)}%`;
}

/** A probability as a percentage; two digits that count, since small ones are compared too. */
export function formatProbability(value: number | null | undefined): string {
  if (!isNumber(value)) return MISSING;
  const percent = value * 100;
  if (percent >= 0.995) return formatShare(value);
  if (percent > 0 && percent < 0.001) return '<0.001%';
  return `${percent === 0 ? '0' : String(Number(percent.toPrecision(2)))}%`;
}

/** A learning rate in scientific notation: `5.0e-4`. */
export function formatLearningRate(value: number | null | undefined): string {
  if (!isNumber(value)) return MISSING;
  return value === 0 ? '0' : value.toExponential(1);
}

/** Whole numbers with thousands grouped. */
export function groupThousands(value: number | null | undefined): string {
  return isNumber(value) ? Math.round(value).toLocaleString('en-US') : MISSING;
}

/** Seconds as the two largest units that matter: `45 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatDuration(seconds: number | null | undefined, locale = 'en-US'): string {
  if (!isNumber(seconds)) return MISSING;
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
  return value.toLocaleString(locale, { style: 'unit', unit, unitDisplay: 'short' });
}

/** Bytes in decimal units, as file managers show them. */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (unit < units.length - 1 && value >= 999.5) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toPrecision(2)} ${units[unit]!}`;
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

/** Puts what happened and what to do about it together as sentences. */
export function joinSentences(problem: string, remedy: string): string {
  if (remedy === '') return problem;
  // Full-width punctuation includes its space.
  if (/[。！？：]$/.test(problem)) return problem + remedy;
  return /[.!?…:]$/.test(problem) ? `${problem} ${remedy}` : `${problem}. ${remedy}`;
}
