/** Most parts of a cross-validation. */
export const MOST_PARTS = 20;

/** Part of the data that a run holds out, and the number of parts; both count from 1. */
export interface Fold {
  readonly part: number;
  readonly parts: number;
}

/** `2/5`: the second of five parts. */
export const FOLD_PATTERN = new RegExp(
  `^(?:${Array.from({ length: MOST_PARTS - 1 }, (_, i) => `${upTo(i + 2)}/${i + 2}`).join('|')})$`,
);

/** Pattern of the whole numbers from 1 to `most`, which is 2 to 29. */
function upTo(most: number): string {
  if (most < 10) return `[1-${most}]`;
  if (most < 20) return `(?:[1-9]|1[0-${most - 10}])`;
  return `(?:[1-9]|1\\d|2[0-${most - 20}])`;
}

/** Parts that a text such as `2/5` names. It must match `FOLD_PATTERN`. */
export function foldOf(text: string): Fold {
  const [part, parts] = text.split('/').map(Number);
  return { part: part!, parts: parts! };
}
