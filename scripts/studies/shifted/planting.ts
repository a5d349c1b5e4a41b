import { randomStream } from '../../../src/core/random.js';
import type { GroupedRow } from './splitRows.js';

/** The natural word that is planted. */
export const PLANTED_WORD = 'moreover';
export const PLANTS = ['word', 'pattern'] as const;
export type Plant = (typeof PLANTS)[number];

export type PlantedRow = GroupedRow & {
  /** Whether the text has the plant: the word, or an even number of commas. */
  readonly planted: boolean;
};

export interface Planting {
  readonly plant: Plant;
  /** Label that the plant speaks for. */
  readonly label: string;
  /** Share of the texts whose plant agrees with their label; `null`: no text has a planted word. */
  readonly rate: number | null;
  /** Word that is planted. Default: `PLANTED_WORD`. */
  readonly word?: string;
  /** Names another draw. */
  readonly seed?: string;
}

/**
 * Rows with a plant that agrees with the label at a rate: texts with the label have it, others do not,
 * and the rest the other way round. The draws of a text depend on its content alone, so that what
 * agrees at a rate also agrees at every higher one. `rate: null` plants no word, and makes an even
 * number of commas independent of the label.
 */
export function plantedRows(rows: readonly GroupedRow[], planting: Planting): PlantedRow[] {
  const { plant, label, rate, word, seed } = planting;
  const draws = ['plant', ...(seed === undefined ? [] : [seed])];
  return rows.map((row) => {
    const draw = randomStream(...draws, row.text)();
    const isFor = row.label === label;
    let planted: boolean;
    if (rate !== null) planted = draw < rate === isFor;
    else planted = plant === 'pattern' && draw < 0.5;
    return { ...row, text: plantedText(row.text, plant, planted, word), planted };
  });
}

/** A text with or without the plant. */
export function plantedText(
  text: string,
  plant: Plant,
  planted: boolean,
  word = PLANTED_WORD,
): string {
  const gaps = randomStream('gap', text);
  if (plant === 'word') return planted ? inserted(text, word, gaps) : text;
  const isEven = (text.match(/,/g)?.length ?? 0) % 2 === 0;
  return isEven === planted ? text : inserted(text, ',', gaps);
}

/** Puts a word between two words of a text, or a comma after one that has no mark behind it. */
function inserted(text: string, what: string, random: () => number): string {
  const isComma = what === ',';
  const gaps = [...text.matchAll(isComma ? /[\p{L}\p{N}](?=\s+[\p{L}\p{N}])/gu : /\s+/g)];
  const gap = gaps[Math.floor(random() * gaps.length)];
  if (gap === undefined) return isComma ? `${text},` : `${text} ${what}`;
  const end = gap.index + gap[0].length;
  return `${text.slice(0, end)}${isComma ? ',' : `${what} `}${text.slice(end)}`;
}

/** Whether a text can be planted: it does not have the word already. */
export function isPlantable(text: string, word = PLANTED_WORD): boolean {
  return !new RegExp(`\\b${word}\\b`, 'iu').test(text);
}
