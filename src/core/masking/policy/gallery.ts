import { message, verbatim, type Message } from '../../messages/message.js';
import { ENGLISH, renderMessage } from '../../messages/render.js';

/** A ready-made policy to start from. */
export interface GalleryPolicy {
  /** Name of the file, without `.mask.json`. */
  readonly id: string;
  readonly name: Message;
  readonly description: Message;
  /** Text of the file: JSON with comments, in English. */
  readonly text: string;
}

export const POLICY_GALLERY: readonly GalleryPolicy[] = [
  entry({
    id: 'bert',
    name: verbatim('BERT'),
    description: message('masking.bertDescription'),
    lines: [
      '// Devlin et al. 2019, arXiv:1810.04805.',
      '"rate": 0.15,',
      '"unit": "token",',
      '"replace": { "mask": 0.8, "random": 0.1, "keep": 0.1 },',
      '// Every epoch sees the same masks.',
      '"dynamic": false',
    ],
  }),
  entry({
    id: 'roberta',
    name: verbatim('RoBERTa'),
    description: message('masking.robertaDescription'),
    lines: [
      '// Liu et al. 2019, arXiv:1907.11692.',
      '"rate": 0.15,',
      '"unit": "token",',
      '"replace": { "mask": 0.8, "random": 0.1, "keep": 0.1 },',
      '"dynamic": true',
    ],
  }),
  entry({
    id: 'spanbert',
    name: verbatim('SpanBERT'),
    description: message('masking.spanbertDescription'),
    lines: [
      '// Joshi et al. 2020, arXiv:1907.10529: spans are harder to predict than single words.',
      '"rate": 0.15,',
      '"unit": "span",',
      '// Lengths in words: 3.8 on average, at most 10.',
      '"span": { "distribution": "geometric", "p": 0.2, "max": 10 },',
      '"replace": { "mask": 0.8, "random": 0.1, "keep": 0.1 }',
    ],
  }),
  entry({
    id: 'whole-word-30',
    name: message('masking.wholeWordName'),
    description: message('masking.wholeWordDescription'),
    lines: [
      '// Wettig et al. 2023, arXiv:2202.08005: higher rates and mask tokens alone work well.',
      '"rate": 0.3,',
      '"unit": "word",',
      '"replace": { "mask": 1, "random": 0, "keep": 0 }',
    ],
  }),
  entry({
    id: 'opinion-words',
    name: message('masking.opinionName'),
    description: message('masking.opinionDescription'),
    lines: [
      '// Trains the model to predict hidden opinion words.',
      '"rate": 0.08,',
      '"unit": "word",',
      '"rules": [',
      '  {',
      '    "name": "opinion",',
      '    "lexicon": "builtin:opinion-en",',
      '    "rate": 0.6',
      '  }',
      '],',
      '// Negations reverse an opinion, so they stay visible.',
      '"never": [{ "words": ["not", "no", "never", "n\'t"] }]',
    ],
  }),
  entry({
    id: 'pii-redaction',
    name: message('masking.redactionName'),
    description: message('masking.redactionDescription'),
    lines: [
      '// Check the result: patterns and word lists do not find all personal data.',
      '"rate": 0,',
      '"unit": "word",',
      '"replace": { "mask": 1, "random": 0, "keep": 0 },',
      '"rules": [',
      '  // Keys come first, since they can contain text that looks like other personal data.',
      '  { "name": "key", "personalData": ["key"], "replaceWith": "<KEY>" },',
      '  { "name": "email", "personalData": ["email"], "replaceWith": "<EMAIL>" },',
      '  { "name": "iban", "personalData": ["iban"], "replaceWith": "<IBAN>" },',
      '  { "name": "card", "personalData": ["card"], "replaceWith": "<CARD>" },',
      '  { "name": "ip", "personalData": ["ip"], "replaceWith": "<IP>" },',
      '  { "name": "phone", "personalData": ["phone"], "replaceWith": "<PHONE>" },',
      '  { "name": "person", "entities": ["person"], "replaceWith": "<PERSON>" }',
      ']',
    ],
  }),
  entry({
    id: 'keywords',
    name: message('masking.keywordsName'),
    description: message('masking.keywordsDescription'),
    lines: [
      '// After MASKER (Moon et al. 2021, arXiv:2012.09392).',
      '"rate": 0.05,',
      '"unit": "word",',
      '"rules": [',
      '  {',
      '    "name": "keyword",',
      '    "keywords": { "top": 10 },',
      '    "rate": 0.5',
      '  }',
      '],',
      '"never": [{ "lexicon": "builtin:stop-words-en" }]',
    ],
  }),
  entry({
    id: 'pmi',
    name: message('masking.collocationsName'),
    description: message('masking.collocationsDescription'),
    lines: [
      '// Levine et al. 2021, arXiv:2010.01825: the rest of a phrase reveals its words.',
      '"rate": 0.15,',
      '"unit": "word",',
      '"replace": { "mask": 0.8, "random": 0.1, "keep": 0.1 },',
      '"rules": [',
      '  {',
      '    "name": "collocation",',
      '    "collocations": { "minimumCount": 5, "maximumWords": 5, "share": 0.25 },',
      '    "rate": 0.15',
      '  }',
      ']',
    ],
  }),
];

interface Entry {
  readonly id: string;
  readonly name: Message;
  readonly description: Message;
  readonly lines: readonly string[];
}

function entry({ id, name, description, lines }: Entry): GalleryPolicy {
  const all = [
    '"version": 1,',
    `"name": ${JSON.stringify(renderMessage(name, ENGLISH))},`,
    `"description": ${JSON.stringify(renderMessage(description, ENGLISH))},`,
    ...lines,
  ];
  return { id, name, description, text: `{\n${all.map((line) => `  ${line}\n`).join('')}}\n` };
}
