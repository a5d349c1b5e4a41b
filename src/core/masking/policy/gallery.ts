/** A ready policy: a file to begin with. */
export interface GalleryPolicy {
  /** The name of its file, without `.mask.json`. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** The file's text: JSON with comments. */
  readonly text: string;
}

export const POLICY_GALLERY: readonly GalleryPolicy[] = [
  entry('bert', 'BERT', '15 % of the tokens at random, 80/10/10, masked once.', [
    '// Devlin et al. 2019, arXiv:1810.04805.',
    '"rate": 0.15,',
    '"unit": "token",',
    '"replace": { "mask": 0.8, "random": 0.1, "keep": 0.1 },',
    '// Every epoch sees the same masks.',
    '"dynamic": false',
  ]),
  entry('roberta', 'RoBERTa', '15 % of the tokens, masked anew each epoch.', [
    '// Liu et al. 2019, arXiv:1907.11692.',
    '"rate": 0.15,',
    '"unit": "token",',
    '"replace": { "mask": 0.8, "random": 0.1, "keep": 0.1 },',
    '"dynamic": true',
  ]),
  entry('spanbert', 'SpanBERT', 'Spans of words of geometric length, 15 % of the tokens.', [
    '// Joshi et al. 2020, arXiv:1907.10529: harder to guess than single words.',
    '"rate": 0.15,',
    '"unit": "span",',
    '// Lengths in words: 3.8 on average, 10 at most.',
    '"span": { "distribution": "geometric", "p": 0.2, "max": 10 },',
    '"replace": { "mask": 0.8, "random": 0.1, "keep": 0.1 }',
  ]),
  entry('whole-word-30', 'Whole word, 30 %', '30 % of the text in whole words, all of it masked.', [
    '// High rates and the mask alone do as well or better (Wettig et al. 2023, arXiv:2202.08005).',
    '"rate": 0.3,',
    '"unit": "word",',
    '"replace": { "mask": 1, "random": 0, "keep": 0 }',
  ]),
  entry('opinion-words', 'Opinion words', 'Most opinion words, and a little of everything else.', [
    '// What a model learns to say where the opinion is hidden.',
    '"rate": 0.08,',
    '"unit": "word",',
    '"rules": [',
    '  {',
    '    "name": "opinion",',
    '    "lexicon": "builtin:opinion-en",',
    '    "rate": 0.6',
    '  }',
    '],',
    '// Negations turn an opinion round: leave them to be read.',
    '"never": [{ "words": ["not", "no", "never", "n\'t"] }]',
  ]),
  entry(
    'pii-redaction',
    'Redact personal data',
    'Personal data becomes a label; nothing else changes.',
    [
      '// Look over what it misses: patterns and lists find much, not everything.',
      '"rate": 0,',
      '"unit": "word",',
      '"replace": { "mask": 1, "random": 0, "keep": 0 },',
      '"rules": [',
      '  // Keys first: they may contain what looks like something else.',
      '  { "name": "key", "personalData": ["key"], "replaceWith": "<KEY>" },',
      '  { "name": "email", "personalData": ["email"], "replaceWith": "<EMAIL>" },',
      '  { "name": "iban", "personalData": ["iban"], "replaceWith": "<IBAN>" },',
      '  { "name": "card", "personalData": ["card"], "replaceWith": "<CARD>" },',
      '  { "name": "ip", "personalData": ["ip"], "replaceWith": "<IP>" },',
      '  { "name": "phone", "personalData": ["phone"], "replaceWith": "<PHONE>" },',
      '  { "name": "person", "entities": ["person"], "replaceWith": "<PERSON>" }',
      ']',
    ],
  ),
  entry('keywords', 'Keywords', 'Half of the words that set a text apart, by TF-IDF.', [
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
  ]),
  entry('pmi', 'Collocations (PMI)', 'Words that belong together are masked together.', [
    '// Levine et al. 2021, arXiv:2010.01825: the rest of a phrase gives its words away.',
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
  ]),
];

function entry(
  id: string,
  name: string,
  description: string,
  lines: readonly string[],
): GalleryPolicy {
  const all = [
    '"version": 1,',
    `"name": ${JSON.stringify(name)},`,
    `"description": ${JSON.stringify(description)},`,
    ...lines,
  ];
  return { id, name, description, text: `{\n${all.map((line) => `  ${line}\n`).join('')}}\n` };
}
