import { describe, expect, it } from 'vitest';
import { AppError, type AppErrorData } from '../../../../src/core/errors.js';
import { parsePolicy, policyProblems } from '../../../../src/core/masking/policy/policyFile.js';
import { lexiconWords, resolvePolicy } from '../../../../src/core/masking/policy/resolvePolicy.js';

function errorOf(text: string): AppErrorData['details'] {
  try {
    parsePolicy(text, 'p.mask.json');
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown.data.details;
    throw thrown;
  }
  throw new Error('nothing was wrong');
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
    ['{ "version": 1,\n"ratee": 0.2 }', 2, 'Did you mean "rate"?', 'Write "rate"'],
    ['{ "version": 1,\n\n"rate": 15 }', 3, 'at most 1, not 15', 'for 15 % write 0.15'],
    ['{ "version": 1, "rate": 1 }', 1, 'less than 1', 'less than 1'],
    ['{ "version": 1, "rate": "high" }', 1, 'must be a number, not "high"', 'a number'],
    ['{ "version": 1, "unit": "wrod" }', 1, 'Did you mean "word"?', '"sentence"'],
    ['{ "rate": 0.2 }', 1, '"version" is missing', '"version": 1'],
    ['{ "version": 1,\n"rate": 0.1,\n"rate": 0.2 }', 3, 'twice', 'Remove one'],
    ['{ "version": 1\n"rate": 0.2 }', 2, 'comma is missing', 'comments'],
    ['{ "version": 1, "name": "x }', 1, 'closing quote', 'Mend'],
    ['', 1, 'no policy in this file', 'gallery'],
    ['{ "version": 1, "replace": { "mask": 0.5, "random": 0, "keep": 0 } }', 1, 'sum to 1', ''],
    [rule('"words": []'), 4, '"words" must not be empty', 'leave the key out'],
    [rule('"wrods": ["a"]'), 4, 'Did you mean "words"?', 'Write "words"'],
    [
      rule('"words": ["a"], "pattern": "b"'),
      4,
      '"words" and "pattern" cannot stand together',
      'Keep one',
    ],
    [rule('"rate": 0.5'), 4, 'what to look for', 'words, lexicon'],
    [rule('"pattern": "(?=a)b"'), 4, 'Look-around', '"never"'],
    [rule('"pattern": "(?<!a)b"'), 4, 'Look-around', '"never"'],
    [rule('"pattern": "(a)\\\\1"'), 4, 'Back-references', 'Write out'],
    [rule('"pattern": "a++"'), 4, 'possessive', 'a+'],
    [rule('"pattern": "(a"'), 4, 'missing closing )', 'RE2'],
    [rule('"pattern": "\\\\b"'), 4, 'matches no characters', 'find'],
    [
      rule('"lexicon": "builtin:stopwords-en"'),
      4,
      'Did you mean "builtin:stop-words-en"?',
      'text file',
    ],
    [rule('"personalData": ["emial"]'), 4, 'Did you mean "email"?', '"iban"'],
    [rule('"keywords": { "topp": 3 }'), 4, 'Did you mean "top"?', 'Write "top"'],
    [rule('"words": ["a"] }, { "name": "a", "words": ["b"]'), 4, 'Two rules', 'name of its own'],
    ['{ "version": 1, "never": [{ "patern": "a" }] }', 1, 'Did you mean "pattern"?', 'pattern'],
    ['{ "version": 1, "schedule": { "from": 0.1 } }', 1, '"to" is missing', 'a number'],
  ])('say what is wrong with %j', (text, row, problem, remedy) => {
    const details = errorOf(text) as { file: string; row: number; problem: string; remedy: string };
    expect(details).toMatchObject({ file: 'p.mask.json', row });
    expect(details.problem).toContain(problem);
    expect(details.remedy).toContain(remedy);
  });

  it('name one reason for one mistake', () => {
    expect(policyProblems(rule('"wrods": ["a"]'))).toHaveLength(1);
    expect(policyProblems(rule('"words": ["a"], "ratte": 1'))).toHaveLength(1);
  });

  it('have their problems marked in place, all of them', () => {
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
    ['../../etc/passwd', '/project', 'outside the workspace folder, /project.'],
    ['../lists/words.txt', undefined, 'outside the folder of the policy, /project/policies.'],
    ['../lists/words.txt', '/elsewhere', 'outside the folder of the policy, /project/policies.'],
    ['missing.txt', '/project', 'cannot be read'],
    ['empty.txt', '/project', 'no entries'],
  ])('are refused where they cannot be used: %s', async (lexicon, folder, problem) => {
    const promise = resolve({ rules: [{ name: 'a', lexicon }] }, folder);
    const details: unknown = await promise.catch(
      (thrown: unknown) => (thrown as AppError).data.details,
    );
    expect(details).toMatchObject({ problem: expect.stringContaining(problem) as string });
  });
});
