import { recordKey } from '../data/scanLabels.js';
import type { EmbeddingGradients } from '../models/inputGradients.js';
import type { AbortState } from '../predict/runRows.js';
import { scoresOf } from '../predict/labelProbabilities.js';
import { cancelled } from '../errors.js';
import type { AuditProgress, AuditStep } from './auditProgress.js';
import type { AuditFinding, AuditReport, TextSaliences } from './auditReport.js';
import { CONFIDENT, measureAlone } from './aloneRate.js';
import { errorWords, findingGroups, type LabelledText } from './auditGroups.js';
import { measureFaithfulness } from './faithfulness.js';
import { findWords, LEAST_TEXTS, LOUD, predictionOf, type WordFinding } from './findWords.js';
import { checkByGradients } from './integratedGradients.js';
import { measureMaskedAccuracy } from './maskedAccuracy.js';
import {
  highest,
  labelEvidence,
  occludeTexts,
  type AuditedModel,
  type OccludedText,
  type OnText,
} from './occlusion.js';

/** A text to audit. */
export interface AuditedExample {
  readonly text: string;
  readonly pair: string | null;
  readonly file: string;
  readonly line: number;
  /** Index of its label; null for several labels or numbers. */
  readonly label: number | null;
  /** Its labels in the form of `predictionOf`. */
  readonly expected: string;
}

export interface AuditOptions {
  readonly seed: number;
  /** Fewest texts with a word. Default: 5. */
  readonly leastTexts?: number;
  /** Null skips the cross-check. */
  readonly gradients: EmbeddingGradients | null;
  readonly signal?: AbortState;
  readonly onProgress?: (progress: AuditProgress) => void;
}

export type AuditFacts = Pick<
  AuditReport,
  | 'testedWords'
  | 'findings'
  | 'maskedAccuracy'
  | 'faithfulness'
  | 'gradients'
  | 'groups'
  | 'errorWords'
  | 'suspects'
> & { readonly cut: number; readonly saliences: readonly TextSaliences[] };

/** Texts for the checks that take many passes a text. */
const CHECKED_TEXTS = 100;
const INTEGRATED_TEXTS = 20;
/** Findings that are described. */
const MOST_FINDINGS = 200;
const MOST_GROUPED = 20;
const MOST_PLACES = 20;
const MOST_SUSPECTS = 50;

/**
 * Audits a classifier or regressor: the words that it leans on over texts, with checks of whether the
 * method can be believed of this model. Throws `Cancelled`.
 */
export async function auditTexts(
  model: AuditedModel,
  examples: readonly AuditedExample[],
  { seed, leastTexts = LEAST_TEXTS, gradients, signal, onProgress = () => undefined }: AuditOptions,
): Promise<AuditFacts> {
  const { apply, labels } = model;
  const follow =
    (step: AuditStep): OnText =>
    (done, total) => {
      throwIfAborted(signal);
      onProgress({ step, done, total });
    };
  const occluded = await occludeTexts(model, examples, follow('occlusion'));
  const found = findWords(occluded, { labels, apply, seed, leastTexts }).slice(0, MOST_FINDINGS);
  const findings: AuditFinding[] = [];
  for (const finding of found) {
    throwIfAborted(signal);
    findings.push(await describe(finding, { model, occluded, examples }));
  }
  const isChoice = apply === 'softmax';
  const checked = occluded.slice(0, CHECKED_TEXTS);
  const expected = examples.map((example) => example.expected);
  const maskedAccuracy =
    apply === 'none'
      ? []
      : await measureMaskedAccuracy(model, checked, {
          ...{ expected, seed },
          onText: follow('maskedAccuracy'),
        });
  const faithfulness = await measureFaithfulness(model, checked, {
    seed,
    onText: follow('faithfulness'),
  });
  const integrated = occluded.slice(0, INTEGRATED_TEXTS);
  const labelled: LabelledText[] = isChoice
    ? examples.flatMap(({ label }, i) =>
        label === null ? [] : [{ label, occluded: occluded[i]! }],
      )
    : [];
  return {
    testedWords: wordsInTexts(occluded, leastTexts),
    findings,
    maskedAccuracy,
    faithfulness,
    gradients:
      gradients === null
        ? null
        : await checkByGradients(model, gradients, integrated, follow('gradients')),
    groups: findingGroups(labelled, found.slice(0, MOST_GROUPED), labels),
    errorWords: errorWords(labelled, labels),
    suspects: isChoice ? suspectsIn(model, examples, occluded) : [],
    cut: occluded.filter(({ isCut }) => isCut).length,
    saliences: occluded.map((text, i) => saliencesOf(model, examples[i]!, text)),
  };
}

function throwIfAborted(signal: AbortState | undefined): void {
  if (signal?.aborted === true) throw cancelled();
}

async function describe(
  finding: WordFinding,
  {
    model,
    occluded,
    examples,
  }: {
    readonly model: AuditedModel;
    readonly occluded: readonly OccludedText[];
    readonly examples: readonly AuditedExample[];
  },
): Promise<AuditFinding> {
  const { word, label, texts, effect, interval, pValue, qValue, flips } = finding;
  return {
    ...{ text: word, label, texts, share: texts / occluded.length },
    ...{ effect, interval, pValue, qValue },
    flipRate: flips === null ? null : flips / texts,
    aloneRate: model.apply === 'none' ? null : await measureAlone(model, finding, occluded),
    isSelected: model.apply === 'none' || effect >= LOUD,
    places: finding.examples.slice(0, MOST_PLACES).map((at) => {
      const { file, line } = examples[at]!;
      return { file, line };
    }),
  };
}

/** Number of words that at least so many texts have. */
function wordsInTexts(occluded: readonly OccludedText[], least: number): number {
  const counts = new Map<string, number>();
  for (const { words } of occluded) {
    for (const { word } of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts.values()].filter((count) => count >= least).length;
}

/** Texts whose label the model contradicts with confidence, the most confident first. */
function suspectsIn(
  { labels, apply }: AuditedModel,
  examples: readonly AuditedExample[],
  occluded: readonly OccludedText[],
): AuditReport['suspects'] {
  return examples
    .flatMap(({ text, file, line, label }, i) => {
      const { logits } = occluded[i]!;
      const best = highest(logits);
      const probability = scoresOf(logits, apply)[best]!;
      if (label === null || best === label || probability < CONFIDENT) return [];
      return [{ file, line, text, label: labels[label]!, suggested: labels[best]!, probability }];
    })
    .sort((a, b) => b.probability - a.probability)
    .slice(0, MOST_SUSPECTS);
}

function saliencesOf(
  { labels, apply }: AuditedModel,
  { text, pair, file, line, label }: AuditedExample,
  { logits, effects, isCut }: OccludedText,
): TextSaliences {
  const predicted = highest(logits);
  return {
    ...{ file, line, key: recordKey(text, pair), isCut },
    ...{ label: label === null ? null : labels[label]! },
    predicted: labels[predicted]!,
    evidence: labelEvidence(logits, apply)[predicted]!,
    words: effects.map(({ word, ranges, effects: byLabel }) => ({
      ...{ word, ranges },
      effect: byLabel[predicted]!,
    })),
  };
}

/** The labels of a text in the form in which predictions are compared. */
export function expectedKey(
  { label, values }: { readonly label: number | null; readonly values: readonly number[] | null },
  apply: AuditedModel['apply'],
): string {
  if (apply === 'softmax') return String(label ?? highest(values ?? []));
  return predictionOf(
    Float32Array.from(values ?? [], (value) => value - 0.5),
    apply,
  );
}
