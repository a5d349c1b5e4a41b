/** Classes of UTF-16 units; words are runs of one class, from `FIRST_CLASS` on. */
export const OTHER = 0;
export const WHITE = 1;
export const FIRST_CLASS = 2;

/**
 * How a pre-tokenizer parts printable ASCII that stands inside a text, where classes of characters
 * are all it looks at.
 */
export interface AsciiWords {
  /** Class of each of the 128 units: `OTHER` for controls, `WHITE` for a space. */
  readonly classes: Uint8Array;
  /** A character of this class is a word by itself; null if there is none. */
  readonly singleClass: number | null;
  /** A space goes with the word behind it, spelled as this character; null: it is dropped. */
  readonly space: string | null;
  /** The endings of `it's`, `we'll` are words of their own. */
  readonly partsContractions: boolean;
}

/** Every punctuation mark is a word; other words are parted by white space. */
export const BERT_ASCII: AsciiWords = {
  classes: classesOf((character) => (/\w/.test(character) && character !== '_' ? 0 : 1)),
  singleClass: FIRST_CLASS + 1,
  space: null,
  partsContractions: false,
};

/** Words and runs of other signs. */
export const WORDS_AND_SIGNS_ASCII: AsciiWords = {
  classes: classesOf((character) => (/\w/.test(character) ? 0 : 1)),
  singleClass: null,
  space: null,
  partsContractions: false,
};

/** What stands between spaces. */
export const BETWEEN_SPACES_ASCII: AsciiWords = {
  classes: classesOf(() => 0),
  singleClass: null,
  space: null,
  partsContractions: false,
};

/** As GPT-2: letters, digits and other signs apart. */
export function gpt2Ascii(space: string): AsciiWords {
  return {
    classes: classesOf((character) =>
      /[a-z]/i.test(character) ? 0 : /\d/.test(character) ? 1 : 2,
    ),
    singleClass: null,
    space,
    partsContractions: true,
  };
}

/** What stands between spaces, each word with a marker for the space before it. */
export function markedAscii(marker: string): AsciiWords {
  return { ...BETWEEN_SPACES_ASCII, space: marker };
}

function classesOf(classOf: (character: string) => number): Uint8Array {
  const classes = new Uint8Array(128);
  classes[0x20] = WHITE;
  for (let unit = 0x21; unit < 0x7f; unit++) {
    classes[unit] = FIRST_CLASS + classOf(String.fromCharCode(unit));
  }
  return classes;
}
