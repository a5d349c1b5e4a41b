import type { ProblemText, Text } from './wording.js';

export const MASKING_MESSAGES = {
  /** The legend's name for the masks of the policy's own rate. */
  'masking.atRandom': 'at random',
  'masking.bertDescription': '15% of the tokens at random, replaced 80/10/10, masked once.',
  'masking.robertaDescription': '15% of the tokens at random, with new masks in each epoch.',
  'masking.spanbertDescription':
    'Spans of words with geometrically distributed lengths, 15% of the tokens.',
  'masking.wholeWordName': 'Whole word, 30%',
  'masking.wholeWordDescription':
    '30% of the tokens as whole words, all replaced by the mask token.',
  'masking.opinionName': 'Opinion words',
  'masking.opinionDescription': 'Most opinion words and a few other words.',
  'masking.redactionName': 'Redact personal data',
  'masking.redactionDescription': 'Replaces personal data with labels and changes nothing else.',
  'masking.keywordsName': 'Keywords',
  'masking.keywordsDescription': 'Half of the most characteristic words of each text, by TF-IDF.',
  'masking.collocationsName': 'Collocations (PMI)',
  'masking.collocationsDescription': 'Masks words that often occur together as one unit.',
  /** Units of a rule: masked ones, found ones and their share. */
  'masking.counts': '{masked} of {found} ({share})',
  'masking.dottedLine': 'dotted line',
  'masking.thickLine': 'thick line',
  'masking.frame': 'frame',
  'masking.dashedLine': 'dashed line',
  'masking.doubleLine': 'double line',
  'masking.dashedFrame': 'dashed frame',
  'masking.lineAboveAndBelow': 'line above and below',
  'masking.dottedFrame': 'dotted frame',
  'masking.jsonLines': 'JSON Lines',
  'masking.jsonLinesDetail': 'Text, masked text, and each mask with its rule.',
  'masking.jsonLinesOneWayDetail': 'Masked text, and each mask with its rule.',
  'masking.csv': 'CSV',
  'masking.csvDetail': 'One row per text, for spreadsheets.',
  'masking.parquet': 'Parquet',
  'masking.parquetDetail': 'Small, and fast to load with pandas or Hugging Face Datasets.',
  'masking.plainText': 'Plain text',
  'masking.plainTextDetail': 'Masked text only.',
  'masking.datasetWritten': '{file}: {texts}, {masks}.{skipped}',
  'masking.textCount': { one: '{count} text', other: '{count} texts' },
  'masking.maskCount': { one: '{count} mask', other: '{count} masks' },
  'masking.skippedRows': {
    one: ' {count} invalid row was skipped.',
    other: ' {count} invalid rows were skipped.',
  },
} as const satisfies Record<string, Text>;

export const MASKING_PROBLEMS = {
  'masking.emptyPolicy': {
    problem: 'The policy file is empty.',
    remedy: 'Write a policy that starts with {example}, or create one from a ready-made policy.',
  },
  'masking.replacementSum': {
    problem: '"mask", "random" and "keep" must sum to 1, but they sum to {sum}.',
    remedy: 'Change one of them so that the sum is 1.',
  },
  'masking.noSelector': {
    problem: 'This entry has no selector.',
    remedy: 'Add one of these keys: {selectors}.',
  },
  'masking.severalSelectors': {
    problem: '{selectors} cannot be combined in one entry.',
    remedy: 'Keep one of them, and add a separate entry for the other.',
  },
  'masking.duplicateRuleName': {
    problem: 'Two rules are named "{name}".',
    remedy: 'Give each rule a unique name, since previews and reports identify rules by name.',
  },
  'masking.unknownList': {
    problem: 'Unknown word list "{list}".',
    remedy: 'Use a built-in list ({lists}) or the path of a text file.',
  },
  'masking.misspelledList': {
    problem: 'Unknown word list "{list}". Did you mean "{suggestion}"?',
    remedy: 'Use a built-in list ({lists}) or the path of a text file.',
  },
  'masking.patternEmpty': {
    problem: 'The pattern matches no characters.',
    remedy: 'Add the characters to find.',
  },
  'masking.patternSlashes': {
    problem: 'The pattern is written between slashes, with the flags {flags}.',
    remedy: 'Write {pattern} instead. To find the slashes themselves, write each of them as [/].',
  },
  'masking.patternLookAhead': {
    problem:
      'The lookahead {sign} at character {position} is not supported, because patterns run in linear time.',
    remedy:
      'Use a pattern for the text to find, delimited by \\b, and list exceptions under "never".',
  },
  'masking.patternLookBehind': {
    problem:
      'The lookbehind {sign} at character {position} is not supported, because patterns run in linear time.',
    remedy:
      'Use a pattern for the text to find, delimited by \\b, and list exceptions under "never".',
  },
  'masking.patternBackReference': {
    problem:
      'The back-reference {sign} at character {position} is not supported, because patterns run in linear time.',
    remedy: 'List the repetitions, for example (?:aa|bb) instead of (a|b)\\1.',
  },
  'masking.patternAtomicGroup': {
    problem: 'The atomic group {sign} at character {position} is not supported.',
    remedy: 'Use (?:…). Patterns run in linear time, so this costs no speed.',
  },
  'masking.patternPossessive': {
    problem: 'The possessive quantifier {sign} at character {position} is not supported.',
    remedy: 'Use it without the last +. Patterns run in linear time, so this costs no speed.',
  },
  'masking.patternRecursion': {
    problem:
      'The condition or recursion {sign} at character {position} is not supported, because patterns run in linear time.',
    remedy: 'Write each of the cases as an alternative, separated by |.',
  },
  'masking.patternProperty': {
    problem: 'The property {sign} at character {position} does not exist.',
    remedy:
      'Use a category, such as L or Nd, a script, such as Script=Han, or a binary property, such as Alphabetic.',
  },
  'masking.patternEscape': {
    problem: 'The escape {sign} at character {position} is not supported.',
    remedy: 'Write the characters that it means in brackets, for example [\\n\\r] or [ \\t].',
  },
  'masking.patternBracket': {
    problem: 'The bracket {sign} at character {position} is not closed.',
    remedy: 'Add ], or write \\[ to find the bracket itself.',
  },
  'masking.patternInvalid': {
    problem: 'The pattern is invalid: {reason}.',
    remedy: 'Correct the pattern. The syntax is RE2, and JSON needs \\\\ for a backslash.',
  },
  'masking.listPathNotRelative': {
    problem: '"{list}" is not a relative path.',
    remedy: 'Use the path relative to the policy file.',
  },
  'masking.listOutsideWorkspace': {
    problem: '"{list}" is outside the workspace folder {folder}.',
    remedy: 'Copy the file into that folder, and use its path relative to the policy file.',
  },
  'masking.listOutsidePolicyFolder': {
    problem: '"{list}" is outside the folder of the policy, {folder}.',
    remedy: 'Copy the file into that folder, and use its path relative to the policy file.',
  },
  'masking.listUnreadable': {
    problem: '"{list}" cannot be used: {reason}',
    remedy: 'Put the list at {path}, or correct its name in the policy.',
  },
  'masking.listEmpty': {
    problem: 'The word list has no entries.',
    remedy: 'Write one word or phrase per line. Lines that start with # are comments.',
  },
  'masking.auditEmpty': {
    problem: 'The audit file has no findings.',
    remedy: 'Select the JSON report of an audit that found words.',
  },
  'masking.policyNotFound': {
    problem: 'Masking policy not found: {policy}.',
    remedy: 'Use the path of a .mask.json file, or a ready-made policy: {gallery}.',
  },
  'masking.policyNotCreated': {
    problem: 'The policy file could not be created in {folder}.',
    remedy: 'Make the folder writable, or select another one.',
  },
  'masking.policyDeleted': {
    problem: 'The policy file {policy} no longer exists.',
    remedy: 'Restore the file, or preview another policy.',
  },
  'masking.policyNotChanged': {
    problem: 'The policy {policy} could not be changed.',
    remedy: 'Check that the file is writable, and try again.',
  },
  'masking.policyNotSaved': {
    problem: 'The policy {policy} could not be saved.',
    remedy: 'Check that the file is writable, and try again.',
  },
  'masking.noPreview': {
    problem: 'This editor has no masking preview.',
    remedy: 'Open a text file and run "Preview Masking".',
  },
  'masking.noTextToPreview': {
    problem: 'The workspace has no text file to preview the policy on.',
    remedy: 'Open a text or Markdown file, and start the preview again.',
  },
  'masking.textTooLong': {
    problem: {
      one: 'The text is too long to preview: it has {count} character.',
      other: 'The text is too long to preview: it has {count} characters.',
    },
    remedy: 'Preview a part of the text, or mask it as a dataset.',
  },
} as const satisfies Record<string, ProblemText>;
