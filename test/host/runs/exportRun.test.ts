import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { InputBoxOptions, QuickPickItem } from 'vscode';
import { exportRun } from '../../../src/host/runs/exportRun.js';
import { storedRun } from './storedRun.js';

const { person } = vi.hoisted(() => ({
  person: {
    format: '',
    /** Answers to the text boxes, in order; a missing one is Escape. */
    answers: [] as string[],
    boxes: [] as InputBoxOptions[],
  },
}));
vi.mock('vscode', async () => {
  const fake = await import('../../support/fakeVscode.js');
  return {
    ...fake,
    ProgressLocation: { Notification: 15 },
    window: {
      showQuickPick: (items: QuickPickItem[]) =>
        Promise.resolve(items.find(({ label }) => label === person.format)),
      showInputBox: (options: InputBoxOptions) => {
        person.boxes.push(options);
        return Promise.resolve(person.answers.shift());
      },
      showOpenDialog: () => Promise.resolve([fake.Uri.file('/nowhere')]),
      withProgress: (_: unknown, work: () => Promise<unknown>) => work(),
    },
  };
});

const run = storedRun({ id: '20261123-171500-calm-otter', status: 'finished' });
const facts = { ...run.facts!, task: 'classification' as const };

beforeEach(() => {
  person.answers = [];
  person.boxes = [];
});

async function exported(of = run): Promise<unknown> {
  const requests: unknown[] = [];
  const call = (_: string, request: unknown): Promise<null> => {
    requests.push(request);
    return Promise.resolve(null);
  };
  await exportRun({ call: call as never }, of);
  return requests[0];
}

describe('exporting a run for LiteRT', () => {
  it('takes lengths and masked rows, and names the folder after the format', async () => {
    person.format = 'LiteRT, 8-bit';
    person.answers = ['64， 32', ' 4 '];
    expect(await exported()).toEqual({
      modelFolder: `${run.directory}/model`,
      to: '/nowhere/calm-otter-litert-int8',
      format: 'litert',
      precision: 'int8',
      lengths: [64, 32],
      maskedRows: 4,
    });
  });

  it('leaves out what is left empty', async () => {
    person.format = 'LiteRT';
    person.answers = ['', ''];
    expect(await exported()).toEqual({
      ...{ modelFolder: `${run.directory}/model`, to: '/nowhere/calm-otter-litert' },
      format: 'litert',
    });
  });

  it('does not ask for masked rows of a classifier', async () => {
    person.format = 'LiteRT';
    person.answers = ['16'];
    expect(await exported({ ...run, facts })).toMatchObject({ lengths: [16] });
    expect(person.boxes).toHaveLength(1);
  });

  it('ends with Escape in either box', async () => {
    person.format = 'LiteRT';
    expect(await exported()).toBeUndefined();
    person.answers = ['16'];
    expect(await exported()).toBeUndefined();
  });

  it('asks nothing of other formats', async () => {
    person.format = 'safetensors';
    expect(await exported()).toMatchObject({ format: 'safetensors' });
    expect(person.boxes).toEqual([]);
  });

  it.each([
    ['', true],
    ['32', true],
    ['32, 64,128', true],
    ['32,', false],
    ['0', false],
    ['-8', false],
    ['many', false],
    [Array.from({ length: 17 }, (_, i) => i + 1).join(), false],
  ])('checks the lengths "%s"', async (text, isGood) => {
    person.format = 'LiteRT';
    await exported();
    const problem = await person.boxes[0]!.validateInput!(text);
    expect(problem === null).toBe(isGood);
  });
});
