/**
 * Matches the capitalization of `candidate` to `original`: all capitals, or a capital first letter.
 * A candidate that already has capitals is unchanged.
 */
export function matchCase(candidate: string, original: string): string {
  if (candidate !== candidate.toLowerCase()) return candidate;
  const letters = original.replace(/\P{L}/gu, '');
  const isUpper = letters !== letters.toLowerCase() && letters === letters.toUpperCase();
  const first = firstCharacter(letters);
  if (isUpper && letters.length > first.length) return candidate.toUpperCase();
  const startsUpper = first !== first.toLowerCase();
  const start = firstCharacter(candidate);
  return startsUpper ? start.toUpperCase() + candidate.slice(start.length) : candidate;
}

function firstCharacter(text: string): string {
  return /^./su.exec(text)?.[0] ?? '';
}
