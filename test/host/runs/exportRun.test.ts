import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { InputBoxOptions, QuickPickItem } from 'vscode';
import { AppError, inputError } from '../../../src/core/errors.js';
import { problem } from '../../../src/core/messages/message.js';
import { exportRun } from '../../../src/host/runs/exportRun.js';
import { storedRun } from './storedRun.js';

const { person } = vi.hoisted(() => ({
  person: {
    format: '',
    /** Answers to the text boxes, in order; a missing one is Escape. */
    answers: [] as string[],
    /** Formats chosen before the last one. */
    earlier: [] as string[],
    /** Choice between a folder and a zip file. */
    target: 'Folder',
    /** Button of a warning that is pressed. */
    button: undefined as string | undefined,
    warnings: [] as string[],
    lists: [] as QuickPickItem[][],
    boxes: [] as InputBoxOptions[],
  },
}));
vi.mock('vscode', async () => {
  const fake = await import('../../support/fakeVscode.js');
  return {
    ...fake,
    ProgressLocation: { Notification: 15 },
    window: {
      showQuickPick: (items: QuickPickItem[]) => {
        person.lists.push(items);
        const wanted = items.some(({ label }) => label === person.target)
          ? person.target
          : (person.earlier.shift() ?? person.format);
        return Promise.resolve(items.find(({ label }) => label === wanted));
      },
      showWarningMessage: (message: string) => {
        person.warnings.push(message);
        return Promise.resolve(person.button);
      },
      showInformationMessage: () => undefined,
      showErrorMessage: () => undefined,
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
  person.earlier = [];
  person.target = 'Folder';
  person.button = undefined;
  person.warnings = [];
  person.lists = [];
  person.boxes = [];
});

const formOf = (precision: 'float32' | 'float16' | 'int8', portable = false) => ({
  ...{ precision, portable, bytes: 1000, metric: 'accuracy' as const, value: 0.9 },
  ...{ milliseconds: 1.25, exact: [] },
  largestDisagreement: precision === 'float32' ? null : { difference: 0.0425, text: 'a sentence' },
});
const comparison = {
  ...{ version: 1 as const, step: 3, processor: 'A processor' },
  reference: formOf('float32'),
  forms: [formOf('float16'), formOf('int8'), formOf('int8', true)],
};

async function exported(
  of = run,
  compare: () => Promise<unknown> = () => Promise.reject(new Error('not asked for')),
): Promise<unknown> {
  const requests: unknown[] = [];
  const call = (_: string, request: unknown): Promise<null> => {
    requests.push(request);
    return Promise.resolve(null);
  };
  const modelClient = { call: call as never, follow: compare as never };
  await exportRun({ modelClient, onDidCompare: () => undefined }, of);
  return requests[0];
}

describe('exporting a run with smaller weights', () => {
  it('compares the formats first, and lets the person choose among the results', async () => {
    person.earlier = ['ONNX, 8-bit'];
    person.format = 'ONNX, 8-bit, portable';
    person.target = 'Zip file';
    expect(await exported(run, () => Promise.resolve(comparison))).toEqual({
      modelFolder: `${run.directory}/model`,
      to: '/nowhere/calm-otter-int8-portable.zip',
      ...{ format: 'onnx', precision: 'int8', portable: true, zip: true },
      check: {
        reference: comparison.reference,
        forms: [comparison.forms[2]],
        processor: 'A processor',
      },
    });
    const [before, after] = person.lists as [QuickPickItem[], QuickPickItem[]];
    const descriptionIn = (items: QuickPickItem[]): (string | undefined)[] =>
      items.slice(0, 4).map(({ description }) => description);
    expect(descriptionIn(before)).toEqual([undefined, undefined, undefined, undefined]);
    for (const text of descriptionIn(after)) {
      expect(text).toMatch(/1\.0 kB · 1\.3 ms per batch · accuracy 90\.0%/);
    }
    expect(after[1]!.detail).toBe('Largest disagreement 0.043: a sentence');
  });

  it('ends where the comparison is canceled', async () => {
    person.format = 'ONNX, 8-bit';
    const cancel = (): Promise<never> =>
      Promise.reject(new AppError({ code: 'Cancelled', details: {} }));
    expect(await exported(run, cancel)).toBeUndefined();
    expect(person.warnings).toEqual([]);
  });

  it('says why formats cannot be compared, and exports regardless on request', async () => {
    person.format = 'ONNX, 16-bit';
    const fail = (): Promise<never> =>
      Promise.reject(inputError(problem('run.hasNoModel', { name: 'x' })));
    expect(await exported(run, fail)).toBeUndefined();
    expect(person.warnings[0]).toMatch(/could not be compared on held-out data\. .*x/);
    person.button = 'Export Without Comparison';
    expect(await exported(run, fail)).toEqual({
      ...{ modelFolder: `${run.directory}/model`, to: '/nowhere/calm-otter-float16' },
      ...{ format: 'onnx', precision: 'float16' },
    });
  });

  it('compares nothing for float32', async () => {
    person.format = 'ONNX';
    expect(await exported()).toMatchObject({ to: '/nowhere/calm-otter-onnx', format: 'onnx' });
  });
});

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
