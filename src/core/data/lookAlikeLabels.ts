import { message, type Argument } from '../messages/message.js';
import { numberIn } from './numberFormat.js';

/** Labels that a person would read as one, with the spelling that most rows have. */
export interface LookAlikes {
  readonly into: string;
  /** All spellings, most frequent first. */
  readonly spellings: readonly { readonly label: string; readonly count: number }[];
}

/**
 * Groups of labels that differ only in Unicode form, width, case, blanks, invisible characters or the
 * format of a number.
 */
export function lookAlikesIn(counts: ReadonlyMap<string, number>): LookAlikes[] {
  const groups = new Map<string, { label: string; count: number }[]>();
  for (const [label, count] of counts) {
    const folded = foldLabel(label);
    const group = groups.get(folded);
    if (group === undefined) groups.set(folded, [{ label, count }]);
    else group.push({ label, count });
  }
  return [...groups.values()].flatMap((group) => {
    if (group.length < 2) return [];
    const spellings = group.sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1));
    return [{ into: spellings[0]!.label, spellings }];
  });
}

/** The label that replaces each of its look-alikes. */
export function mergedLabels(groups: readonly LookAlikes[]): Record<string, string> {
  return Object.fromEntries(
    groups.flatMap(({ into, spellings }) =>
      spellings.slice(1).map(({ label }) => [label, into] as const),
    ),
  );
}

const SHOWN_GROUPS = 3;

/** The first groups with the counts of their spellings. */
export function listOfGroups(groups: readonly LookAlikes[]): Argument {
  const list = groups.slice(0, SHOWN_GROUPS).map(({ spellings }) =>
    message('data.spellings', {
      spellings: {
        list: spellings.map(({ label, count }) =>
          message('profile.labelCount', { label: shownLabel(label, spellings), count }),
        ),
        join: 'and',
      },
    }),
  );
  return { list, join: 'sentences' };
}

/** A label, with its characters spelled out where another one looks the same. */
function shownLabel(label: string, spellings: LookAlikes['spellings']): string {
  const seen = (text: string): string => text.normalize('NFC').replaceAll(/\p{Cf}|\s/gu, ' ');
  const isAmbiguous = spellings.some(
    (other) => other.label !== label && seen(other.label) === seen(label),
  );
  if (!isAmbiguous) return label;
  return label.replaceAll(
    /\p{M}|\p{Cf}|[^\S ]|[^\p{ASCII}]/gu,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}

function foldLabel(label: string): string {
  const plain = label
    .normalize('NFKC')
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const number = numberIn(plain);
  if (number !== null && /^[-+]?[\d.]+$/.test(plain)) return String(number);
  return plain.toLowerCase().normalize('NFKC');
}
