import {
  formatBytes,
  formatCount,
  formatPerplexity,
  formatShare,
  groupThousands,
} from '../format.js';
import type { PersonalData } from '../masking/policy/policy.js';
import type { DataProfile } from './profile.js';
import { usualOverSplit } from './profileBaseline.js';

/** A number of a profile as the panel and the command line show it. */
export interface ProfileFact {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  /** Empty where there is nothing to add. */
  readonly note: string;
  /** For people who wonder what the number is. */
  readonly explanation: string;
}

/** The numbers of a profile that come first. */
export function profileFacts(profile: DataProfile): ProfileFact[] {
  return [
    ...sizeFacts(profile),
    ...lengthFacts(profile),
    ...languageFacts(profile),
    ...vocabularyFacts(profile),
    ...duplicateFacts(profile),
    ...scoreFacts(profile),
  ];
}

function sizeFacts({ files, total, empty, veryShort, vocabulary }: DataProfile): ProfileFact[] {
  const short = [
    ...(empty > 0 ? [`${groupThousands(empty)} empty`] : []),
    ...(veryShort > 0 ? [`${groupThousands(veryShort)} of 1–2 words`] : []),
  ];
  return [
    {
      id: 'files',
      label: 'Files',
      value: groupThousands(files.count),
      note: `${formatBytes(files.bytes)}, ${files.formats
        .map(({ format }) => format)
        .slice(0, 4)
        .join(', ')}`,
      explanation: 'Files that were read, their size and their formats',
    },
    {
      id: 'records',
      label: 'Records',
      value: groupThousands(total.records),
      note: short.join(', '),
      explanation: 'Rows of tables and paragraphs of running text',
    },
    {
      id: 'words',
      label: 'Words',
      value: groupThousands(total.words),
      note: `${groupThousands(total.characters)} characters`,
      explanation: 'Words, by Unicode segmentation where there are no spaces between them',
    },
    ...(total.tokens === null
      ? []
      : [
          {
            id: 'tokens',
            label: 'Tokens',
            value: groupThousands(total.tokens),
            note: vocabulary === null ? '' : `${vocabulary.tokensPerWord.toFixed(2)} a word`,
            explanation: 'Pieces that the model reads the text in',
          },
        ]),
  ];
}

function lengthFacts({ lengths, total, examined, model }: DataProfile): ProfileFact[] {
  if (total.records === 0) return [];
  const at = (wanted: number): string =>
    groupThousands(lengths.quantiles.find(({ share }) => share === wanted)?.value);
  const longer =
    model === null || lengths.longer === 0
      ? `5% above ${at(0.95)}`
      : `${formatShare(lengths.longer / examined.records)} above ${groupThousands(model.maxLength)}`;
  return [
    {
      id: 'length',
      label: `Median length, ${lengths.unit}`,
      value: at(0.5),
      note: longer,
      explanation: 'Half of the records are longer; with the special tokens that the model sees',
    },
  ];
}

const CERTAINTY = { high: 'sure', medium: 'fairly sure', low: 'a guess', none: '' } as const;

function languageFacts({ languages: { found, certainty } }: DataProfile): ProfileFact[] {
  const [main] = found;
  return [
    {
      id: 'language',
      label: 'Language',
      value: main?.name ?? '–',
      note:
        main === undefined
          ? 'too little to tell'
          : `${formatShare(main.share)}, ${CERTAINTY[certainty]}`,
      explanation: 'The most frequent language of a sample of the texts, and its share',
    },
  ];
}

function vocabularyFacts({ vocabulary, model }: DataProfile): ProfileFact[] {
  if (vocabulary === null || model === null || vocabulary.words === 0) return [];
  return [
    {
      id: 'over-split',
      label: 'Over-split words',
      value: formatShare(vocabulary.overSplit / vocabulary.words),
      note: `about ${formatShare(usualOverSplit(model.vocabularySize))} is usual`,
      explanation: `Words that the model's tokenizer breaks into ${vocabulary.pieces} pieces or more`,
    },
    {
      id: 'unknown',
      label: 'Unknown words',
      value: formatShare(vocabulary.unknown / vocabulary.words),
      note: formatCount(vocabulary.unknown, 'word'),
      explanation: 'Words with characters that the model cannot spell',
    },
  ];
}

function duplicateFacts({ duplicates }: DataProfile): ProfileFact[] {
  const { exactShare, near, compared, isEstimate } = duplicates;
  return [
    {
      id: 'duplicates',
      label: 'Duplicates',
      value: `${isEstimate ? '≈' : ''}${formatShare(exactShare)}`,
      note: compared === 0 ? '' : `${formatShare(near / compared)} nearly the same`,
      explanation: 'Records whose text came before, headings of running text aside',
    },
  ];
}

function scoreFacts({ score }: DataProfile): ProfileFact[] {
  if (score === null) return [];
  const { perplexity, baseline, maskedTokens } = score;
  return [
    {
      id: 'perplexity',
      label: 'Perplexity',
      value: formatPerplexity(perplexity),
      note:
        baseline === null
          ? formatCount(maskedTokens, 'masked token')
          : `${formatPerplexity(Math.exp(baseline.loss))} on its own text`,
      explanation:
        'How well the model predicts words masked at random in a sample of this text; lower is better',
    },
  ];
}

export const SPLIT_TEXT: Readonly<Record<DataProfile['splits'][number]['name'], string>> = {
  train: 'train',
  heldOut: 'held-out',
  test: 'test',
  none: 'not said',
};

const PERSONAL_DATA_TEXT: Readonly<Record<PersonalData, readonly [one: string, many: string]>> = {
  email: ['e-mail address', 'e-mail addresses'],
  phone: ['phone number', 'phone numbers'],
  card: ['card number', 'card numbers'],
  iban: ['bank account', 'bank accounts'],
  ip: ['IP address', 'IP addresses'],
  key: ['key or password', 'keys or passwords'],
};

/** `e-mail addresses` of `email`. */
export function personalDataText(kind: PersonalData, count: number): string {
  const [one, many] = PERSONAL_DATA_TEXT[kind];
  return count === 1 ? one : many;
}
