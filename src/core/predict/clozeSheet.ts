import { randomStream, shuffled } from '../random.js';
import type { Cloze, ClozeBlank } from './cloze.js';

/** Words of a sheet, in the language of its reader. */
export interface ClozeWords {
  readonly title: string;
  readonly choices: string;
  readonly key: string;
  /** With the other words that count as right. */
  readonly alsoRight: (words: string) => string;
  readonly note: string;
}

/** Too long for a mask, so that the editor does not show the answer beside it. */
const BLANK = '_'.repeat(14);

/** A sheet in Markdown: the text with numbered blanks, choices, and the key on its last part. */
export function clozeSheet(
  { text, cloze, seed }: { readonly text: string; readonly cloze: Cloze; readonly seed: number },
  words: ClozeWords,
): string {
  let sheet = '';
  let at = 0;
  cloze.blanks.forEach(({ start, end }, index) => {
    sheet += `${text.slice(at, start)}(${index + 1}) ${BLANK}`;
    at = end;
  });
  sheet += text.slice(at);
  const numbered = cloze.blanks.map((blank, index) => ({ blank, number: index + 1 }));
  // Numbers of a Markdown list count on, so that blanks without choices are in it, too.
  const last = numbered.findLastIndex(({ blank }) => blank.distractors.length > 0);
  return [
    `# ${words.title}`,
    sheet.trim(),
    ...(last < 0
      ? []
      : [
          `## ${words.choices}`,
          numbered
            .slice(0, last + 1)
            .map(({ blank, number }) => `${number}. ${choicesOf(blank, seed)}`)
            .join('\n'),
        ]),
    `## ${words.key}`,
    numbered
      .map(({ blank: { answer, alsoRight }, number }) =>
        alsoRight.length === 0
          ? `${number}. ${answer}`
          : `${number}. ${answer} (${words.alsoRight(alsoRight.join(', '))})`,
      )
      .join('\n'),
    words.note,
    '',
  ].join('\n\n');
}

/** The answer among its distractors; a dash without any. */
function choicesOf({ answer, distractors, start }: ClozeBlank, seed: number): string {
  if (distractors.length === 0) return '–';
  const random = randomStream('cloze choices', seed, start);
  return shuffled([answer, ...distractors], random).join(' · ');
}
