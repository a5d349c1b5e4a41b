import path from 'node:path';
import { expect, it } from 'vitest';
import { studyFileProblems } from '../../../src/core/experiments/study/studyFile.js';
import type { DocumentProblem } from '../../../src/core/jsonDocument/documentProblem.js';
import { runFileProblems } from '../../../src/core/specs/runFile.js';
import {
  runFilePlaceProblems,
  studyFilePlaceProblems,
} from '../../../src/node/runs/runFilePlaces.js';
import { useScratchFolder } from '../data/readers/scratchFolder.js';

const folder = useScratchFolder();

function marked(text: string, problems: readonly DocumentProblem[]): [string, string][] {
  return problems.map(({ offset, length, problem: { id } }) => [
    text.slice(offset, offset + length),
    id,
  ]);
}

function ofRun(content: object): [string, string][] {
  const text = JSON.stringify(content, null, 2);
  const own = path.join(folder.path, 'own');
  return marked(
    text,
    runFileProblems(text, (run) => runFilePlaceProblems(run, own)),
  );
}

it('marks paths of a run file that do not exist', () => {
  folder.write('notes/a.txt', 'a');
  folder.write('own/own.mask.json', '{}');
  folder.write('models/tiny/config.json', '{}');
  folder.write('.masklab/runs/one/run.json', '{}');
  expect(
    ofRun({ data: ['../notes', '!drafts/**', '../notes/*.md'], model: '../models/tiny' }),
  ).toEqual([]);
  expect(
    ofRun({ data: '../notes/a.txt', model: '../.masklab/runs/one', masking: 'own.mask.json' }),
  ).toEqual([]);
  expect(ofRun({ data: ['../notes', 'gone', 'gone/*.txt'] })).toEqual([
    ['"gone"', 'runFile.pathNotFound'],
    ['"gone/*.txt"', 'runFile.nothingMatches'],
  ]);
  expect(ofRun({ data: 'gone.txt', model: '../gone', masking: 'opinon-words' })).toEqual([
    ['"gone.txt"', 'runFile.pathNotFound'],
    ['"../gone"', 'runFile.pathNotFound'],
    ['"opinon-words"', 'masking.policyNotFound'],
  ]);
  expect(ofRun({ data: '../notes', model: '../notes', masking: 'opinion-words' })).toEqual([
    ['"../notes"', 'runFile.notAModel'],
  ]);
});

it('marks paths of a study file that do not exist', () => {
  folder.write('notes/a.txt', 'a');
  const text = JSON.stringify({
    name: 'one',
    run: { data: ['notes', 'gone'] },
    arms: [{ masking: 'bert' }, { masking: 'gone.mask.json' }],
    masks: ['roberta', 'other.mask.json'],
  });
  const problems = studyFileProblems(text, (study) => studyFilePlaceProblems(study, folder.path));
  expect(marked(text, problems)).toEqual([
    ['"gone"', 'runFile.pathNotFound'],
    ['"gone.mask.json"', 'masking.policyNotFound'],
    ['"other.mask.json"', 'masking.policyNotFound'],
  ]);
});
