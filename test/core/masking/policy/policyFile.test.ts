import { describe, expect, it } from 'vitest';
import { parsePolicy, policyProblems } from '../../../../src/core/masking/policy/policyFile.js';
import { inEnglish } from '../../../support/inEnglish.js';
import { lexiconWords, resolvePolicy } from '../../../../src/core/masking/policy/resolvePolicy.js';

function errorOf(text: string): ReturnType<typeof inEnglish> {
  try {
    parsePolicy(text, 'p.mask.json');
  } catch (thrown) {
    return inEnglish(thrown, 'Data');
  }
  throw new Error('no problem was found');
}

const rule = (fields: string): string =>
  `{\n"version": 1,\n"rules": [\n{ "name": "a", ${fields} }\n]\n}`;

describe('policy files', () => {
  it('may have comments and trailing commas', () => {
    const policy = parsePolicy(
      '\uFEFF// why\n{ "version": 1, /* so */ "rate": 0.3, }'.slice(1),
      'p',
    );
    expect(policy).toMatchObject({ rate: 0.3, unit: 'token', seed: 0 });
  });

  it.each([
    ['{ "version": 1,\n"ratee": 0.2 }', 2, 'Did you mean "rate"?', 'Change it to "rate"'],
    ['{ "version": 1,\n\n"rate": 15 }', 3, 'at most 1, but it is 15', 'write 0.15 for 15%'],
    ['{ "version": 1, "rate": 1 }', 1, 'less than 1', 'less than 1'],
    ['{ "version": 1, "rate": "high" }', 1, 'must be a number, but it is "high"', 'a number'],
    ['{ "version": 1, "unit": "wrod" }', 1, 'Did you mean "word"?', '"sentence"'],
    ['{ "rate": 0.2 }', 1, '"version" is missing', '"version": 1'],
    ['{ "version": 1,\n"rate": 0.1,\n"rate": 0.2 }', 3, 'occurs twice', 'Remove one'],
    ['{ "version": 1\n"rate": 0.2 }', 2, 'Expected a comma', 'Comments'],
    ['{ "version": 1, "name": "x }', 1, 'closing quote', 'Correct'],
    ['', 1, 'file is empty', 'starts with { "version": 1 }'],
    [
      '{ "version": 1, "replace": { "mask": 0.5, "random": 0, "keep": 0 } }',
      1,
      'they sum to 0.5',
      'the sum is 1',
    ],
    [rule('"words": []'), 4, '"words" must not be empty', 'remove the key'],
    [rule('"wrods": ["a"]'), 4, 'Did you mean "words"?', 'Change it to "words"'],
    [
      rule('"words": ["a"], "pattern": "b"'),
      4,
      '"words" and "pattern" cannot be combined',
      'Keep one',
    ],
    [rule('"rate": 0.5'), 4, 'no selector', 'words, lexicon'],
    [rule('"pattern": "ab(?=c)"'), 4, 'The lookahead (?= at character 3', '"never"'],
    [rule('"pattern": "(?<!a)b"'), 4, 'The lookbehind (?<! at character 1', '"never"'],
    [rule('"pattern": "(a)\\\\1"'), 4, 'The back-reference \\1 at character 4', '(?:aa|bb)'],
    [rule('"pattern": "(?<x>a)\\\\k<x>"'), 4, 'The back-reference \\k<x> at', '(?:aa|bb)'],
    [rule('"pattern": "a(?>b)"'), 4, 'The atomic group (?> at character 2', '(?:…)'],
    [rule('"pattern": "xa++"'), 4, 'The possessive quantifier ++ at character 3', 'last +'],
    [rule('"pattern": "(a)(?(1)b|c)"'), 4, 'The condition or recursion (?( at', '|'],
    [rule('"pattern": "\\\\p{Hann}"'), 4, 'The property \\p{Hann} at character 1', 'Script=Han'],
    [rule('"pattern": "\\\\R"'), 4, 'The escape \\R at character 1', '[\\n\\r]'],
    [rule('"pattern": "a[b"'), 4, 'The bracket [ at character 2', 'Add ]'],
    [
      rule('"pattern": "/a\\\\/b/gi"'),
      4,
      'between slashes, with the flags gi',
      'Write (?i)a/b instead',
    ],
    [rule('"pattern": "(a"'), 4, 'missing closing )', 'RE2'],
    [rule('"pattern": "\\\\b"'), 4, 'matches no characters', 'to find'],
    [
      rule('"lexicon": "builtin:stopwords-en"'),
      4,
      'Did you mean "builtin:stop-words-en"?',
      'text file',
    ],
    [rule('"personalData": ["emial"]'), 4, 'Did you mean "email"?', '"iban"'],
    [rule('"keywords": { "topp": 3 }'), 4, 'Did you mean "top"?', 'Change it to "top"'],
    [rule('"words": ["a"] }, { "name": "a", "words": ["b"]'), 4, 'Two rules', 'unique name'],
    ['{ "version": 1, "never": [{ "patern": "a" }] }', 1, 'Did you mean "pattern"?', 'pattern'],
    ['{ "version": 1, "schedule": { "from": 0.1 } }', 1, '"to" is missing', 'a number'],
  ])('have a problem in %j', (text, row, problem, remedy) => {
    const found = errorOf(text);
    expect(found.message).toContain(problem);
    expect(found.message).toContain(`p.mask.json, line ${row}: `);
    expect(found.remedy).toContain(remedy);
  });

  it('count the problems after the first one, whose remedy is kept', () => {
    expect(errorOf('{ "version": 1, "ratee": 0.2, "seed": -1 }')).toEqual({
      message:
        'p.mask.json, line 1: Unknown key "ratee". Did you mean "rate"? The file has 1 more problem below.',
      remedy: 'Change it to "rate". Then correct the remaining problems.',
    });
  });

  it('have one problem for one mistake', () => {
    expect(policyProblems(rule('"wrods": ["a"]'))).toHaveLength(1);
    expect(policyProblems(rule('"words": ["a"], "ratte": 1'))).toHaveLength(1);
  });

  it('have the places of all their problems', () => {
    const text = '{ "version": 1, "ratee": 0.2, "unit": "wrod", "seed": -1 }';
    const marked = policyProblems(text).map(({ offset, length }) =>
      text.slice(offset, offset + length),
    );
    expect(marked).toEqual(['"ratee"', '"wrod"', '-1']);
    expect(policyProblems('{ "version": 1 }')).toEqual([]);
  });
});

describe('the files that a policy names', () => {
  const files = new Map([
    ['/project/lists/words.txt', '\uFEFF# good ones\nfine\r\n\n  new york  \nfine\n'],
    [
      '/project/policies/audit.json',
      '{ "version": 1, "findings": [{ "text": "good", "share": 3 }] }',
    ],
    ['/project/policies/empty.txt', '# nothing\n'],
  ]);
  const resolve = (fields: object, workspaceFolder?: string) =>
    resolvePolicy(
      parsePolicy(JSON.stringify({ version: 1, ...fields }), '/project/policies/p.mask.json'),
      {
        file: '/project/policies/p.mask.json',
        ...(workspaceFolder === undefined ? {} : { workspaceFolder }),
        readText: (path) => {
          const text = files.get(path);
          return text === undefined ? Promise.reject(new Error('none')) : Promise.resolve(text);
        },
      },
    );

  it('are read into it', async () => {
    const policy = await resolve(
      {
        rules: [
          { name: 'a', lexicon: '../lists/words.txt', rate: 0.5 },
          { name: 'b', lexicon: 'builtin:names-en' },
          { name: 'c', fromAudit: './audit.json' },
        ],
        never: [{ lexicon: '../lists/words.txt' }],
      },
      '/project',
    );
    expect(policy.rules).toEqual([
      { name: 'a', words: ['fine', 'new york'], rate: 0.5 },
      { name: 'b', lexicon: 'builtin:names-en', rate: 1 },
      { name: 'c', words: ['good'], rate: 1 },
    ]);
    expect(policy.never).toEqual([{ words: ['fine', 'new york'] }]);
    expect(lexiconWords('a\n#b\na')).toEqual(['a']);
  });

  it.each([
    ['/etc/passwd', '/project', 'not a relative path'],
    ['C:\\secret.txt', '/project', 'not a relative path'],
    ['../../etc/passwd', '/project', 'outside the workspace folder /project.'],
    ['../lists/words.txt', undefined, 'outside the folder of the policy, /project/policies.'],
    ['../lists/words.txt', '/elsewhere', 'outside the folder of the policy, /project/policies.'],
    ['missing.txt', '/project', 'cannot be read'],
    ['empty.txt', '/project', 'no entries'],
  ])('are rejected if they cannot be used: %s', async (lexicon, folder, problem) => {
    const promise = resolve({ rules: [{ name: 'a', lexicon }] }, folder);
    const found = await promise.catch((thrown: unknown) => inEnglish(thrown, 'Data'));
    expect(found).toMatchObject({ message: expect.stringContaining(problem) as string });
  });
});
