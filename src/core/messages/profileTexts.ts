import type { ProblemText, Text } from './wording.js';

export const PROFILE_MESSAGES = {
  'fact.files': 'Files',
  'fact.files.note': '{size}, {formats}',
  'fact.files.explanation': 'Files that were read, with their size and formats',
  'fact.records': 'Records',
  'fact.records.empty': '{empty} empty',
  'fact.records.short': '{short} with 1–2 words',
  'fact.records.explanation': 'Rows of tables and paragraphs of running text',
  'fact.words': 'Words',
  'fact.words.note': { one: '{count} character', other: '{count} characters' },
  'fact.words.explanation':
    'Words, found by Unicode segmentation in scripts without spaces between words',
  'fact.tokens': 'Tokens',
  'fact.tokens.note': '{ratio} per word',
  'fact.tokens.explanation': 'Pieces into which the tokenizer of the model splits the text',
  'fact.length.tokens': 'Median length in tokens',
  'fact.length.words': 'Median length in words',
  'fact.length.above': '{share} above {length}',
  'fact.length.explanation':
    'Half of the records are longer. Special tokens of the model are included.',
  'fact.language': 'Language',
  'fact.language.high': '{share}, high confidence',
  'fact.language.medium': '{share}, medium confidence',
  'fact.language.low': '{share}, low confidence',
  'fact.language.none': 'not enough text',
  'fact.language.explanation': 'Most frequent language in a sample of the text, and its share',
  'fact.overSplit': 'Over-split words',
  'fact.overSplit.note': 'about {usual} is typical',
  'fact.overSplit.explanation':
    'Words that the tokenizer of the model splits into {pieces} pieces or more',
  'fact.unknown': 'Unknown words',
  'fact.unknown.note': { one: '{count} word', other: '{count} words' },
  'fact.unknown.explanation': "Words with characters that are not in the model's vocabulary",
  'fact.duplicates': 'Duplicates',
  'fact.duplicates.note': '{share} near-duplicates',
  'fact.duplicates.explanation':
    'Records with the same text as an earlier one, without headings of running text',
  'fact.perplexity': 'Perplexity',
  'fact.perplexity.note': { one: '{count} masked token', other: '{count} masked tokens' },
  'fact.perplexity.baseline': '{perplexity} on its own data',
  'fact.perplexity.explanation':
    'Perplexity of the model on randomly masked words in a sample of this text. Lower is better.',
  'splitName.train': 'training',
  'splitName.heldOut': 'held-out',
  'splitName.test': 'test',
  'splitName.none': 'not assigned',
  'personalData.email': 'Email addresses',
  'personalData.phone': 'Phone numbers',
  'personalData.card': 'Card numbers',
  'personalData.iban': 'Bank accounts',
  'personalData.ip': 'IP addresses',
  'personalData.key': 'Keys and passwords',
  'personalData.email.count': { one: '{count} email address', other: '{count} email addresses' },
  'personalData.phone.count': { one: '{count} phone number', other: '{count} phone numbers' },
  'personalData.card.count': { one: '{count} card number', other: '{count} card numbers' },
  'personalData.iban.count': { one: '{count} bank account', other: '{count} bank accounts' },
  'personalData.ip.count': { one: '{count} IP address', other: '{count} IP addresses' },
  'personalData.key.count': { one: '{count} key or password', other: '{count} keys or passwords' },
  'cue.word': '“{word}”',
  'cue.digits': 'Digits',
  'cue.markup': 'HTML tags or entities',
  'cue.url': 'A URL',
  'cue.email': 'An email address',
  'cue.allCaps': 'All letters in upper case',
  'cue.capsWord': 'A word in upper case',
  'cue.question': 'A question mark at the end',
  'cue.exclamation': 'An exclamation mark at the end',
  'cue.noEndMark': 'No punctuation at the end',
  'cue.severalLines': 'Several lines',
  'cue.nonAscii': 'Characters beyond ASCII',
  'cue.shortest': { one: 'At most {count} word', other: 'At most {count} words' },
  'cue.longer': { one: 'More than {count} word', other: 'More than {count} words' },
  'stability.unstable': 'not reproduced',
  'stability.consistent': 'consistent',
  'stability.tooFew': 'too few texts to tell',
  'stability.unseen': 'not seen',
  'leak.share': '{share} of {count}',
  'leak.explanation.unstable':
    'The label association is not reproduced in the shifted sample: {trained} texts against {shifted}. At the class balance of the sample, {expected} were expected.',
  'leak.explanation.consistent':
    'The label association is consistent with the shifted sample: {trained} texts against {shifted}. At the class balance of the sample, {expected} were expected.',
  'leak.explanation.tooFew':
    'The shifted sample has too few texts with it to tell whether the label association is reproduced: {trained} texts against {shifted}.',
  'leak.explanation.unseen':
    'Not seen in the shifted sample. {trained} texts in the training data.',
  'leak.explanation.untested':
    'The shifted sample has no texts of this label or of others, so it is not compared.',
  'profile.splitLabels': 'the {split} split lacks {labels}',
  'profile.place': '{file}, line {line}',
  'profile.typo': '"{label}" ({count}), which may be "{meant}"',
  'profile.examples': ', such as {words}',
  'profile.labelCount': '"{label}" ({count})',
  'profile.words': { one: '{count} word', other: '{count} words' },
  'profile.tokens': { one: '{count} token', other: '{count} tokens' },
} as const satisfies Record<string, Text>;

/** Findings about data. */
export const PROFILE_PROBLEMS = {
  'profile.noText': {
    problem: 'The data contains no words.',
    remedy: 'Select files with text, or another column.',
  },
  'profile.refused': {
    problem: 'A run would refuse this data: {reason}',
    remedy: '{remedy}',
  },
  'profile.fewLabels': {
    problem: {
      one: 'Only {count} record has a label.',
      other: 'Only {count} records have a label.',
    },
    remedy: 'Add labeled records: at least a few hundred, ideally a few thousand.',
  },
  'profile.littleText': {
    problem: 'The data is small: {size} ({bytes}).',
    remedy:
      'Add more text. With less than a few dozen pages, a model learns little and evaluations are unreliable.',
  },
  'profile.skippedData': {
    problem: {
      one: '{count} row or file could not be read: {example}',
      other: '{count} rows or files could not be read. First: {example}',
    },
    remedy: 'Fix them, or continue without them.',
  },
  'profile.fileDoubts': {
    problem: '{doubts}',
    remedy: 'Check that the files are read as intended.',
  },
  'profile.emptyRecords': {
    problem: {
      one: '{count} record ({share}) has no text.',
      other: '{count} records ({share}) have no text.',
    },
    remedy: 'Check that the right column is used as the text.',
  },
  'profile.otherLanguage': {
    problem: '{share} of the text is in {found}, but {model} was trained on {known}.',
    remedy: 'Select a model for this language, or exclude that text.',
  },
  'profile.otherLanguageLikely': {
    problem: '{share} of the text seems to be in {found}, but {model} was trained on {known}.',
    remedy: 'Select a model for this language, or exclude that text.',
  },
  'profile.unknownWords': {
    problem:
      '{share} of the words contain characters that are not in the vocabulary of {model}{examples}.',
    remedy: 'Select a model for this script, or extend the vocabulary.',
  },
  'profile.splitWords': {
    problem:
      'The text does not match the vocabulary of {model}: {share} of the words are split into {pieces} pieces or more, while about {usual} is typical{examples}.',
    remedy:
      "Extend the model's vocabulary with these words, train a tokenizer on this text, or select a model for this domain.",
  },
  'profile.higherLoss': {
    problem:
      '{model} predicts this text much worse than its own data: perplexity {perplexity} instead of {usualPerplexity} (loss {loss} instead of {usualLoss}).',
    remedy:
      'Fine-tune on running text of this kind before you train on labels, or select a closer model.',
  },
  'profile.duplicates': {
    problem: {
      one: '{count} record ({share}) repeats an earlier one.',
      other: '{count} records ({share}) repeat an earlier one.',
    },
    remedy: 'Remove duplicates, or the model memorizes these texts.',
  },
  'profile.nearDuplicates': {
    problem: {
      one: '{count} text is a near-duplicate of another ({share} of {compared} compared).',
      other: '{count} texts are near-duplicates of others ({share} of {compared} compared).',
    },
    remedy:
      'Remove near-duplicates, or assign them to one group so that they cannot leak into the held-out split.',
  },
  'profile.splitLeakage': {
    problem: {
      one: '{count} text is in more than one split of the data.',
      other: '{count} texts are in more than one split of the data.',
    },
    remedy: 'Remove them from the training split. Otherwise evaluations are too optimistic.',
  },
  'profile.conflictingLabels': {
    problem: {
      one: '{count} text occurs with different labels.',
      other: '{count} texts occur with different labels.',
    },
    remedy: 'Correct the labels, so that each text has only one.',
  },
  'profile.oneLabel': {
    problem: 'Every record has the same label, "{label}".',
    remedy: 'Add records with other labels.',
  },
  'profile.labelImbalance': {
    problem: 'The labels are imbalanced: {most} and {least}.',
    remedy: {
      editor:
        'Set masklab.training.classWeights to balanced if each text has one label, compare macro F1 instead of accuracy, or add examples of the rare labels.',
      commandLine:
        'Train with --class-weights balanced if each text has one label, compare macro F1 instead of accuracy, or add examples of the rare labels.',
      file: 'Write "classWeights": "balanced" if each text has one label, compare macro F1 instead of accuracy, or add examples of the rare labels.',
    },
  },
  'profile.rareLabels': {
    problem: {
      one: '{count} label has fewer than {least} examples: {labels}.',
      other: '{count} labels have fewer than {least} examples, such as {labels}.',
    },
    remedy: 'Add examples, or merge rare labels.',
  },
  'profile.lookAlikeLabels': {
    problem: {
      one: 'Some labels differ only in their spelling: {groups}',
      other: '{count} groups of labels differ only in their spelling: {groups}',
    },
    remedy: {
      editor:
        'Correct them, or turn on “Merge Labels” in the settings to merge them into the most frequent spelling.',
      commandLine:
        'Correct them, or train with --merge-labels to merge them into the most frequent spelling.',
    },
  },
  'profile.labelTypos': {
    problem: {
      one: '{count} rare label seems to be misspelled: {typos}.',
      other: '{count} rare labels seem to be misspelled, such as {typos}.',
    },
    remedy: 'Correct them in the data, or check that they are labels.',
  },
  'profile.missingLabels': {
    problem: {
      one: '{count} row ({share}) has no label.',
      other: '{count} rows ({share}) have no label.',
    },
    remedy: {
      editor: 'Add labels, or turn on “Skip Bad” in the settings to train without these rows.',
      commandLine: 'Add labels, or train with --skip-bad to leave these rows unused.',
    },
  },
  'profile.splitWithoutLabels': {
    problem: 'A split of the data has no row of some labels: {splits}.',
    remedy:
      'Assign rows of each label to every split. A label without training rows is not learned, and one without other rows is not evaluated.',
  },
  'profile.labelLeak': {
    problem:
      'A simple cue gives a label away: {cue}. {share} of the {count} texts with it are labeled "{label}", and {covered} of the texts with this label have it.',
    remedy:
      'Read these texts. If the cue is not what the label means, such as a signature or a header, remove it from the texts or mask it.',
  },
  'profile.shiftedWithoutLabels': {
    problem: 'A shifted sample can only be compared with data that has two labels or more.',
    remedy: {
      editor: 'Profile labeled data, whose column of labels has a usual name such as "label".',
      commandLine: 'Profile labeled data, or name its labels with --label-column.',
    },
  },
  'profile.shiftedSkipped': {
    problem: {
      one: '{count} row or file of the shifted sample could not be read: {example}',
      other: '{count} rows or files of the shifted sample could not be read. First: {example}',
    },
    remedy: 'Fix them, or continue without them.',
  },
  'profile.shiftedUnlabeled': {
    problem: {
      one: '{count} text of the shifted sample has no label.',
      other: '{count} texts of the shifted sample have no label.',
    },
    remedy: 'Label them. The instability test needs the label of each text.',
  },
  'profile.shiftedOtherLabels': {
    problem: {
      one: '{count} text of the shifted sample has a label that the training data lacks: {labels}.',
      other:
        '{count} texts of the shifted sample have labels that the training data lacks: {labels}.',
    },
    remedy: 'Use the labels of the training data, which are {known}, or remove these texts.',
  },
  'profile.shiftedOverlap': {
    problem: {
      one: '{count} text of the shifted sample is also in the training data ({exact} identical, {near} nearly identical), such as {places}. It is not compared.',
      other:
        '{count} texts of the shifted sample are also in the training data ({exact} identical, {near} nearly identical), such as {places}. They are not compared.',
    },
    remedy: 'Use texts that no run trains on.',
  },
  'profile.shiftedCopies': {
    problem: {
      one: '{count} text of the shifted sample is a copy of another with the same label. It is not compared.',
      other:
        '{count} texts of the shifted sample are copies of others with the same label. They are not compared.',
    },
    remedy: 'Label different texts instead: a copy adds nothing to the evidence.',
  },
  'profile.shiftedOneLabel': {
    problem: 'Every compared text of the shifted sample is labeled "{label}".',
    remedy: 'Add texts with other labels. Without them, no association can be compared.',
  },
  'profile.shiftedAbsentLabels': {
    problem:
      'The shifted sample has no text labeled {labels}. Their associations are not compared.',
    remedy: 'Add texts with these labels.',
  },
  'profile.shiftedSmall': {
    problem: {
      one: 'Only {count} text of the shifted sample can be compared.',
      other: 'Only {count} texts of the shifted sample can be compared.',
    },
    remedy: 'Label {least} texts or more. With fewer, most associations cannot be tested.',
  },
  'profile.tooLong': {
    problem:
      '{share} of the rows are longer than the maximum sequence length of {model}, {maxLength} tokens, and are truncated.',
    remedy: {
      editor:
        'Set “Truncation” to windows or head-tail in the settings, select a model with a longer maximum sequence length, or split the rows.',
      commandLine:
        'Train with --truncation windows or head-tail, select a model with a longer maximum sequence length, or split the rows.',
    },
  },
  'profile.truncated': {
    problem:
      '{share} of the rows are longer than a sequence of {maxLength} tokens and are truncated.',
    remedy: {
      editor:
        'Increase “Max Length” in the settings, up to {limit} tokens for {model}, set “Truncation” to windows or head-tail, or split the rows.',
      commandLine:
        'Train with --max-length, up to {limit} tokens for {model}, with --truncation windows or head-tail, or split the rows.',
    },
  },
  'profile.boilerplate': {
    problem: {
      one: '{count} line is repeated many times: "{line}" ({times} times).',
      other: '{count} lines are repeated many times, such as "{line}" ({times} times).',
    },
    remedy: 'Clean the data with the step "boilerplate", which removes such lines.',
  },
  'profile.personalData': {
    problem: 'The data seems to contain personal data: {kinds}.',
    remedy: 'Mask it with the policy "Redact personal data" before you share the text.',
  },
  'profile.nothingToScore': {
    problem: "None of the sampled text is in this model's vocabulary.",
    remedy: 'Select another model.',
  },
} as const satisfies Record<string, ProblemText>;
