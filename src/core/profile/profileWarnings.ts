import { listOfGroups } from '../data/lookAlikeLabels.js';
import { errorMessage, problemOf, type AppErrorData } from '../errors.js';
import { shortCode } from '../languageNames.js';
import {
  message,
  problem,
  type Argument,
  type Message,
  type Problem,
} from '../messages/message.js';
import type { DataProfile, ProfileScore, ProfileWarning, ProfileWarningCode } from './profile.js';
import { PERSONAL_DATA_TEXTS } from './profileNames.js';
import { cueMessage } from '../interference/cueTexts.js';
import { shortList } from '../text/shortList.js';
import { SPLIT_LABELS } from './profileNames.js';
import { usualOverSplit } from './profileBaseline.js';

type Found = Omit<ProfileWarning, 'code'> | null;

/** With fewer tokens, a model learns too little for reliable evaluations. */
const FEW_TOKENS = 20_000;
const FEW_LABELLED = 100;
const FEW_OF_A_LABEL = 10;
const MANY_DUPLICATES = 0.05;
const MANY_EMPTY = 0.05;
const MANY_LONGER = 0.05;
const MANY_UNKNOWN = 0.005;
const IMBALANCE = 10;
/** Nats per masked token above the model's own held-out loss. */
const HIGHER_LOSS = { warning: 0.5, problem: 1.5 };
const OTHER_LANGUAGE = 0.5;
const SHOWN = 3;
const NAMED_LABELS = 5;
/** Shifted texts below which most associations cannot be tested. */
const FEW_SHIFTED = 100;
/** A cue that gives a label away: this share of its texts has the label, and of the label the cue. */
const GIVES_AWAY = { share: 0.95, covered: 0.5, texts: 20, baseShare: 0.8 };

const CHECKS: Readonly<Record<ProfileWarningCode, (profile: DataProfile) => Found>> = {
  'no-text': ({ total, isComplete }) =>
    isComplete && total.words === 0 ? severe(problem('profile.noText')) : null,
  refused: ({ refusal }) =>
    refusal === null
      ? null
      : severe(
          problem('profile.refused', {
            reason: errorMessage(refusal),
            remedy: { remedyOf: problemOf(refusal) },
          }),
        ),
  'tiny-data': tinyData,
  'skipped-data': ({ files: { skipped, skippedExamples } }) =>
    skipped === 0
      ? null
      : warning(
          problem('profile.skippedData', { count: skipped, example: skippedExamples[0] ?? '' }),
        ),
  'file-doubts': ({ doubts }) =>
    doubts.length === 0
      ? null
      : warning(problem('profile.fileDoubts', { doubts: { list: doubts, join: 'sentences' } })),
  'empty-records': ({ empty, total }) => {
    if (empty <= MANY_EMPTY * total.records) return null;
    const share = { share: empty / total.records };
    return warning(problem('profile.emptyRecords', { count: empty, share }));
  },
  'other-language': otherLanguage,
  'unknown-words': ({ vocabulary, model }) => {
    if (vocabulary === null || model === null || vocabulary.words === 0) return null;
    const share = vocabulary.unknown / vocabulary.words;
    if (share < MANY_UNKNOWN) return null;
    const finding = problem('profile.unknownWords', {
      share: { share },
      model: model.name,
      examples: examples(vocabulary.unknownWords),
    });
    return { severity: share > 0.05 ? 'problem' : 'warning', finding };
  },
  'split-words': ({ vocabulary, model }) => {
    if (vocabulary === null || model === null || vocabulary.words < 200) return null;
    const share = vocabulary.overSplit / vocabulary.words;
    const usual = usualOverSplit(model.vocabularySize);
    if (share <= 2 * usual) return null;
    return warning(
      problem('profile.splitWords', {
        model: model.name,
        share: { share },
        pieces: vocabulary.pieces,
        usual: { share: usual },
        examples: examples(vocabulary.overSplitWords),
      }),
    );
  },
  'held-out-loss': higherLoss,
  duplicates: ({ duplicates: { exact, exactShare } }) =>
    exactShare < MANY_DUPLICATES
      ? null
      : warning(problem('profile.duplicates', { count: exact, share: { share: exactShare } })),
  'near-duplicates': ({ duplicates: { near, compared } }) => {
    if (compared === 0 || near / compared < MANY_DUPLICATES) return null;
    const share = { share: near / compared };
    return warning(problem('profile.nearDuplicates', { count: near, share, compared }));
  },
  'split-overlap': ({ duplicates: { acrossSplits } }) =>
    acrossSplits === 0 ? null : warning(problem('profile.splitLeakage', { count: acrossSplits })),
  'conflicting-labels': ({ duplicates: { conflictingLabels }, labels }) =>
    labels === null || conflictingLabels === 0
      ? null
      : warning(problem('profile.conflictingLabels', { count: conflictingLabels })),
  'one-label': ({ labels }) =>
    labels?.kind !== 'classes' || labels.distinct !== 1 || labels.labelled < 2
      ? null
      : severe(problem('profile.oneLabel', { label: labels.classes[0]?.label ?? '' })),
  'label-imbalance': labelImbalance,
  'rare-labels': rareLabels,
  'look-alike-labels': ({ labels }) => {
    if (labels === null || labels.lookAlikes.length === 0) return null;
    const { lookAlikes } = labels;
    return warning(
      problem('profile.lookAlikeLabels', {
        count: lookAlikes.length,
        groups: listOfGroups(lookAlikes),
      }),
    );
  },
  'label-typos': ({ labels }) => {
    if (labels === null || labels.typos.length === 0) return null;
    const { typos } = labels;
    const list = typos.slice(0, SHOWN).map((typo) => message('profile.typo', typo));
    return warning(
      problem('profile.labelTypos', { count: typos.length, typos: { list, join: 'and' } }),
    );
  },
  'missing-labels': ({ labels }) => {
    if (labels === null || labels.missing === 0) return null;
    const { missing: count, labelled } = labels;
    const share = { share: count / (count + labelled) };
    return warning(problem('profile.missingLabels', { count, share }));
  },
  'split-labels': ({ labels }) => {
    if (labels === null || labels.absent.length === 0) return null;
    const list = labels.absent.map(({ split, labels: absent }) =>
      message('profile.splitLabels', { split: SPLIT_LABELS[split], labels: quoted(absent) }),
    );
    return warning(problem('profile.splitWithoutLabels', { splits: { list, join: 'and' } }));
  },
  'label-leak': labelLeak,
  'shifted-skipped': ({ shifted }) =>
    shifted === null || shifted.skipped === 0
      ? null
      : warning(
          problem('profile.shiftedSkipped', {
            count: shifted.skipped,
            example: shifted.skippedExample ?? '',
          }),
        ),
  'shifted-unlabeled': ({ shifted }) =>
    shifted === null || shifted.unlabeled === 0
      ? null
      : warning(problem('profile.shiftedUnlabeled', { count: shifted.unlabeled })),
  'shifted-other-labels': ({ shifted, labels }) => {
    if (shifted === null || shifted.otherLabels.length === 0) return null;
    const count = shifted.otherLabels.reduce((sum, each) => sum + each.count, 0);
    const list = shifted.otherLabels.slice(0, SHOWN);
    return warning(
      problem('profile.shiftedOtherLabels', {
        count,
        labels: { list: list.map((each) => message('profile.labelCount', each)), join: 'and' },
        known: quoted(labels?.classes.map(({ label }) => label) ?? []),
      }),
    );
  },
  'shifted-overlap': ({ shifted }) => {
    if (shifted === null) return null;
    const { exact, near, places } = shifted.overlap;
    if (exact + near === 0) return null;
    const list = places.map(({ file, line }) =>
      message('profile.place', { file, line: String(line) }),
    );
    const args = { count: exact + near, exact, near, places: { list, join: 'and' } } as const;
    return warning(problem('profile.shiftedOverlap', args));
  },
  'shifted-copies': ({ shifted }) =>
    shifted === null || shifted.copies === 0
      ? null
      : warning(problem('profile.shiftedCopies', { count: shifted.copies })),
  'shifted-one-label': ({ shifted }) =>
    shifted?.labels.length !== 1
      ? null
      : severe(problem('profile.shiftedOneLabel', { label: shifted.labels[0]!.label })),
  'shifted-absent-labels': ({ shifted }) =>
    shifted === null || shifted.labels.length < 2 || shifted.absentLabels.length === 0
      ? null
      : warning(problem('profile.shiftedAbsentLabels', { labels: quoted(shifted.absentLabels) })),
  'shifted-small': ({ shifted }) =>
    shifted === null || shifted.compared >= FEW_SHIFTED
      ? null
      : warning(problem('profile.shiftedSmall', { count: shifted.compared, least: FEW_SHIFTED })),
  'too-long': ({ lengths, tableRecords, examined, model }) => {
    // Running text is split into sequences and loses nothing.
    const rows = tableRecords * examined.share;
    if (model === null || rows === 0 || lengths.isWindowed) return null;
    const share = Math.min(1, lengths.longerRows / rows);
    if (share < MANY_LONGER) return null;
    const { name, maxLength } = model;
    const { sequenceLength } = lengths;
    const told = { share: { share }, maxLength: sequenceLength ?? maxLength };
    return sequenceLength === null || sequenceLength >= maxLength
      ? warning(problem('profile.tooLong', { ...told, model: name }))
      : warning(problem('profile.truncated', { ...told, model: name, limit: maxLength }));
  },
  boilerplate: ({ boilerplate, cleaning }) => {
    const [most] = boilerplate;
    if (most === undefined || cleaning.includes('boilerplate')) return null;
    return warning(
      problem('profile.boilerplate', {
        count: boilerplate.length,
        line: most.text,
        times: most.count,
      }),
    );
  },
  'personal-data': ({ personalData }) => {
    const list = personalData.flatMap(({ kind, count }) =>
      count === 0 ? [] : [PERSONAL_DATA_TEXTS[kind].counted(count)],
    );
    if (list.length === 0) return null;
    return warning(problem('profile.personalData', { kinds: { list, join: 'and' } }));
  },
};

/** Findings about the data, most severe first. */
export function warningsOf(profile: DataProfile): ProfileWarning[] {
  const found = Object.entries(CHECKS).flatMap(([code, check]): ProfileWarning[] => {
    const result = check(profile);
    return result === null ? [] : [{ code: code as ProfileWarningCode, ...result }];
  });
  const problems = found.filter(({ severity }) => severity === 'problem');
  return [...problems, ...found.filter(({ severity }) => severity === 'warning')];
}

/** The same profile with the score of a sample of its text by a model. */
export function withScore(profile: DataProfile, score: ProfileScore): DataProfile {
  const scored = { ...profile, score };
  return { ...scored, warnings: warningsOf(scored) };
}

/** The same profile with the error with which a run would refuse the data, and more notes. */
export function withTrainingFindings(
  profile: DataProfile,
  { refusal, notes }: { readonly refusal: AppErrorData | null; readonly notes: readonly Message[] },
): DataProfile {
  const known = new Set([...profile.notes, ...profile.doubts].map((note) => JSON.stringify(note)));
  const more = notes.filter((note) => !known.has(JSON.stringify(note)));
  const found = { ...profile, refusal, notes: [...profile.notes, ...more] };
  return { ...found, warnings: warningsOf(found) };
}

/** Findings to read before a run starts, most severe first. */
export function warningsBeforeTraining({ warnings }: DataProfile): Problem[] {
  return warnings.map(({ finding }) => finding);
}

function tinyData({ isComplete, total, labels, files }: DataProfile): Found {
  if (!isComplete || total.words === 0) return null;
  if (labels !== null) {
    if (labels.labelled >= FEW_LABELLED) return null;
    return warning(problem('profile.fewLabels', { count: labels.labelled }));
  }
  const count = total.tokens ?? total.words;
  if (count >= FEW_TOKENS) return null;
  const size =
    total.tokens === null
      ? message('profile.words', { count })
      : message('profile.tokens', { count });
  return warning(problem('profile.littleText', { size, bytes: { bytes: files.bytes } }));
}

function otherLanguage({ model, languages }: DataProfile): Found {
  const [main] = languages.found;
  if (model === null || main === undefined || languages.certainty === 'none') return null;
  const known = model.languages.map(shortCode);
  // Multilingual models name many languages or the word `multilingual`.
  if (known.length === 0 || known.includes('multilingual')) return null;
  const foreign = languages.found.filter(({ code }) => !known.includes(code));
  const share = foreign.reduce((sum, each) => sum + each.share, 0);
  if (share < OTHER_LANGUAGE && (share < 0.1 || languages.certainty === 'low')) return null;
  const named = (codes: readonly string[]): Argument => ({
    list: codes.map((language) => ({ language })),
    join: 'and',
  });
  const isSure = languages.certainty !== 'low';
  const args = {
    share: { share },
    found: named(foreign.slice(0, SHOWN).map(({ code }) => code)),
    model: model.name,
    known: named(model.languages),
  };
  return isSure
    ? {
        severity: share >= OTHER_LANGUAGE ? 'problem' : 'warning',
        finding: problem('profile.otherLanguage', args),
      }
    : warning(problem('profile.otherLanguageLikely', args));
}

function higherLoss({ score, model }: DataProfile): Found {
  if (score?.baseline == null || model === null) return null;
  const difference = score.loss - score.baseline.loss;
  // A difference within the sampling error is not reported.
  if (difference < Math.max(HIGHER_LOSS.warning, 2 * score.standardError)) return null;
  const finding = problem('profile.higherLoss', {
    model: model.name,
    perplexity: { perplexity: score.perplexity },
    usualPerplexity: { perplexity: Math.exp(score.baseline.loss) },
    loss: { loss: score.loss },
    usualLoss: { loss: score.baseline.loss },
  });
  return { severity: difference > HIGHER_LOSS.problem ? 'problem' : 'warning', finding };
}

/** A cue that nearly decides a label; words that merely speak for one are in the list of leaks. */
function labelLeak({ leaks }: DataProfile): Found {
  if (leaks === null) return null;
  const found = leaks.found.flatMap((leak) => {
    const { share, baseShare, withLabel } = leak;
    const covered = withLabel / (baseShare * leaks.texts);
    const givesAway =
      share >= GIVES_AWAY.share &&
      covered >= GIVES_AWAY.covered &&
      withLabel >= GIVES_AWAY.texts &&
      baseShare <= GIVES_AWAY.baseShare;
    return givesAway ? [{ ...leak, covered }] : [];
  });
  const [strongest] = found.sort((a, b) => b.z - a.z);
  if (strongest === undefined) return null;
  const { cue, label, texts, share, covered } = strongest;
  return warning(
    problem('profile.labelLeak', {
      cue: cueMessage(cue),
      label,
      count: texts,
      share: { share },
      covered: { share: covered },
    }),
  );
}

/** The problem that the labels of data are imbalanced; `null` if they are not. */
export function imbalanceOf(profile: DataProfile): Problem | null {
  return labelImbalance(profile)?.finding ?? null;
}

function labelImbalance({ labels }: DataProfile): Found {
  if (labels?.kind !== 'classes' || labels.distinct < 2) return null;
  const most = labels.classes[0]!;
  const least = labels.classes.at(-1)!;
  if (most.count < IMBALANCE * least.count) return null;
  return warning(
    problem('profile.labelImbalance', {
      most: message('profile.labelCount', most),
      least: message('profile.labelCount', least),
    }),
  );
}

function rareLabels({ labels }: DataProfile): Found {
  if (labels?.kind !== 'classes' || labels.distinct < 2) return null;
  // Of more classes than are listed, such as those of free text, rare ones are not news.
  if (labels.distinct > labels.classes.length) return null;
  const rare = labels.classes.filter(({ count }) => count < FEW_OF_A_LABEL);
  if (rare.length === 0 || labels.labelled < FEW_LABELLED) return null;
  const list = rare.slice(0, SHOWN).map((each) => message('profile.labelCount', each));
  return warning(
    problem('profile.rareLabels', {
      count: rare.length,
      least: FEW_OF_A_LABEL,
      labels: { list, join: 'and' },
    }),
  );
}

function severe(finding: Problem): Found {
  return { severity: 'problem', finding };
}

function warning(finding: Problem): Found {
  return { severity: 'warning', finding };
}

function quoted(labels: readonly string[]): Argument {
  return shortList(
    labels.map((label) => `"${label}"`),
    NAMED_LABELS,
  );
}

function examples(terms: readonly { readonly term: string }[]): Argument {
  const list = terms.slice(0, SHOWN).map(({ term }) => term);
  return list.length === 0 ? '' : message('profile.examples', { words: { list, join: 'and' } });
}
