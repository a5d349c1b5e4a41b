import { wordsOfText } from '../../../src/core/baselines/wordFeatures.js';
import { CueCounter, type CueTable } from '../../../src/core/interference/cueCounts.js';
import { cuesOf } from '../../../src/core/interference/cues.js';
import { labelLeaks, LEAST_TEXTS } from '../../../src/core/interference/labelLeaks.js';
import { unstableLeaks } from '../../../src/core/interference/unstableLeaks.js';
import { builtinLexicon } from '../../../src/core/masking/lexicons/builtin.js';
import { randomStream, shuffled } from '../../../src/core/random.js';

interface LabelledText {
  readonly text: string;
  readonly label: string;
}

/** Ways to choose words, each from training texts, and `unstable` also from a shifted sample. */
export const CHOICES = ['loudest', 'tfIdf', 'unstable', 'random'] as const;
export type Choice = (typeof CHOICES)[number];

/** Number of words that a test chooses at most. */
const WORDS = 30;
/** Words of each label by TF-IDF, as in the paper. */
const PER_LABEL = 10;

/**
 * Words of training texts to mask, by how they were chosen.
 *
 * - `loudest`: highest z in the label-leak test (Gardner et al. 2021).
 * - `tfIdf`: highest TF-IDF of each label, its texts taken together as one document (Moon et al. 2021).
 *   Stop words are left out.
 * - `unstable`: those whose association is not reproduced in the shifted sample, by falling score;
 *   only significant ones, so that there can be few or none.
 * - `random`: for each unstable word, or for each of the loudest if there are none, one that about as
 *   many texts have and that is in no other list.
 */
export function wordsByChoice(
  train: readonly LabelledText[],
  sample: readonly LabelledText[] | null,
): Readonly<Record<Choice, readonly string[]>> {
  const table = tableOf(train);
  const { leaks } = labelLeaks(table);
  const loudest = wordsOf(leaks);
  const tested =
    sample === null ? [] : unstableLeaks(leaks, table, tableOf(sample, table.quartiles));
  const unstable = wordsOf(tested.filter(({ shifted }) => shifted.stability === 'unstable'));
  const tfIdf = tfIdfWords(train);
  const chosen = new Set([...loudest, ...unstable, ...tfIdf]);
  const random = peers(unstable.length > 0 ? unstable : loudest, chosen, table);
  return { loudest, tfIdf, unstable, random };
}

function tableOf(texts: readonly LabelledText[], quartiles?: CueTable['quartiles']): CueTable {
  const counter = new CueCounter({ capacity: Infinity });
  for (const { text, label } of texts) {
    counter.add(cuesOf({ text }), { labels: [label], place: { file: '', line: 0 } });
  }
  return counter.table(quartiles === undefined ? {} : { quartiles });
}

/** The words of the first leaks; a word can speak for several labels. */
function wordsOf(leaks: readonly { readonly cue: CueTable['cues'][number]['cue'] }[]): string[] {
  const words = leaks.flatMap(({ cue }) => (cue.kind === 'word' ? [cue.word] : []));
  return [...new Set(words)].slice(0, WORDS);
}

function tfIdfWords(texts: readonly LabelledText[]): string[] {
  const stopWords = new Set(builtinLexicon('builtin:stop-words-en'));
  const labels = [...new Set(texts.map(({ label }) => label))].sort();
  const counts = labels.map(() => new Map<string, number>());
  for (const { text, label } of texts) {
    const ofLabel = counts[labels.indexOf(label)]!;
    for (const word of wordsOfText(text)) {
      if (!stopWords.has(word)) ofLabel.set(word, (ofLabel.get(word) ?? 0) + 1);
    }
  }
  const inverse = (word: string): number => {
    const documents = counts.filter((ofLabel) => ofLabel.has(word)).length;
    return Math.log((1 + labels.length) / (1 + documents)) + 1;
  };
  const words = counts.flatMap((ofLabel) =>
    [...ofLabel]
      .map(([word, count]) => ({ word, weight: count * inverse(word) }))
      .sort((a, b) => b.weight - a.weight || (a.word < b.word ? -1 : 1))
      .slice(0, PER_LABEL)
      .map(({ word }) => word),
  );
  return [...new Set(words)];
}

/** Words from which the peer of a word is drawn: the nearest by number of texts. */
const NEAREST = 10;

/** A word for each one, which about as many texts have. */
function peers(words: readonly string[], chosen: ReadonlySet<string>, table: CueTable): string[] {
  const counts = new Map(
    table.cues.flatMap(({ cue, texts }) =>
      cue.kind === 'word' && texts >= LEAST_TEXTS ? [[cue.word, texts]] : [],
    ),
  );
  const free = new Set([...counts.keys()].filter((word) => !chosen.has(word)));
  return words.flatMap((word) => {
    const distance = (other: string): number =>
      Math.abs(Math.log(counts.get(other)! / counts.get(word)!));
    const nearest = [...free]
      .sort((a, b) => distance(a) - distance(b) || (a < b ? -1 : 1))
      .slice(0, NEAREST);
    const [peer] = shuffled(nearest, randomStream('peer', word));
    if (peer === undefined) return [];
    free.delete(peer);
    return [peer];
  });
}
