import * as z from 'zod';

export const MASKING_UNITS = ['token', 'word', 'span', 'entity', 'sentence'] as const;
export type MaskingUnit = (typeof MASKING_UNITS)[number];

export const PARTS_OF_SPEECH = [
  'noun',
  'verb',
  'adjective',
  'adverb',
  'pronoun',
  'preposition',
  'conjunction',
  'determiner',
] as const;
export type PartOfSpeech = (typeof PARTS_OF_SPEECH)[number];

export const ENTITY_KINDS = ['person', 'place', 'organization', 'date', 'number', 'money'] as const;
export type EntityKind = (typeof ENTITY_KINDS)[number];

export const PERSONAL_DATA = ['email', 'phone', 'card', 'iban', 'ip', 'key'] as const;
export type PersonalData = (typeof PERSONAL_DATA)[number];

/** Word lists that come with Masklab; `builtin:<name>` in a policy. */
export const BUILTIN_LEXICONS = ['opinion-en', 'stop-words-en', 'names-en'] as const;

const share = z.number().min(0).max(1);

const UNIT_HELP: Readonly<Record<MaskingUnit, string>> = {
  token: 'Tokens of the model, which can be parts of words.',
  word: 'Whole words with all their tokens, including Chinese and Japanese words.',
  span: 'Consecutive words; `span` sets the number of words.',
  entity: 'Named entities (English) as a whole, and other words one by one.',
  sentence: 'Whole sentences.',
};
const unitSchema = z.enum(MASKING_UNITS).meta({ enumDescriptions: Object.values(UNIT_HELP) });

const replaceSchema = z
  .strictObject({
    mask: share.describe('Fraction that is replaced by the mask token.'),
    random: share.describe('Fraction that is replaced by random tokens.'),
    keep: share.describe('Fraction that is kept unchanged but still predicted.'),
  })
  .refine((r) => Math.abs(r.mask + r.random + r.keep - 1) < 1e-9)
  .meta({
    description:
      'Fractions of the masked tokens by replacement; they sum to 1. Default: 0.8, 0.1 and 0.1, as in BERT (Devlin et al. 2019).',
    examples: [
      { mask: 0.8, random: 0.1, keep: 0.1 },
      { mask: 1, random: 0, keep: 0 },
    ],
  });

/** A place in a file, found again after edits by its text and the text around it. */
const placeSchema = z.strictObject({
  file: z.string().min(1).describe('Path of the file, relative to the policy file.'),
  text: z.string().min(1).describe('Text at the place.'),
  before: z.string().default('').describe('Text before the place, to identify it among others.'),
  after: z.string().default('').describe('Text after the place.'),
});

/** Selectors of a rule, which has exactly one of them. */
const selectors = {
  words: z
    .array(z.string().min(1))
    .min(1)
    .meta({
      description: 'Words or phrases to find, ignoring case.',
      examples: [['excellent', 'waste of time']],
    }),
  lexicon: z
    .string()
    .min(1)
    .meta({
      description: `Word list to find words of: ${BUILTIN_LEXICONS.map((name) => `builtin:${name}`).join(', ')}, or the path of a text file with one entry per line, relative to this file.`,
      examples: [...BUILTIN_LEXICONS.map((name) => `builtin:${name}`), 'words.txt'],
    }),
  pattern: z
    .string()
    .min(1)
    .meta({
      description:
        'Regular expression in RE2 syntax, without look-around and back-references. ^ and $ match at the start and end of a line; (?i) at the start ignores case. In long texts, a match can end after 250 characters.',
      examples: ['\\b[A-Z]{2,5}-[0-9]+\\b', '(?i)\\bhttps?://\\S+'],
    }),
  partOfSpeech: z
    .array(z.enum(PARTS_OF_SPEECH))
    .min(1)
    .meta({
      description: 'Parts of speech to find (English).',
      examples: [['adjective', 'adverb'], ['noun']],
    }),
  entities: z
    .array(z.enum(ENTITY_KINDS))
    .min(1)
    .meta({
      description: 'Kinds of named entities to find (English).',
      examples: [['person'], ['person', 'place', 'organization']],
    }),
  personalData: z
    .array(z.enum(PERSONAL_DATA))
    .min(1)
    .meta({
      description:
        'Kinds of personal data to find; card numbers and IBANs only with valid check digits. By default, all of it is replaced by the mask token; set `replace` to change that.',
      examples: [[...PERSONAL_DATA], ['email', 'phone']],
    }),
  keywords: z
    .strictObject({
      top: z
        .int()
        .min(1)
        .default(10)
        .describe('Number of words per text, in order of descending TF-IDF. Default: 10.'),
    })
    .meta({
      description:
        'Words that are characteristic of a text in comparison to the rest of the data, by TF-IDF.',
      examples: [{ top: 10 }],
    }),
  collocations: z
    .strictObject({
      minimumCount: z
        .int()
        .min(2)
        .default(5)
        .describe('Minimum number of occurrences in the data. Default: 5.'),
      maximumWords: z
        .int()
        .min(2)
        .max(5)
        .default(3)
        .describe('Maximum number of words in a phrase, between 2 and 5. Default: 3.'),
      share: share
        .default(0.25)
        .describe('Fraction of the candidates to use, in order of descending PMI. Default: 0.25.'),
    })
    .meta({
      description:
        'Phrases of words that often occur together, by pointwise mutual information (Levine et al. 2021).',
      examples: [{ minimumCount: 5, maximumWords: 3, share: 0.25 }],
    }),
  places: z.array(placeSchema).min(1).describe('Places selected by hand.'),
  fromAudit: z
    .string()
    .min(1)
    .describe(
      'Path of the JSON report of a model audit, relative to this file. The words in its findings are found.',
    ),
} as const;
export type SelectorName = keyof typeof selectors;
export const SELECTOR_NAMES = Object.keys(selectors) as readonly SelectorName[];

const optionalSelectors = z.object(selectors).partial().shape;

function hasOneSelector(rule: Readonly<Record<string, unknown>>): boolean {
  return SELECTOR_NAMES.filter((name) => rule[name] !== undefined).length === 1;
}

export const maskingRuleSchema = z
  .strictObject({
    name: z.string().min(1).describe('Name of the rule in previews and reports.'),
    rate: share
      .default(1)
      .describe('Fraction of the found tokens to mask, between 0 and 1. Default: 1.'),
    unit: unitSchema
      .optional()
      .describe('Unit that is masked as a whole. Default: each match of the rule.'),
    replace: replaceSchema.optional(),
    replaceWith: z
      .string()
      .min(1)
      .optional()
      .meta({
        description: 'Text that replaces each match in a masked dataset. Default: mask tokens.',
        examples: ['<EMAIL>', '<NAME>', '[REDACTED]'],
      }),
    ...optionalSelectors,
  })
  .refine(hasOneSelector)
  .meta({
    defaultSnippets: [
      { label: 'Rule: words', body: { name: '$1', words: ['$2'], rate: 1 } },
      { label: 'Rule: word list', body: { name: '$1', lexicon: 'builtin:opinion-en', rate: 0.5 } },
      { label: 'Rule: pattern', body: { name: '$1', pattern: '$2', rate: 1 } },
      {
        label: 'Rule: personal data',
        body: { name: 'personal data', personalData: ['email', 'phone'], replaceWith: '<$1>' },
      },
      { label: 'Rule: keywords', body: { name: 'keyword', keywords: { top: 10 }, rate: 0.5 } },
    ],
  });
export type MaskingRule = z.infer<typeof maskingRuleSchema>;

const neverSchema = z
  .strictObject(optionalSelectors)
  .refine(hasOneSelector)
  .meta({
    defaultSnippets: [
      { label: 'Never: words', body: { words: ['$1'] } },
      { label: 'Never: word list', body: { lexicon: 'builtin:stop-words-en' } },
      { label: 'Never: pattern', body: { pattern: '$1' } },
    ],
  });

/** Masking policy, version 1: rules, rates and replacements. Unknown keys are rejected. */
export const maskingPolicySchema = z
  .strictObject({
    $schema: z.string().optional().describe('Ignored by Masklab; used by some editors.'),
    version: z.literal(1).describe('Version of the policy format.'),
    name: z
      .string()
      .min(1)
      .optional()
      .describe('Name of the policy in reports. Default: the name of the file.'),
    description: z.string().optional().describe('Description for readers of the policy.'),
    seed: z
      .int()
      .min(0)
      .default(0)
      .describe(
        'Seed of the random choices. The same seed masks a text in the same way. Default: 0.',
      ),
    rate: share
      .lt(1)
      .default(0.15)
      .meta({
        description:
          'Mask rate for text that no rule covers: fraction of its tokens to mask at random, less than 1. Default: 0.15.',
        examples: [0.15, 0.3, 0],
      }),
    unit: unitSchema
      .default('token')
      .describe('Unit that is masked as a whole outside of rules. Default: token.'),
    span: z
      .strictObject({
        distribution: z
          .literal('geometric')
          .default('geometric')
          .describe('Distribution of the span lengths.'),
        p: z
          .number()
          .gt(0)
          .max(1)
          .default(0.2)
          .describe(
            'Probability that a span ends after each word. Higher values give shorter spans. Default: 0.2.',
          ),
        max: z
          .int()
          .min(1)
          .max(50)
          .default(10)
          .describe('Maximum number of words in a span, between 1 and 50. Default: 10.'),
      })
      .prefault({})
      .describe('Span lengths in words for the unit span, as in SpanBERT (Joshi et al. 2020).'),
    replace: replaceSchema.default({ mask: 0.8, random: 0.1, keep: 0.1 }),
    randomFrom: z
      .enum(['vocabulary', 'same-class'])
      .default('vocabulary')
      .describe(
        'Source of random replacements: any token of the vocabulary, or tokens of the same class (case, digits, word list of the rule). Default: vocabulary.',
      ),
    rules: z
      .array(maskingRuleSchema)
      .default([])
      .describe('Rules in order of precedence: the first rule that matches a word applies to it.'),
    always: z
      .array(z.string().min(1))
      .default([])
      .describe('Words that are always replaced by the mask token, regardless of `replace`.'),
    never: z
      .array(neverSchema)
      .default([])
      .describe('Text that is never masked, neither by rules, by `always` nor at random.'),
    schedule: z
      .strictObject({ from: share.lt(1), to: share.lt(1) })
      .nullable()
      .default(null)
      .describe(
        'Changes the rate linearly during training, from one value to another. Default: constant rate.',
      ),
    dynamic: z
      .boolean()
      .default(true)
      .describe('Draw new masks in each epoch (Liu et al. 2019) instead of once. Default: true.'),
  })
  // The last two are extensions of VS Code, which then treats a policy as JSON with comments.
  .meta({ title: 'Masklab masking policy', allowComments: true, allowTrailingCommas: true });
export type MaskingPolicy = z.infer<typeof maskingPolicySchema>;

export const BERT_MASKING: MaskingPolicy = maskingPolicySchema.parse({ version: 1 });

/** A policy with another mask rate in place of its rate and schedule. Default: unchanged. */
export function withRate(policy: MaskingPolicy, rate: number | undefined): MaskingPolicy {
  return rate === undefined ? policy : { ...policy, rate, schedule: null };
}
