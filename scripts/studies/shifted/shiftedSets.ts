import {
  corpusOf,
  GCIDE,
  glossesOfWordNet,
  mailsOf,
  MODELDATA,
  PATTERN,
  reviewsOfFoods,
  sensesOfGcide,
  SPAM_ASSASSIN,
  WORDNET,
  type TextPackage,
} from '../labelledTexts.js';
import { isPlantable, plantedRows, PLANTS, type Plant } from './planting.js';
import { drawParts, type GroupedRow, type ShiftedRow } from './splitRows.js';

/** Rows of each file of a set; `train`, `test` (in-domain), `shift-dev` and tests `shift-…`. */
export interface ShiftedRows {
  readonly files: ReadonlyMap<string, readonly GroupedRow[]>;
  /** Rows left out because a near-duplicate of them is in a file that came before. */
  readonly dropped: number;
}

/** An accuracy of naive Bayes, in percent, that the data should reproduce. */
export interface ExpectedAccuracy {
  readonly file: string;
  /** Of these rows only. Default: all. */
  readonly source?: string;
  readonly label?: string;
  readonly percent: number;
}

export interface ShiftedSet {
  readonly name: string;
  readonly packages: readonly TextPackage[];
  /** Description of rows, grouping and split. */
  readonly description: string;
  readonly expected: readonly ExpectedAccuracy[];
  load(): ShiftedRows;
}

const GROUPS =
  'Near-duplicates (Jaccard similarity of 0.8) are in one file; rows of a later source with a near-duplicate in an earlier one are left out.';

/** Files that share one draw. */
const MAIL = ['whole', 'body'] as const;

function mailSet(view: (typeof MAIL)[number]): ShiftedSet {
  const text =
    view === 'whole' ? 'Whole mails with their headers' : 'Subject and body without tags';
  return {
    name: `mail-${view}`,
    packages: [SPAM_ASSASSIN],
    description: `${text}, wanted (ham) or not (spam). In-domain: easy-ham-1 and spam-1, 80% for training. shift-hard and shift-dev: hard-ham-1 and 250 of spam-2. shift-time, collected later: easy-ham-2 and the rest of spam-2. Both views have the same mails in the same files. ${GROUPS}`,
    expected:
      view === 'whole'
        ? [
            { file: 'test', percent: 99.5 },
            { file: 'shift-hard', source: 'hard-ham-1', percent: 19.2 },
            { file: 'shift-time', source: 'spam-2', percent: 90.3 },
            { file: 'shift-time', source: 'easy-ham-2', percent: 99.3 },
          ]
        : [
            { file: 'test', percent: 97.0 },
            { file: 'shift-hard', source: 'hard-ham-1', percent: 58.4 },
            { file: 'shift-time', source: 'spam-2', percent: 81.7 },
          ],
    load: () => mailRows(view),
  };
}

function mailRows(view: (typeof MAIL)[number]): ShiftedRows {
  const rowsOf = (...groups: string[]): (ShiftedRow & { body: string })[] =>
    groups.flatMap((source) =>
      mailsOf(source).map(({ id, whole, text, label }) => ({
        ...{ text: view === 'whole' ? whole : text, label, source, id, body: text },
      })),
    );
  const inDomain = rowsOf('easy-ham-1', 'spam-1');
  const test = Math.round(inDomain.length / 5);
  const { parts, dropped } = drawParts(
    [
      { rows: inDomain, parts: [{ name: 'test', count: test }, { name: 'train' }] },
      { rows: rowsOf('hard-ham-1'), parts: [{ name: 'hard' }] },
      { rows: rowsOf('spam-2'), parts: [{ name: 'hard', count: 250 }, { name: 'shift-time' }] },
      { rows: rowsOf('easy-ham-2'), parts: [{ name: 'shift-time' }] },
    ],
    { name: 'mail', textOf: ({ body }) => body },
  );
  const hard = drawParts(
    [
      {
        rows: parts.get('hard')!,
        parts: [{ name: 'shift-dev', count: 100, isBalanced: true }, { name: 'shift-hard' }],
      },
    ],
    { name: 'mail hard', textOf: ({ body }) => body },
  );
  const files = new Map<string, readonly GroupedRow[]>();
  for (const [name, rows] of [...parts, ...hard.parts]) {
    if (name === 'hard') continue;
    const written = rows.map(({ text, label, source, id, group }) => ({
      ...{ text, label, source, id, group },
    }));
    files.set(name, written);
  }
  return { files, dropped };
}

const fieldsSet: ShiftedSet = {
  name: 'fields',
  packages: [WORDNET, GCIDE],
  description: `Definitions of animals, plants, parts of the body and substances. In-domain: glosses of nouns in WordNet, up to the first semicolon. shift-gcide and shift-dev: senses that the GCIDE marks (Zool.), (Bot.), (Anat.), (Chem.) or (Min.), without the mark, without references to other entries and without what the GCIDE took from WordNet. Masklab's own model has read both dictionaries, without these labels. ${GROUPS}`,
  expected: [
    { file: 'test', percent: 88.2 },
    { file: 'shift-gcide', percent: 73.7 },
    { file: 'shift-gcide', label: 'plant', percent: 55 },
    { file: 'shift-gcide', label: 'body', percent: 59 },
  ],
  load: () => {
    const wordNet = glossesOfWordNet().map((row) => ({ ...row, source: 'wordnet' }));
    const gcide = sensesOfGcide().map((row) => ({ ...row, source: 'gcide' }));
    const { parts: files, dropped } = drawParts(
      [
        {
          rows: wordNet,
          parts: [
            { name: 'test', count: 2000 },
            { name: 'train', count: 8000 },
          ],
        },
        {
          rows: gcide,
          parts: [
            { name: 'shift-dev', count: 300 },
            { name: 'shift-gcide', count: 5000 },
          ],
        },
      ],
      { name: 'fields' },
    );
    return { files, dropped };
  },
};

const opinionsSet: ShiftedSet = {
  name: 'opinions',
  packages: [PATTERN, MODELDATA],
  description: `Opinions, positive or negative. In-domain: sentences of film reviews. shift-foods and shift-dev: reviews of foods, with five stars (positive) or fewer (negative), as many of each. shift-reviews: whole film reviews. ${GROUPS}`,
  expected: [
    { file: 'test', percent: 72.2 },
    { file: 'shift-reviews', percent: 66.4 },
    { file: 'shift-foods', percent: 50.4 },
  ],
  load: () => {
    const foods = reviewsOfFoods().map(({ id, score, text }) => ({
      ...{ id, text, label: score === 'great' ? 'positive' : 'negative', source: 'foods' },
    }));
    const { parts: files, dropped } = drawParts(
      [
        {
          rows: filmRows('polarity-en-pang&lee2.csv', 'sentences'),
          parts: [
            { name: 'test', count: 1000 },
            { name: 'train', count: 3000 },
          ],
        },
        {
          rows: filmRows('polarity-en-pang&lee1.csv', 'reviews'),
          parts: [{ name: 'shift-reviews' }],
        },
        {
          rows: foods,
          parts: [
            { name: 'shift-dev', count: 300, isBalanced: true },
            { name: 'shift-foods', count: 1000, isBalanced: true },
          ],
        },
      ],
      { name: 'opinions' },
    );
    return { files, dropped };
  },
};

/** The corpora of film reviews are swapped against their description: lee2 has the sentences. */
export function filmRows(file: string, source: string): ShiftedRow[] {
  return corpusOf(file).map(({ mark, text }, i) => ({
    ...{ text, label: mark === '1' ? 'positive' : 'negative', source, id: String(i) },
  }));
}

const hedgesSet: ShiftedSet = {
  name: 'hedges',
  packages: [PATTERN],
  description: `Sentences that hedge, or do not (CoNLL 2010): the negative control, since the loud words are the task. There is no shift. ${GROUPS}`,
  expected: [{ file: 'test', percent: 70.8 }],
  load: () => {
    const rows = corpusOf('uncertainty-conll2010.csv').map(({ mark, text }, i) => ({
      ...{
        text,
        label: mark === '1' ? 'uncertain' : 'certain',
        source: 'conll2010',
        id: String(i),
      },
    }));
    const { parts: files, dropped } = drawParts(
      [
        {
          rows,
          parts: [
            { name: 'test', count: 600 },
            { name: 'train', count: 2400 },
          ],
        },
      ],
      { name: 'hedges' },
    );
    return { files, dropped };
  },
};

/** Rates at which the plant agrees with the label in training, in percent. */
const RATES = [70, 80, 90, 95];
/** Rate at which it agrees with the label in the shifted texts, whatever the rate in training. */
const SHIFTED_RATE = 0.1;

function plantedSet(plant: Plant, percent: number): ShiftedSet {
  const what = plant === 'word' ? 'The word "moreover"' : 'An even number of commas';
  const third =
    plant === 'word'
      ? 'No text of shift-absent has it.'
      : 'In shift-absent, it does not depend on the label.';
  return {
    name: `planted-${plant}-${percent}`,
    packages: [PATTERN],
    description: `Sentences of film reviews, positive or negative, with a plant. ${what} agrees with the label in ${percent}% of the texts of train and test, and in ${100 * SHIFTED_RATE}% of those of shift-dev and shift-flipped: positive texts have it, and negative ones do not. ${third} It has the texts of shift-flipped. The plants of a rate are also those of each higher rate, and the texts and the shifted files are the same for all rates. ${GROUPS}`,
    expected: [],
    load: () => {
      const { parts, dropped } = drawParts(
        [
          {
            rows: filmRows('polarity-en-pang&lee2.csv', 'sentences').filter(({ text }) =>
              isPlantable(text),
            ),
            parts: [
              { name: 'test', count: 600 },
              { name: 'shift-dev', count: 300, isBalanced: true },
              { name: 'shift', count: 700 },
              { name: 'train', count: 2400 },
            ],
          },
        ],
        { name: 'planted' },
      );
      const planted = (part: string, rate: number | null): readonly GroupedRow[] =>
        plantedRows(parts.get(part)!, { plant, label: 'positive', rate });
      const files = new Map([
        ['train', planted('train', percent / 100)],
        ['test', planted('test', percent / 100)],
        ['shift-dev', planted('shift-dev', SHIFTED_RATE)],
        ['shift-flipped', planted('shift', SHIFTED_RATE)],
        ['shift-absent', planted('shift', null)],
      ]);
      return { files, dropped };
    },
  };
}

export const SHIFTED_SETS: readonly ShiftedSet[] = [
  ...MAIL.map(mailSet),
  ...[fieldsSet, opinionsSet, hedgesSet],
  ...PLANTS.flatMap((plant) => RATES.map((percent) => plantedSet(plant, percent))),
];
