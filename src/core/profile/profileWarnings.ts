import {
  formatBytes,
  formatCount,
  formatLoss,
  formatPerplexity,
  formatShare,
  groupThousands,
} from '../format.js';
import { languageName, shortCode } from './languageNames.js';
import type { DataProfile, ProfileScore, ProfileWarning, ProfileWarningCode } from './profile.js';
import { personalDataText } from './profileFacts.js';
import { usualOverSplit } from './profileBaseline.js';
import { ENGLISH, renderMessage } from '../messages/render.js';

type Found = Omit<ProfileWarning, 'code'> | null;

/** Fewer tokens than this teach a model next to nothing that it can be measured by. */
const FEW_TOKENS = 20_000;
const FEW_LABELLED = 100;
const FEW_OF_A_LABEL = 10;
const MANY_DUPLICATES = 0.05;
const MANY_EMPTY = 0.05;
const MANY_LONGER = 0.05;
const MANY_UNKNOWN = 0.005;
const IMBALANCE = 10;
/** Nats a masked token above the model's own held-out loss. */
const HIGHER_LOSS = { warning: 0.5, problem: 1.5 };
const OTHER_LANGUAGE = 0.5;

const CHECKS: Readonly<Record<ProfileWarningCode, (profile: DataProfile) => Found>> = {
  'no-text': ({ total, isComplete }) =>
    isComplete && total.words === 0
      ? problem(
          'There are no words in this data.',
          'Choose files with text in them, or another column.',
        )
      : null,
  'tiny-data': tinyData,
  'skipped-data': ({ files: { skipped, skippedExamples } }) =>
    skipped === 0
      ? null
      : warning(
          `${formatCount(skipped, 'row or file', 'rows or files')} could not be read: ${skippedExamples.map((reason) => renderMessage(reason, ENGLISH))[0] ?? ''}`,
          'Mend them, or go on without them.',
        ),
  'empty-records': ({ empty, total }) =>
    empty > MANY_EMPTY * total.records
      ? warning(
          `${formatCount(empty, 'record has', 'records have')} no text (${formatShare(empty / total.records)}).`,
          'Check that the right column is read as the text.',
        )
      : null,
  'other-language': otherLanguage,
  'unknown-words': ({ vocabulary, model }) => {
    if (vocabulary === null || model === null || vocabulary.words === 0) return null;
    const share = vocabulary.unknown / vocabulary.words;
    if (share < MANY_UNKNOWN) return null;
    return {
      severity: share > 0.05 ? 'problem' : 'warning',
      message: `${formatShare(share)} of the words hold characters that ${model.name} cannot spell, and are lost to it${examples(vocabulary.unknownWords)}.`,
      remedy: 'Choose a model made for this script, or extend its vocabulary.',
    };
  },
  'split-words': ({ vocabulary, model }) => {
    if (vocabulary === null || model === null || vocabulary.words < 200) return null;
    const share = vocabulary.overSplit / vocabulary.words;
    const usual = usualOverSplit(model.vocabularySize);
    if (share <= 2 * usual) return null;
    return warning(
      `The text is far from the vocabulary of ${model.name}: it breaks ${formatShare(share)} of the words into ${vocabulary.pieces} pieces or more, where about ${formatShare(usual)} is usual${examples(vocabulary.overSplitWords)}.`,
      "Extend the model's vocabulary with these words, train a tokenizer on this text, or choose a model of this field.",
    );
  },
  'held-out-loss': ({ score, model }) => {
    if (score?.baseline == null) return null;
    const difference = score.loss - score.baseline.loss;
    // What may be chance is not worth a word.
    if (difference < Math.max(HIGHER_LOSS.warning, 2 * score.standardError)) return null;
    return {
      severity: difference > HIGHER_LOSS.problem ? 'problem' : 'warning',
      message: `${model?.name ?? 'The model'} finds this text much harder than its own: perplexity ${formatPerplexity(score.perplexity)} against ${formatPerplexity(Math.exp(score.baseline.loss))} (loss ${formatLoss(score.loss)} against ${formatLoss(score.baseline.loss)}).`,
      remedy:
        'Fine-tune on running text of this kind before labels, or choose a model that is nearer to it.',
    };
  },
  duplicates: ({ duplicates: { exact, exactShare } }) =>
    exactShare < MANY_DUPLICATES
      ? null
      : warning(
          `${formatCount(exact, 'record repeats', 'records repeat')} an earlier one (${formatShare(exactShare)}).`,
          'Remove them, or the model learns these texts by heart.',
        ),
  'near-duplicates': ({ duplicates: { near, compared } }) =>
    compared === 0 || near / compared < MANY_DUPLICATES
      ? null
      : warning(
          `${formatCount(near, 'text is', 'texts are')} nearly the same as another (${formatShare(near / compared)} of ${groupThousands(compared)} compared).`,
          'Remove near-duplicates, or keep them in one group, so that held-out numbers are honest.',
        ),
  'split-overlap': ({ duplicates: { acrossSplits } }) =>
    acrossSplits === 0
      ? null
      : warning(
          `${formatCount(acrossSplits, 'text stands', 'texts stand')} in more than one split of the data.`,
          'Take them out of training: what a model is measured with it must not have seen.',
        ),
  'conflicting-labels': ({ duplicates: { conflictingLabels }, labels }) =>
    labels === null || conflictingLabels === 0
      ? null
      : warning(
          `${formatCount(conflictingLabels, 'text has', 'texts have')} different labels in different places.`,
          'Settle which is right: a model cannot learn both.',
        ),
  'one-label': ({ labels }) =>
    labels?.kind !== 'classes' || labels.distinct !== 1 || labels.labelled < 2
      ? null
      : problem(
          `Every record has the same label, "${labels.classes[0]?.label ?? ''}".`,
          'Add records with other labels: there is nothing to tell apart.',
        ),
  'label-imbalance': labelImbalance,
  'rare-labels': ({ labels }) => {
    if (labels?.kind !== 'classes' || labels.distinct < 2) return null;
    const rare = labels.classes.filter(({ count }) => count < FEW_OF_A_LABEL);
    if (rare.length === 0 || labels.labelled < FEW_LABELLED) return null;
    const named = rare.slice(0, 3).map(({ label, count }) => `"${label}" ${count}`);
    return warning(
      `${formatCount(rare.length, 'label has', 'labels have')} fewer than ${FEW_OF_A_LABEL} examples: ${named.join(', ')}${rare.length > 3 ? ', …' : ''}.`,
      'Add examples, or join rare labels into one.',
    );
  },
  'too-long': ({ lengths, tableRecords, examined, model }) => {
    // Running text is cut into sequences and loses nothing.
    const rows = tableRecords * examined.share;
    if (model === null || rows === 0) return null;
    const share = Math.min(1, lengths.longerRows / rows);
    if (share < MANY_LONGER) return null;
    return warning(
      `${formatShare(share)} of the rows are longer than the ${model.maxLength} tokens that ${model.name} reads at once; their ends are cut off.`,
      'Choose a model that reads longer texts, or split them.',
    );
  },
  boilerplate: ({ boilerplate, cleaning }) => {
    const [most] = boilerplate;
    if (most === undefined || cleaning.includes('boilerplate')) return null;
    return warning(
      `${formatCount(boilerplate.length, 'line comes', 'lines come')} again and again: "${most.text}" ${groupThousands(most.count)} times.`,
      'Clean with the step "boilerplate", which removes such lines.',
    );
  },
  'personal-data': ({ personalData }) => {
    const all = personalData.reduce((sum, { count }) => sum + count, 0);
    if (all === 0) return null;
    const kinds = personalData.map(
      ({ kind, count }) => `${groupThousands(count)} ${personalDataText(kind, count)}`,
    );
    return warning(
      `There seems to be personal data: ${kinds.join(', ')}.`,
      'Mask it with the policy "Redact personal data" before the text goes anywhere.',
    );
  },
};

/** What is worth a word about the data, the worst first. */
export function warningsOf(profile: DataProfile): ProfileWarning[] {
  const found = Object.entries(CHECKS).flatMap(([code, check]): ProfileWarning[] => {
    const result = check(profile);
    return result === null ? [] : [{ code: code as ProfileWarningCode, ...result }];
  });
  const problems = found.filter(({ severity }) => severity === 'problem');
  return [...problems, ...found.filter(({ severity }) => severity === 'warning')];
}

/** The same profile with what a model made of a sample of the text. */
export function withScore(profile: DataProfile, score: ProfileScore): DataProfile {
  const scored = { ...profile, score };
  return { ...scored, warnings: warningsOf(scored) };
}

/** The most that a person should read before a run starts: problems, and the first warning. */
export function warningsBeforeTraining({ warnings }: DataProfile): string[] {
  const problems = warnings.filter(({ severity }) => severity === 'problem');
  return (problems.length > 0 ? problems : warnings.slice(0, 1)).map(
    ({ message, remedy }) => `${message} ${remedy}`,
  );
}

function tinyData({ isComplete, total, labels, files }: DataProfile): Found {
  if (!isComplete || total.words === 0) return null;
  if (labels !== null) {
    if (labels.labelled >= FEW_LABELLED) return null;
    return warning(
      `There ${labels.labelled === 1 ? 'is' : 'are'} only ${formatCount(labels.labelled, 'record')} with a label.`,
      'Add more: a few hundred at least, better some thousands.',
    );
  }
  const tokens = total.tokens ?? total.words;
  if (tokens >= FEW_TOKENS) return null;
  return warning(
    `There is little text: ${formatCount(tokens, total.tokens === null ? 'word' : 'token')} (${formatBytes(files.bytes)}).`,
    'Add more: a model learns little from less than some tens of pages, and what it learned cannot be measured well.',
  );
}

function otherLanguage({ model, languages }: DataProfile): Found {
  const [main] = languages.found;
  if (model === null || main === undefined || languages.certainty === 'none') return null;
  const known = model.languages.map(shortCode);
  // Models of many languages say so with a list or the word `multilingual`.
  if (known.length === 0 || known.includes('multilingual')) return null;
  const foreign = languages.found.filter(({ code }) => !known.includes(code));
  const share = foreign.reduce((sum, each) => sum + each.share, 0);
  if (share < OTHER_LANGUAGE && (share < 0.1 || languages.certainty === 'low')) return null;
  const named = foreign.slice(0, 3).map(({ name }) => name);
  const own = model.languages.map(languageName).join(', ');
  const isSure = languages.certainty !== 'low';
  return {
    severity: share >= OTHER_LANGUAGE && isSure ? 'problem' : 'warning',
    message: `${isSure ? '' : 'It seems that '}${formatShare(share)} of the text is ${named.join(', ')}, but ${model.name} was made for ${own}.`,
    remedy: 'Choose a model for this language, or leave those texts out.',
  };
}

function labelImbalance({ labels }: DataProfile): Found {
  if (labels?.kind !== 'classes' || labels.distinct < 2) return null;
  const most = labels.classes[0]!;
  const least = labels.classes.at(-1)!;
  if (most.count < IMBALANCE * least.count) return null;
  return warning(
    `The labels are out of balance: "${most.label}" ${groupThousands(most.count)} times, "${least.label}" ${groupThousands(least.count)}.`,
    'Train with class weights, watch macro F1 instead of accuracy, or add examples of the rare labels.',
  );
}

function problem(message: string, remedy: string): Found {
  return { severity: 'problem', message, remedy };
}

function warning(message: string, remedy: string): Found {
  return { severity: 'warning', message, remedy };
}

function examples(terms: readonly { readonly term: string }[]): string {
  return terms.length === 0
    ? ''
    : `, such as ${terms
        .slice(0, 3)
        .map(({ term }) => term)
        .join(', ')}`;
}
