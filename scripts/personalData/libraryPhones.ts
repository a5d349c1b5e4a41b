import { findPhoneNumbersInText, type CountryCode } from 'libphonenumber-js/max';

/** Finds the matches of one kind by their UTF-16 offsets. */
export type Find = (text: string) => readonly (readonly [start: number, end: number])[];

/** Phone numbers of libphonenumber-js in any of the regions; of overlapping ones, the longest. */
export function libraryPhones(regions: readonly CountryCode[]): Find {
  return (text) => {
    const all = regions.flatMap((region) =>
      findPhoneNumbersInText(text, region).map(
        ({ startsAt, endsAt }) => [startsAt, endsAt] as const,
      ),
    );
    return longest(all);
  };
}

/** Ranges without those that overlap a longer one. */
export function longest(
  ranges: readonly (readonly [start: number, end: number])[],
): (readonly [start: number, end: number])[] {
  const kept: (readonly [number, number])[] = [];
  for (const range of ranges.toSorted(([a, b], [c, d]) => d - c - (b - a))) {
    if (kept.every(([start, end]) => range[1] <= start || range[0] >= end)) kept.push(range);
  }
  return kept;
}
