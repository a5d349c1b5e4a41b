import * as format from '../../src/core/format.js';
import { PAGE_WORDS } from './pageWords.js';

/** Numbers in the language of the page, under the names of `core/format.ts`. */
type OptionalNumber = number | null | undefined;

const { locale } = PAGE_WORDS;

export const groupThousands = (value: OptionalNumber): string =>
  format.groupThousands(value, locale);
export const formatLoss = (value: OptionalNumber): string => format.formatLoss(value, locale);
export const formatPerplexity = (value: OptionalNumber): string =>
  format.formatPerplexity(value, locale);
export const formatShare = (value: OptionalNumber): string => format.formatShare(value, locale);
export const formatProbability = (value: OptionalNumber): string =>
  format.formatProbability(value, locale);
export const formatDuration = (seconds: OptionalNumber): string =>
  format.formatDuration(seconds, locale);
export const formatBytes = (bytes: number): string => format.formatBytes(bytes, locale);

/** A number with at most this many digits after its decimal separator. */
export function formatFraction(value: number, digits: number): string {
  return value.toLocaleString(locale, { maximumFractionDigits: digits });
}

/** A whole percentage, rounded down so that only the end is 100%. */
export function formatProgress(fraction: number): string {
  return (Math.floor(fraction * 100) / 100).toLocaleString(locale, {
    ...{ style: 'percent', maximumFractionDigits: 0 },
  });
}

/** A number with exactly this many digits after its decimal separator. */
export function formatFixed(value: number, digits: number): string {
  return value.toLocaleString(locale, {
    ...{ minimumFractionDigits: digits, maximumFractionDigits: digits },
  });
}
