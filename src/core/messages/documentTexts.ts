import type { ProblemText, Text } from './wording.js';

/** Texts about files that people write as JSON: policies, run files, studies. */
export const DOCUMENT_MESSAGES = {
  'document.typeString': 'a string in quotes',
  'document.typeBoolean': 'true or false',
  'document.typeArray': 'a list in square brackets',
  'document.typeObject': 'an object in braces',
  'document.typeInteger': 'an integer',
  'document.typeNumber': 'a number',
  'document.typeOther': 'of type {type}',
  'document.atMost': 'at most {limit}',
  'document.lessThan': 'less than {limit}',
  'document.atLeast': 'at least {limit}',
  'document.greaterThan': 'greater than {limit}',
  'document.jsonKeyExpected': 'Expected a key in quotes.',
  'document.jsonValueExpected': 'Expected a value.',
  'document.jsonColonExpected': 'Expected a colon.',
  'document.jsonCommaExpected': 'Expected a comma.',
  'document.jsonBraceExpected': 'Expected a closing brace.',
  'document.jsonBracketExpected': 'Expected a closing square bracket.',
  'document.jsonEndExpected': 'Unexpected text after the end of the file content.',
  'document.jsonCommentUnclosed': 'This comment is not closed.',
  'document.jsonStringUnclosed': 'The closing quote of this string is missing.',
  'document.jsonEscapeInvalid': 'Invalid escape sequence. Write a backslash as \\\\.',
  'document.jsonCharacterInvalid':
    'This character is not allowed in a string. Write it as an escape sequence, such as \\n.',
  'document.jsonInvalid': 'Unexpected text.',
} as const satisfies Record<string, Text>;

export const DOCUMENT_PROBLEMS = {
  'document.severalProblems': {
    problem: {
      one: '{first} The file has {count} more problem below.',
      other: '{first} The file has {count} more problems below.',
    },
    remedy: '{remedy} Then correct the remaining problems.',
  },
  'document.invalidJson': {
    problem: 'The file is not valid JSON. {reason}',
    remedy: 'Correct the JSON. Comments and trailing commas are allowed.',
  },
  'document.duplicateKey': {
    problem: '"{key}" occurs twice in the same object.',
    remedy: 'Remove one of them.',
  },
  'document.unknownKey': {
    problem: 'Unknown key "{key}".',
    remedy: 'Use one of these keys: {known}.',
  },
  'document.misspelledKey': {
    problem: 'Unknown key "{key}". Did you mean "{suggestion}"?',
    remedy: 'Change it to "{suggestion}".',
  },
  'document.missingKey': {
    problem: '"{key}" is missing.',
    remedy: 'Add "{key}". Its value must be {expected}.',
  },
  'document.missingValue': {
    problem: '"{key}" is missing.',
    remedy: 'Add "{key}": {example}.',
  },
  'document.wrongType': {
    problem: '"{key}" must be {expected}, but it is {value}.',
    remedy: 'Change it. It must be {expected}.',
  },
  'document.unknownValue': {
    problem: '"{key}" cannot be {value}.',
    remedy: 'Use {values}.',
  },
  'document.misspelledValue': {
    problem: '"{key}" cannot be {value}. Did you mean "{suggestion}"?',
    remedy: 'Use {values}.',
  },
  'document.emptyValue': {
    problem: '"{key}" must not be empty.',
    remedy: 'Add a value, or remove the key.',
  },
  'document.outOfRange': {
    problem: '"{key}" must be {bound}, but it is {value}.',
    remedy: 'Change it to a number that is {bound}.',
  },
  'document.percentage': {
    problem: '"{key}" must be {bound}, but it is {value}.',
    remedy: 'It is a fraction, not a percentage: write {fraction} for {value}%.',
  },
  'document.invalidValue': {
    problem: '"{key}" is invalid: {reason}.',
    remedy: 'Correct the value.',
  },
} as const satisfies Record<string, ProblemText>;
