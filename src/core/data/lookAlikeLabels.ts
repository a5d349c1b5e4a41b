import { message, type Argument } from '../messages/message.js';

/** Labels that a person would read as one, with the spelling that most rows have. */
export interface LookAlikes {
  readonly into: string;
  /** All spellings, most frequent first. */
  readonly spellings: readonly { readonly label: string; readonly count: number }[];
}

/**
 * Groups of labels that differ only in Unicode form, width, case, blanks, invisible characters, quotes,
 * dashes, letters of other scripts that look the same, or the format of a number.
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

/** Labels of a model, found by any spelling that looks like one of them. */
export class LabelsByLook {
  private readonly exact: ReadonlySet<string>;
  private readonly folded = new Map<string, string | null>();

  constructor(labels: readonly string[]) {
    this.exact = new Set(labels);
    for (const label of labels) {
      const folded = foldLabel(label);
      // Labels of one look are told apart by their spelling alone.
      this.folded.set(folded, this.folded.has(folded) ? null : label);
    }
  }

  /** The label that is spelled or looks like this; `null` without one. */
  like(label: string): string | null {
    return this.exact.has(label) ? label : (this.folded.get(foldLabel(label)) ?? null);
  }
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
  const seen = (text: string): string =>
    text
      .normalize('NFC')
      .replaceAll(/\p{Cf}|\s/gu, ' ')
      .replaceAll(LIKE_LATIN, (letter) => LATIN[LETTERS.indexOf(letter)]!);
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
  const number = NUMBER.exec(plain);
  if (number !== null) return foldNumber(number);
  // Upper case first: "ß" becomes "ss".
  return plain
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKC')
    .replaceAll(/[\p{Pd}\u2212]/gu, '-')
    .replaceAll(/[‘’ʼ`´]/g, "'")
    .replaceAll(/[“”„«»]/g, '"')
    .replaceAll(LIKE_LATIN, (letter) => LATIN[LETTERS.indexOf(letter)]!);
}

/** Sign, whole digits and fraction of a number. */
const NUMBER = /^([-+]?)(?=\.?\d)0*((?:[1-9]\d*)?)(?:\.(\d*))?$/;

/** One spelling of each number, with all of its digits. */
function foldNumber([, sign, whole = '', fraction = '']: RegExpExecArray): string {
  const significant = fraction.replace(/0+$/, '');
  const digits = `${whole === '' ? '0' : whole}${significant === '' ? '' : `.${significant}`}`;
  return sign === '-' && digits !== '0' ? `-${digits}` : digits;
}

/** Cyrillic and Greek letters in lower case that look like the Latin ones at the same position. */
const LETTERS = 'аеорсухіјѕο';
const LATIN = 'aeopcyxijso';
const LIKE_LATIN = new RegExp(`[${LETTERS}]`, 'g');
