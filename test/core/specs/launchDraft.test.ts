import { describe, expect, it } from 'vitest';
import { BERT_MASKING } from '../../../src/core/masking/policy/policy.js';
import { ENGLISH, renderProblem } from '../../../src/core/messages/render.js';
import {
  changedFields,
  draftOf,
  draftProblems,
  launchDraftSchema,
  runFileOfDraft,
  runFilesOfDraft,
  type LaunchDraft,
} from '../../../src/core/specs/launchDraft.js';
import { DEFAULT_NEW_MODEL } from '../../../src/core/specs/pretraining.js';
import { parseRunFile, runFileText, type RunFile } from '../../../src/core/specs/runFile.js';

const RUN: RunFile = {
  name: 'calm',
  experiment: 'opinion',
  data: ['notes', 'more/*.md'],
  exclude: ['drafts/**'],
  model: 'models/tiny',
  options: {
    epochs: 1.5,
    batchSize: 'auto',
    labelColumn: ['a,b', 'c'],
    pairColumn: '',
    dropout: true,
    masking: 'bert',
    seed: 7,
  },
};
const PLAIN = draftOf({ data: ['.'], exclude: [], options: {} });
const with_ = (changes: Partial<LaunchDraft>): LaunchDraft => ({ ...PLAIN, ...changes });
const problemsOf = (draft: LaunchDraft): string[] =>
  draftProblems(draft).map(({ path, problem }) => {
    return `${path.join('.')}: ${renderProblem(problem, ENGLISH).message}`;
  });

describe('a draft', () => {
  it.each([
    ['a run of options', RUN],
    ['a policy of its own', { ...RUN, options: {}, policy: { ...BERT_MASKING, rate: 0.2 } }],
    [
      'a new model',
      { data: ['.'], exclude: [], newModel: DEFAULT_NEW_MODEL, options: { epochs: 3 } },
    ],
    ['several seeds', { data: ['.'], exclude: [], seeds: [1, 2, 3, 8], options: { epochs: 3 } }],
  ])('gives %s back as the run file that it was made from', (_, run: RunFile) => {
    const given = runFileOfDraft(launchDraftSchema.parse(draftOf(run)));
    expect(parseRunFile(runFileText(given), 'a')).toEqual(parseRunFile(runFileText(run), 'a'));
  });

  it('makes a run of each seed, and one run without seeds', () => {
    const seedsOf = (seeds: string): unknown[] =>
      runFilesOfDraft(with_({ seeds })).map(({ options }) => options.seed);
    expect(seedsOf('1-3')).toEqual([1, 2, 3]);
    expect(seedsOf('')).toEqual([undefined]);
  });

  it('has the problems that the run would be refused for, at their fields', () => {
    const draft = with_({
      data: [],
      seeds: '5-3',
      options: { epochs: 'many', batchSize: '0', maxLength: '64' },
    });
    expect(problemsOf(draft)).toEqual([
      'data: No data is selected.',
      'seeds: The seeds cannot be read: 5-3.',
      expect.stringMatching(/^epochs: "epochs" must be a number above 0 /),
      expect.stringMatching(/^batchSize: "batchSize" must be a whole number from 1 /),
    ]);
    expect(problemsOf(PLAIN)).toEqual([]);
  });

  it('names the fields in which it differs, and not those that are written differently', () => {
    const from = draftOf(RUN);
    expect([...changedFields(from, from)]).toEqual([]);
    const draft = {
      ...from,
      data: ['notes'],
      seeds: '1, 2',
      masking: 'spanbert',
      newModel: DEFAULT_NEW_MODEL,
      options: {
        ...from.options,
        labelColumn: ['c'],
        epochs: '1.50',
        maxLength: 'wrong',
        packing: false,
      },
    };
    expect([...changedFields(draft, from)]).toEqual([
      ...['data', 'seeds', 'model', 'masking', 'labelColumn', 'maxLength'],
    ]);
  });
});
