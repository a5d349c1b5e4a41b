import { formatPerplexity, formatShare, groupThousands } from '../format.js';
import { languageName } from '../languageNames.js';
import { message, type Message } from '../messages/message.js';
import { renderMessage, type Words } from '../messages/render.js';
import type { DataProfile } from './profile.js';
import { usualOverSplit } from './profileBaseline.js';

/** A number of a profile, as the panel and the command line show it. */
export interface ProfileFact {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  /** Empty if there is nothing to add. */
  readonly note: string;
  /** Tooltip that explains the number. */
  readonly explanation: string;
}

interface Fact {
  readonly id: string;
  readonly label: Message;
  readonly value: (locale: string) => string;
  /** Joined by commas. */
  readonly notes: readonly Message[];
  readonly explanation: Message;
}

/** Numbers at the top of a profile, in the reader's language. */
export function profileFacts(profile: DataProfile, words: Words): ProfileFact[] {
  const facts = [
    ...sizeFacts(profile),
    ...lengthFacts(profile),
    ...languageFacts(profile),
    ...vocabularyFacts(profile),
    ...duplicateFacts(profile),
    ...scoreFacts(profile),
  ];
  const separator = words.locale.startsWith('zh') ? '，' : ', ';
  return facts.map(({ id, label, value, notes, explanation }) => ({
    id,
    label: renderMessage(label, words),
    value: value(words.locale),
    note: notes.map((note) => renderMessage(note, words)).join(separator),
    explanation: renderMessage(explanation, words),
  }));
}

function sizeFacts({ files, total, empty, veryShort, vocabulary }: DataProfile): Fact[] {
  const formats = files.formats.slice(0, 4).map(({ format }) => format);
  return [
    {
      id: 'files',
      label: message('fact.files'),
      value: (locale) => groupThousands(files.count, locale),
      notes: [
        message('fact.files.note', { size: { bytes: files.bytes }, formats: formats.join(', ') }),
      ],
      explanation: message('fact.files.explanation'),
    },
    {
      id: 'records',
      label: message('fact.records'),
      value: (locale) => groupThousands(total.records, locale),
      notes: [
        ...(empty > 0 ? [message('fact.records.empty', { empty })] : []),
        ...(veryShort > 0 ? [message('fact.records.short', { short: veryShort })] : []),
      ],
      explanation: message('fact.records.explanation'),
    },
    {
      id: 'words',
      label: message('fact.words'),
      value: (locale) => groupThousands(total.words, locale),
      notes: [message('fact.words.note', { count: total.characters })],
      explanation: message('fact.words.explanation'),
    },
    ...tokenFacts(total.tokens, vocabulary),
  ];
}

function tokenFacts(tokens: number | null, vocabulary: DataProfile['vocabulary']): Fact[] {
  if (tokens === null) return [];
  const ratio = Number((vocabulary?.tokensPerWord ?? 0).toFixed(2));
  return [
    {
      id: 'tokens',
      label: message('fact.tokens'),
      value: (locale) => groupThousands(tokens, locale),
      notes: vocabulary === null ? [] : [message('fact.tokens.note', { ratio })],
      explanation: message('fact.tokens.explanation'),
    },
  ];
}

function lengthFacts({ lengths, total, examined, model }: DataProfile): Fact[] {
  if (total.records === 0) return [];
  const at = (wanted: number): number =>
    lengths.quantiles.find(({ share }) => share === wanted)?.value ?? 0;
  const above =
    model === null || lengths.longer === 0
      ? { share: { share: 0.05 }, length: at(0.95) }
      : { share: { share: lengths.longer / examined.records }, length: model.maxLength };
  return [
    {
      id: 'length',
      label:
        lengths.unit === 'tokens' ? message('fact.length.tokens') : message('fact.length.words'),
      value: (locale) => groupThousands(at(0.5), locale),
      notes: [message('fact.length.above', above)],
      explanation: message('fact.length.explanation'),
    },
  ];
}

function languageFacts({ languages }: DataProfile): Fact[] {
  const [main] = languages.found;
  return [
    {
      id: 'language',
      label: message('fact.language'),
      value: (locale) => (main === undefined ? '–' : languageName(main.code, locale)),
      notes: [languageNote(languages)],
      explanation: message('fact.language.explanation'),
    },
  ];
}

function languageNote({ found: [main], certainty }: DataProfile['languages']): Message {
  if (main === undefined) return message('fact.language.none');
  const share = { share: main.share };
  switch (certainty) {
    case 'high':
      return message('fact.language.high', { share });
    case 'medium':
      return message('fact.language.medium', { share });
    case 'low':
      return message('fact.language.low', { share });
    case 'none':
      return message('fact.language.none');
  }
}

function vocabularyFacts({ vocabulary, model }: DataProfile): Fact[] {
  if (vocabulary === null || model === null || vocabulary.words === 0) return [];
  const { words, overSplit, unknown, pieces } = vocabulary;
  const usual = { share: usualOverSplit(model.vocabularySize) };
  return [
    {
      id: 'over-split',
      label: message('fact.overSplit'),
      value: (locale) => formatShare(overSplit / words, locale),
      notes: [message('fact.overSplit.note', { usual })],
      explanation: message('fact.overSplit.explanation', { pieces }),
    },
    {
      id: 'unknown',
      label: message('fact.unknown'),
      value: (locale) => formatShare(unknown / words, locale),
      notes: [message('fact.unknown.note', { count: unknown })],
      explanation: message('fact.unknown.explanation'),
    },
  ];
}

function duplicateFacts({ duplicates }: DataProfile): Fact[] {
  const { exactShare, near, compared, isEstimate } = duplicates;
  const share = { share: near / compared };
  return [
    {
      id: 'duplicates',
      label: message('fact.duplicates'),
      value: (locale) => `${isEstimate ? '≈' : ''}${formatShare(exactShare, locale)}`,
      notes: compared === 0 ? [] : [message('fact.duplicates.note', { share })],
      explanation: message('fact.duplicates.explanation'),
    },
  ];
}

function scoreFacts({ score }: DataProfile): Fact[] {
  if (score === null) return [];
  const { perplexity, baseline, maskedTokens } = score;
  const note =
    baseline === null
      ? message('fact.perplexity.note', { count: maskedTokens })
      : message('fact.perplexity.baseline', {
          perplexity: { perplexity: Math.exp(baseline.loss) },
        });
  return [
    {
      id: 'perplexity',
      label: message('fact.perplexity'),
      value: (locale) => formatPerplexity(perplexity, locale),
      notes: [note],
      explanation: message('fact.perplexity.explanation'),
    },
  ];
}
