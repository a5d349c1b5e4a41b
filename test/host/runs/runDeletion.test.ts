import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RunDeletion } from '../../../src/host/runs/runDeletion.js';
import type { MessageAction } from '../../../src/host/platform/reporter.js';
import type { RunSummary } from '../../../src/node/runs/runReader.js';
import { storedRun } from './storedRun.js';

const { person } = vi.hoisted(() => ({
  person: { answer: undefined as string | undefined, questions: [] as string[] },
}));
vi.mock('vscode', async () => ({
  ...(await import('../../support/fakeVscode.js')),
  window: {
    showWarningMessage: (question: string) => {
      person.questions.push(question);
      return Promise.resolve(person.answer);
    },
    showInformationMessage: () => Promise.resolve(undefined),
  },
}));

let folder: string;
let runs: Map<string, RunSummary>;
let messages: { text: string; actions: readonly MessageAction[] }[];
let stopped: string[];
let hoverModel: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-delete-'));
  runs = new Map();
  messages = [];
  stopped = [];
  hoverModel = '';
  person.answer = undefined;
  person.questions = [];
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

function add(name: string, status: RunSummary['status'] = 'finished'): string {
  const run = storedRun({ id: `20261123-1-${name}`, status });
  const directory = path.join(folder, run.id);
  fs.mkdirSync(directory);
  runs.set(directory, { ...run, directory });
  return directory;
}

function deletion(): RunDeletion {
  return new RunDeletion({
    runStore: {
      update: (directory) =>
        Promise.resolve(fs.existsSync(directory) ? (runs.get(directory) ?? null) : null),
    },
    actions: {
      stop: (directory) => {
        stopped.push(directory);
        return Promise.resolve();
      },
    },
    modelSelection: {
      runDirectories: () => [path.dirname(hoverModel)],
      followedRun: null,
      follow: () => Promise.resolve(),
      select: (model) => {
        hoverModel = model;
        return Promise.resolve();
      },
    },
    reporter: {
      ask: (_, text, actions) => {
        messages.push({ text, actions });
        return Promise.resolve();
      },
    },
    runsFolders: () => [folder],
  });
}

describe('deleting runs', () => {
  it('asks nothing, since it can be undone', async () => {
    const directories = [add('a'), add('b')];
    await deletion().delete(directories);
    expect(person.questions).toEqual([]);
    expect(directories.some((directory) => fs.existsSync(directory))).toBe(false);
    expect(messages[0]!.text).toBe('2 runs were deleted. They can be restored for 7 days.');
    await messages[0]!.actions[0]!.run();
    expect(directories.every((directory) => fs.existsSync(directory))).toBe(true);
  });

  it('deletes none if one is training, and offers to stop it', async () => {
    const directories = [add('a'), add('b', 'running')];
    await deletion().delete(directories);
    expect(directories.every((directory) => fs.existsSync(directory))).toBe(true);
    expect(messages[0]!.text).toBe('“b” is training. Nothing was deleted.');
    await messages[0]!.actions[0]!.run();
    expect(stopped).toEqual([directories[1]]);
  });

  it('warns of a model that hovers use, and gives it back with the run', async () => {
    const directory = add('a');
    const model = path.join(directory, 'model');
    hoverModel = model;
    await deletion().delete([directory]);
    expect(person.questions).toEqual(['Hovers use the model of “a”. Delete it?']);
    expect(fs.existsSync(directory)).toBe(true);
    person.answer = 'Delete';
    await deletion().delete([directory]);
    expect(fs.existsSync(directory)).toBe(false);
    expect(hoverModel).toBe('');
    await messages[0]!.actions[0]!.run();
    expect(fs.existsSync(directory)).toBe(true);
    expect(hoverModel).toBe(model);
  });

  it('is final only after a question', async () => {
    await deletion().delete([add('a')]);
    await deletion().emptyTrash();
    expect(person.questions).toEqual(['Delete 1 run permanently?']);
    const trash = path.join(folder, '.trash');
    expect(fs.readdirSync(trash)).toHaveLength(1);
    person.answer = 'Delete Permanently';
    await deletion().emptyTrash();
    expect(fs.readdirSync(trash)).toEqual([]);
  });

  it('is final after a week, when the editor starts', async () => {
    const old = path.join(folder, '.trash/20260101T000000000Z/20260101-1-old');
    fs.mkdirSync(old, { recursive: true });
    await deletion().delete([add('a')]);
    await deletion().sweep();
    expect(fs.existsSync(old)).toBe(false);
    expect(fs.readdirSync(path.join(folder, '.trash'))).toHaveLength(1);
  });
});
