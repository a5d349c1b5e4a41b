/** Classes of UTF-16 units; words are runs of one class, from `FIRST_CLASS` on. */
export const OTHER = 0;
export const WHITE = 1;
export const FIRST_CLASS = 2;

/**
 * Rules by which a pre-tokenizer splits printable ASCII inside a text, if it uses only character
 * classes.
 */
export interface AsciiWords {
  /** Class of each of the 128 units: `OTHER` for controls, `WHITE` for a space. */
  readonly classes: Uint8Array;
  /** Class whose characters are each a word, or `null`. */
  readonly singleClass: number | null;
  /** Character that replaces a space at the start of the next word; `null` to drop the space. */
  readonly space: string | null;
  /** Whether the endings of `it's` and `we'll` are separate words. */
  readonly partsContractions: boolean;
}

/** Every punctuation mark is a word; other words are separated by white space. */
export const BERT_ASCII: AsciiWords = {
  classes: classesOf((character) => (/\w/.test(character) && character !== '_' ? 0 : 1)),
  singleClass: FIRST_CLASS + 1,
  space: null,
  partsContractions: false,
};

/** Words and runs of other characters. */
export const WORDS_AND_SIGNS_ASCII: AsciiWords = {
  classes: classesOf((character) => (/\w/.test(character) ? 0 : 1)),
  singleClass: null,
  space: null,
  partsContractions: false,
};

/** Words separated by spaces. */
export const BETWEEN_SPACES_ASCII: AsciiWords = {
  classes: classesOf(() => 0),
  singleClass: null,
  space: null,
  partsContractions: false,
};

/** As in GPT-2: letters, digits and other characters are separate. */
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

/** Words separated by spaces, each with a marker for the preceding space. */
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
