import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { parseRunFile } from '../../../src/core/specs/runFile.js';
import { problemsOfFields } from '../../../src/host/launch/launchProblems.js';
import { runFilePlaceProblems } from '../../../src/node/runs/runFilePlaces.js';
import { problemInEnglish, remedyInEnglish } from '../../support/inEnglish.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-launch-'));
  fs.mkdirSync(path.join(folder, 'empty'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

it.each([
  [{ data: 'gone' }, 'data', 'gone does not exist.'],
  [{ data: 'gone/*.txt' }, 'data', 'The folder of the glob gone/*.txt does not exist.'],
  [{ data: '.', model: 'empty' }, 'model', 'empty contains neither a model nor a run.'],
])('places of a draft %j are named without a file', (written, field, said) => {
  const run = parseRunFile(JSON.stringify(written), 'a.run.jsonc');
  const [found] = problemsOfFields(runFilePlaceProblems(run, folder));
  expect(found!.field).toBe(field);
  expect(problemInEnglish(found!.error)).toBe(said);
  expect(remedyInEnglish(found!.error)).not.toMatch(/this file/);
});
