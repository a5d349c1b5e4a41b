import { wilsonInterval, type Interval } from '../stats/intervals.js';
import type { WordFinding } from './findWords.js';
import { highest, type OccludedText } from './occlusion.js';

/** An audited text with its label. */
export interface LabelledText {
  /** Index of its label. */
  readonly label: number;
  readonly occluded: OccludedText;
}

/** Texts with one label that have or lack the word of a finding. */
export interface FindingGroup {
  readonly word: string;
  readonly label: string;
  readonly hasWord: boolean;
  readonly texts: number;
  readonly accuracy: number;
  /** 95% interval of the accuracy (Wilson 1927). */
  readonly interval: Interval;
}

/** Fewest texts of a group that is reported. */
const LEAST_IN_GROUP = 5;

/**
 * Accuracy of each group of texts by label and by whether they have the word of a finding, the lowest
 * first: where a model leans on a word that the label does not depend on, texts with the label but
 * without the word, and texts with the word but another label, come out worst.
 */
export function findingGroups(
  texts: readonly LabelledText[],
  findings: readonly Pick<WordFinding, 'word'>[],
  labels: readonly string[],
): FindingGroup[] {
  const groups: FindingGroup[] = [];
  for (const word of new Set(findings.map((finding) => finding.word))) {
    for (const [label, name] of labels.entries()) {
      for (const hasWord of [true, false]) {
        const members = texts.filter(
          (text) =>
            text.label === label &&
            text.occluded.words.some((one) => one.word === word) === hasWord,
        );
        if (members.length < LEAST_IN_GROUP) continue;
        const right = members.filter(isRight).length;
        groups.push({
          ...{ word, label: name, hasWord, texts: members.length },
          accuracy: right / members.length,
          interval: wilsonInterval(right, members.length),
        });
      }
    }
  }
  return groups.sort((a, b) => a.accuracy - b.accuracy || b.texts - a.texts);
}

function isRight({ label, occluded }: LabelledText): boolean {
  return highest(occluded.logits) === label;
}

/** A word that led to wrong predictions of a label. */
export interface ErrorWord {
  readonly word: string;
  readonly label: string;
  /**
   * Texts that were wrongly predicted to have the label, in which the word speaks for it; or texts with
   * the label that were predicted to have another, in which the word speaks against it.
   */
  readonly kind: 'falsePositive' | 'falseNegative';
  readonly texts: number;
  /** Mean effect on the label over those texts, nats of log-odds. */
  readonly effect: number;
  /** Of these texts, those whose prediction of this label changes without the word. */
  readonly decides: number;
}

/** Fewest wrong texts that a word has to be in. */
const LEAST_WRONG = 2;
const MOST_WORDS = 10;

/**
 * Words behind wrong predictions of each label, those that decide the most of them first. Of two labels,
 * a text that misses one is predicted to have the other, and is listed once.
 */
export function errorWords(texts: readonly LabelledText[], labels: readonly string[]): ErrorWord[] {
  return labels.flatMap((name, label) => [
    ...wordsBehind(texts, { name, label, kind: 'falsePositive' }),
    ...(labels.length === 2 ? [] : wordsBehind(texts, { name, label, kind: 'falseNegative' })),
  ]);
}

function wordsBehind(
  texts: readonly LabelledText[],
  { name, label, kind }: { name: string; label: number; kind: ErrorWord['kind'] },
): ErrorWord[] {
  const isPositive = kind === 'falsePositive';
  const wrong = texts.filter((text) => {
    const predicted = highest(text.occluded.logits);
    return isPositive
      ? predicted === label && text.label !== label
      : predicted !== label && text.label === label;
  });
  const words = new Map<string, { effects: number[]; decides: number }>();
  for (const { occluded } of wrong) {
    for (const { word, effects, logits } of occluded.effects) {
      const effect = effects[label]!;
      if (isPositive ? effect <= 0 : effect >= 0) continue;
      const known = words.get(word) ?? { effects: [], decides: 0 };
      words.set(word, known);
      known.effects.push(effect);
      if ((highest(logits) === label) !== isPositive) known.decides++;
    }
  }
  return [...words]
    .filter(([, { effects }]) => effects.length >= LEAST_WRONG)
    .map(([word, { effects, decides }]): ErrorWord => ({
      ...{ word, label: name, kind, texts: effects.length, decides },
      effect: effects.reduce((sum, effect) => sum + effect, 0) / effects.length,
    }))
    .sort(
      (a, b) =>
        b.decides - a.decides || Math.abs(b.effect) * b.texts - Math.abs(a.effect) * a.texts,
    )
    .slice(0, MOST_WORDS);
}
