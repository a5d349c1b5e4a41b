/** Errors of commands for input that they cannot use, and files that they leave as they were. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeTinyModel } from '../support/tinyModel.js';
import { masklab, UNNAMED, type CommandResult } from './commandLine.js';

let folder: string;
/** Run of a classifier of the labels yes and no. */
let classifier: string;
beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-input-'));
  await writeTinyModel(path.join(folder, 'tiny'), 'this good film was a bad book and a long play');
  write('rows.csv', table(rows));
  const trained = await masklab(folder, [
    ...['train', '--data', 'rows.csv', '--model', 'tiny', '--out', 'trained', '--json'],
    ...['--epochs', '1', '--max-length', '32', '--threads', '1'],
  ]);
  expect(trained.code).toBe(0);
  classifier = path.join('trained', fs.readdirSync(path.join(folder, 'trained')).find(isRun)!);
}, 60_000);
afterAll(() => {
  fs.rmSync(folder, { recursive: true });
});

const rows = Array.from(
  { length: 60 },
  (_, i) => `this ${i % 2 === 0 ? 'good' : 'bad'} film ${i},${i % 2 === 0 ? 'yes' : 'no'}`,
);

const isRun = (name: string): boolean => !name.startsWith('.');

const table = (lines: readonly string[], head = 'text,label'): string =>
  [head, ...lines, ''].join('\n');

function write(name: string, content: string | Uint8Array): void {
  fs.writeFileSync(path.join(folder, name), content);
}

async function run(...args: string[]): Promise<CommandResult> {
  const result = await masklab(folder, args);
  expect(result.output).not.toMatch(UNNAMED);
  return result;
}

it('names and counts skipped rows once before a run', async () => {
  write('bad.csv', table([...rows, 'no label,', 'one,two,three']));
  const { code, output } = await run(
    ...['train', '--data', 'bad.csv', '--model', 'tiny', '--skip-bad', '--queue'],
  );
  expect(code).toBe(0);
  expect(output).toContain('masklab: 2 rows or files were skipped. bad.csv, line 62, ');
  for (const line of ['line 62', 'line 63']) expect(output.split(line)).toHaveLength(2);
  expect(output).not.toMatch(/Expected a number|has no label|could not be read/);
}, 60_000);

it('says that a run has no model yet, and how it gets one', async () => {
  const named = ['--model', 'tiny', '--name', 'waits', '--out', 'runs', '--queue', '--json'];
  const waiting = await run('train', '--data', 'rows.csv', ...named);
  const { id, directory } = JSON.parse(/^\{.*\}$/m.exec(waiting.output)![0]) as {
    id: string;
    directory: string;
  };
  for (const command of [
    ['predict', '--model', directory, 'a text'],
    ['evaluate', '--model', directory, '--data', 'rows.csv'],
    ['export', directory, '--to', 'exported'],
  ]) {
    const { code, output } = await run(...command);
    expect(code).not.toBe(0);
    expect(output).toContain(`“${id}” has no model yet.`);
    expect(output).toContain('If it is not training, resume it with "masklab resume".');
  }
}, 60_000);

it('names file, row, column and labels where a model does not know a label', async () => {
  write('other.csv', table(['a good film,yes', 'a long play,maybe']));
  const known = 'The model does not know the label "maybe". Its labels are no and yes.';
  for (const command of ['evaluate', 'audit']) {
    const { code, output } = await run(command, '--model', classifier, '--data', 'other.csv');
    expect(code).toBe(1);
    expect(output).toContain(`other.csv, line 3, column label: ${known}`);
    expect(output).toContain('skip such rows with --skip-bad');
  }
  const skipped = await run(
    ...['evaluate', '--model', classifier, '--data', 'other.csv', '--skip-bad'],
  );
  expect(skipped.code).toBe(0);

  const study = {
    ...{ name: 'two', seeds: 2 },
    run: { data: 'rows.csv', model: 'tiny', maxLength: 32, threads: 1 },
    arms: [{ name: 'plain' }, { name: 'slow', learningRate: 0.00001 }],
    tests: [{ name: 'elsewhere', data: 'other.csv' }],
  };
  write('two.study.jsonc', JSON.stringify(study));
  const planned = await run('study', 'plan', 'two.study.jsonc');
  expect(planned.code).not.toBe(0);
  expect(planned.output).toContain(
    'other.csv, line 3, column label: The runs of the study do not learn the label "maybe". Their labels are no and yes.',
  );
  expect(planned.output).toContain('"skipBad": true in "run"');
}, 60_000);

it('refuses a file in place of an output folder before it reads anything', async () => {
  write('taken', 'as it was');
  for (const command of [
    ['audit', '--model', classifier, '--data', 'absent.csv', '--out', 'taken'],
    ['cross-validate', '--data', 'absent.csv', '--out', 'taken/inside'],
    ['train', '--data', 'absent.csv', '--out', 'taken'],
  ]) {
    const { code, output } = await run(...command);
    expect(code).toBe(2);
    expect(output).toMatch(/--out must be a folder, but .*taken is a file\.\n +Choose a folder/);
  }
  expect(fs.readFileSync(path.join(folder, 'taken'), 'utf8')).toBe('as it was');
}, 60_000);

it('drafts no study of a test file that does not exist, and names test sets apart', async () => {
  const audit = ['--no-gradients', '--out', path.join(classifier, 'audit')];
  await run('audit', '--model', classifier, '--data', 'rows.csv', ...audit);
  for (const flags of [
    ['--test', 'absent.csv'],
    ['--test', 'rows.csv', '--sample', 'absent.csv'],
  ]) {
    const { code, output } = await run('study', 'draft', classifier, ...flags);
    expect(code).toBe(2);
    expect(output).toContain(`${flags.at(-2)} absent.csv does not exist.`);
  }
  expect(fs.readdirSync(folder).filter((name) => name.endsWith('.draft.study.jsonc'))).toEqual([]);
  for (const name of ['first', 'second']) {
    fs.mkdirSync(path.join(folder, name));
    write(`${name}/test.csv`, table(rows.slice(0, 2)));
  }
  const drafted = ['--file', 'made.draft.study.jsonc'];
  const tests = ['--test', 'first/test.csv', '--test', 'second/test.csv'];
  expect((await run('study', 'draft', classifier, ...tests, ...drafted)).code).toBe(0);
  const text = fs.readFileSync(path.join(folder, 'made.draft.study.jsonc'), 'utf8');
  expect(text).toMatch(/"name": "test",[^]*"name": "test 2",/);
}, 60_000);

it('writes each column of predicted numbers under its own name', async () => {
  const numbers = Array.from({ length: 40 }, (_, i) => `a good film ${i},${i}.5,${i % 7}.25`);
  write('numbers.csv', table(numbers, 'text,row,stars'));
  const { code } = await run(
    ...['train', '--data', 'numbers.csv', '--model', 'tiny', '--task', 'regression'],
    ...['--text-column', 'text', '--label-column', 'row,stars'],
    ...['--epochs', '1', '--max-length', '32', '--threads', '1', '--out', 'regressor'],
  );
  expect(code).toBe(0);
  const name = fs.readdirSync(path.join(folder, 'regressor')).find(isRun)!;
  const model = path.join('regressor', name);
  await run('predict', '--model', model, '--data', 'rows.csv', '--out', 'predicted.csv');
  const [head] = fs.readFileSync(path.join(folder, 'predicted.csv'), 'utf8').split(/\r?\n/);
  expect(head).toBe('file,row,id,text,pair,prediction of row,stars');
}, 60_000);
