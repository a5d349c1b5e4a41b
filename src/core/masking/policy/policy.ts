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

/** Word lists that come with Masklab, named `builtin:<name>` in a policy. */
export const BUILTIN_LEXICONS = ['opinion-en', 'stop-words-en', 'names-en'] as const;

const share = z.number().min(0).max(1);

const UNIT_HELP: Readonly<Record<MaskingUnit, string>> = {
  token: 'Tokens of the model: pieces of words.',
  word: 'Whole words, with all their tokens. Chinese and Japanese words too.',
  span: 'Several words in a row, as many as `span` says.',
  entity: 'Names as a whole (English); other words one by one.',
  sentence: 'Whole sentences.',
};
const unitSchema = z.enum(MASKING_UNITS).meta({ enumDescriptions: Object.values(UNIT_HELP) });

const replaceSchema = z
  .strictObject({
    mask: share.describe('Share that becomes the mask token.'),
    random: share.describe('Share that becomes another word at random.'),
    keep: share.describe('Share that stays as it is, and is predicted all the same.'),
  })
  .refine((r) => Math.abs(r.mask + r.random + r.keep - 1) < 1e-9, {
    message: 'mask, random and keep must sum to 1',
  })
  .meta({
    description:
      'What becomes of what is selected; the three sum to 1. BERT: 0.8, 0.1, 0.1 (Devlin et al. 2019).',
    examples: [
      { mask: 0.8, random: 0.1, keep: 0.1 },
      { mask: 1, random: 0, keep: 0 },
    ],
  });

/** A place in a file, found by its text and what stands around it, so that edits do not lose it. */
const placeSchema = z.strictObject({
  file: z.string().min(1).describe('Relative to the policy file.'),
  text: z.string().min(1).describe('What stands there.'),
  before: z.string().default('').describe('What stands before it, to tell it from others.'),
  after: z.string().default('').describe('What stands behind it.'),
});

/** What a rule looks for. Exactly one of them stands in a rule. */
const selectors = {
  words: z
    .array(z.string().min(1))
    .min(1)
    .meta({
      description: 'These words or phrases, in any case.',
      examples: [['excellent', 'waste of time']],
    }),
  lexicon: z
    .string()
    .min(1)
    .meta({
      description: `A word list: ${BUILTIN_LEXICONS.map((name) => `builtin:${name}`).join(', ')}, or a text file with one entry a line, relative to this file.`,
      examples: [...BUILTIN_LEXICONS.map((name) => `builtin:${name}`), 'words.txt'],
    }),
  pattern: z
    .string()
    .min(1)
    .meta({
      description:
        'A regular expression in RE2 syntax: linear time, hence no look-around and no back-references. ^ and $ are the borders of lines; (?i) at its start is for any case. In long texts a match of more than 250 characters may be cut short.',
      examples: ['\\b[A-Z]{2,5}-[0-9]+\\b', '(?i)\\bhttps?://\\S+'],
    }),
  partOfSpeech: z
    .array(z.enum(PARTS_OF_SPEECH))
    .min(1)
    .meta({
      description: 'Words of these parts of speech (English).',
      examples: [['adjective', 'adverb'], ['noun']],
    }),
  entities: z
    .array(z.enum(ENTITY_KINDS))
    .min(1)
    .meta({
      description: 'Named entities (English).',
      examples: [['person'], ['person', 'place', 'organization']],
    }),
  personalData: z
    .array(z.enum(PERSONAL_DATA))
    .min(1)
    .meta({
      description:
        'Personal data: card numbers and IBANs only where their check digits are right. All that is found is masked, none of it kept, unless `replace` stands in the rule.',
      examples: [[...PERSONAL_DATA], ['email', 'phone']],
    }),
  keywords: z
    .strictObject({
      top: z.int().min(1).default(10).describe('Words a text, the highest TF-IDF first.'),
    })
    .meta({
      description: 'The words that set a text apart from the rest of the data, by TF-IDF.',
      examples: [{ top: 10 }],
    }),
  collocations: z
    .strictObject({
      minimumCount: z.int().min(2).default(5).describe('Occurrences in the data.'),
      maximumWords: z.int().min(2).max(5).default(3).describe('Of a phrase.'),
      share: share.default(0.25).describe('Share of the candidates kept, the highest PMI first.'),
    })
    .meta({
      description:
        'Words that belong together, by pointwise mutual information (Levine et al. 2021).',
      examples: [{ minimumCount: 5, maximumWords: 3, share: 0.25 }],
    }),
  places: z.array(placeSchema).min(1).describe('Places chosen by hand.'),
  fromAudit: z
    .string()
    .min(1)
    .describe('The findings of an audit of a model: a JSON file, relative to this one.'),
} as const;
export type SelectorName = keyof typeof selectors;
export const SELECTOR_NAMES = Object.keys(selectors) as readonly SelectorName[];

const optionalSelectors = z.object(selectors).partial().shape;

function hasOneSelector(rule: Readonly<Record<string, unknown>>): boolean {
  return SELECTOR_NAMES.filter((name) => rule[name] !== undefined).length === 1;
}
const ONE_SELECTOR = { message: `name exactly one of ${SELECTOR_NAMES.join(', ')}` };

export const maskingRuleSchema = z
  .strictObject({
    name: z.string().min(1).describe('What previews and reports call the rule.'),
    rate: share.default(1).describe('Share of what the rule finds, in tokens, that is masked.'),
    unit: unitSchema
      .optional()
      .describe('What is masked as a whole; what the rule finds, unless it is said here.'),
    replace: replaceSchema.optional(),
    replaceWith: z
      .string()
      .min(1)
      .optional()
      .meta({
        description: 'Stands in the place of what is masked in a masked dataset.',
        examples: ['<EMAIL>', '<NAME>', '[REDACTED]'],
      }),
    ...optionalSelectors,
  })
  .refine(hasOneSelector, ONE_SELECTOR)
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
  .refine(hasOneSelector, ONE_SELECTOR)
  .meta({
    defaultSnippets: [
      { label: 'Never: words', body: { words: ['$1'] } },
      { label: 'Never: word list', body: { lexicon: 'builtin:stop-words-en' } },
      { label: 'Never: pattern', body: { pattern: '$1' } },
    ],
  });

/** A masking policy, version 1: what to mask and what to put there. Unknown keys are refused. */
export const maskingPolicySchema = z
  .strictObject({
    $schema: z.string().optional().describe('Ignored; editors may want it.'),
    version: z.literal(1).describe('Of the form of policies.'),
    name: z.string().min(1).optional().describe('What reports call the policy.'),
    description: z.string().optional().describe('For people who read it.'),
    seed: z.int().min(0).default(0).describe('The same seed masks the same text in the same way.'),
    rate: share
      .lt(1)
      .default(0.15)
      .meta({
        description:
          'Share, in tokens, of the text that no rule covers that is masked at random; 0 for none.',
        examples: [0.15, 0.3, 0],
      }),
    unit: unitSchema
      .default('token')
      .describe('What is masked as a whole where no rule says otherwise.'),
    span: z
      .strictObject({
        distribution: z
          .literal('geometric')
          .default('geometric')
          .describe('How likely each length is.'),
        p: z
          .number()
          .gt(0)
          .max(1)
          .default(0.2)
          .describe('Chance that a span ends with a word: the higher, the shorter.'),
        max: z.int().min(1).max(50).default(10).describe('Words.'),
      })
      .prefault({})
      .describe('Lengths of spans in words, as in SpanBERT (Joshi et al. 2020).'),
    replace: replaceSchema.default({ mask: 0.8, random: 0.1, keep: 0.1 }),
    randomFrom: z
      .enum(['vocabulary', 'same-class'])
      .default('vocabulary')
      .describe(
        'Where random replacements come from: any token, or words of the same class (case, digits, what rule found it).',
      ),
    rules: z.array(maskingRuleSchema).default([]).describe('The first that matches a word counts.'),
    always: z
      .array(z.string().min(1))
      .default([])
      .describe('Words that are always masked, whatever `replace` says.'),
    never: z
      .array(neverSchema)
      .default([])
      .describe('What no rule and no chance may mask, `always` included.'),
    schedule: z
      .strictObject({ from: share.lt(1), to: share.lt(1) })
      .nullable()
      .default(null)
      .describe('Training moves the rate from one value to the other, step by step.'),
    dynamic: z
      .boolean()
      .default(true)
      .describe('Masks anew each epoch (Liu et al. 2019); false masks once.'),
  })
  // The last two are VS Code's own words: it takes a policy for JSON with comments then.
  .meta({ title: 'Masklab masking policy', allowComments: true, allowTrailingCommas: true });
export type MaskingPolicy = z.infer<typeof maskingPolicySchema>;

export const BERT_MASKING: MaskingPolicy = maskingPolicySchema.parse({ version: 1 });
