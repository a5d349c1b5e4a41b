import { describe, expect, it } from 'vitest';
import { describeError, toAppErrorData } from '../../../src/core/errors.js';
import { ENGLISH } from '../../../src/core/messages/render.js';
import { RUN_OPTION_NAMES } from '../../../src/core/runs/options.js';
import {
  parseRunFile,
  runFileProblems,
  runFileText,
  runsOfFile,
} from '../../../src/core/specs/runFile.js';
import { runFileJsonSchema } from '../../../src/core/specs/runFileJsonSchema.js';

function errorOf(text: string): string {
  try {
    parseRunFile(text, 'a.run.jsonc');
  } catch (thrown) {
    return describeError(toAppErrorData(thrown), ENGLISH).message;
  }
  return '';
}

describe('run files', () => {
  it('have data, model and options, with comments and trailing commas', () => {
    const run = parseRunFile(
      `{
        // a note
        "data": "notes/",
        "masking": "opinion.mask.json",
        "batchSize": "auto",
        "freeze": ["embeddings", "layers=2"],
        "packing": true,
        "learningRate": 3e-5,
      }`,
      'a.run.jsonc',
    );
    expect(run).toEqual({
      name: undefined,
      experiment: undefined,
      data: ['notes/'],
      exclude: [],
      model: undefined,
      policy: undefined,
      options: {
        masking: 'opinion.mask.json',
        batchSize: 'auto',
        freeze: ['embeddings', 'layers=2'],
        packing: true,
        learningRate: 3e-5,
      },
    });
    expect(parseRunFile(runFileText(run), 'b.run.jsonc')).toEqual(run);
  });

  it('may have a policy of their own', () => {
    const run = parseRunFile(
      '{ "data": ["a"], "masking": { "version": 1, "rate": 0.3 } }',
      'a.run.jsonc',
    );
    expect(run.policy?.rate).toBe(0.3);
    expect(run.options).toEqual({});
    expect(parseRunFile(runFileText(run), 'b.run.jsonc')).toEqual(run);
  });

  it('name a run for each of their seeds', () => {
    const run = parseRunFile('{ "data": ["a"], "seeds": [3, 1], "epochs": 2 }', 'a.run.jsonc');
    expect(runsOfFile(run).map(({ options, seeds }) => ({ options, seeds }))).toEqual([
      { options: { epochs: 2, seed: 3 }, seeds: undefined },
      { options: { epochs: 2, seed: 1 }, seeds: undefined },
    ]);
    expect(parseRunFile(runFileText(run), 'b.run.jsonc')).toEqual(run);
    expect(errorOf('{ "data": "a", "seeds": [1, 2], "seed": 3 }')).toMatch(/one seed and a list/);
    expect(errorOf('{ "data": "a", "seeds": [1, 1] }')).toMatch(/1/);
    expect(errorOf('{ "data": "a", "seeds": [] }')).not.toBe('');
  });

  it('name the line and the nearest key of what is wrong', () => {
    expect(errorOf('{\n"data": "a",\n"learningrate": 1e-3 }')).toBe(
      'a.run.jsonc, line 3: Unknown key "learningrate". Did you mean "learningRate"?',
    );
    expect(errorOf('{ "data": "a", "epochs": -1 }')).toBe(
      'a.run.jsonc, line 1: "epochs" must be a number above 0 and at most 10000, but it is -1.',
    );
    expect(errorOf('{ "epochs": 1 }')).toMatch(/"data" is/);
    expect(errorOf('')).toMatch(/The run file is empty/);
    expect(runFileProblems('{ "data": "a", "seed": 1.5, "task": "x" }')).toHaveLength(2);
  });

  it('have a schema with a description for every key', () => {
    const { properties } = runFileJsonSchema() as {
      properties: Record<string, { description?: string }>;
    };
    const bare = Object.keys(properties).filter(
      (key) => properties[key]!.description === undefined,
    );
    expect(bare).toEqual(['$schema']);
    expect(Object.keys(properties)).toEqual(expect.arrayContaining(RUN_OPTION_NAMES));
  });
});
