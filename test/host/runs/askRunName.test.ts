import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { InputBoxOptions } from 'vscode';
import { askRunName, MAX_NAME_LENGTH } from '../../../src/host/runs/askRunName.js';
import { storedRun } from './storedRun.js';

const { person } = vi.hoisted(() => ({
  person: { answer: undefined as string | undefined, asked: null as InputBoxOptions | null },
}));
vi.mock('vscode', async () => ({
  ...(await import('../../support/fakeVscode.js')),
  window: {
    showInputBox: (options: InputBoxOptions) => {
      person.asked = options;
      return Promise.resolve(person.answer);
    },
  },
}));

const ID = '20261123-171500-calm-otter';
const run = storedRun({ id: ID, status: 'finished' });
const renamed = storedRun({ id: ID, status: 'finished', annotations: { name: 'Best' } });
beforeEach(() => {
  person.answer = undefined;
  person.asked = null;
});

describe('askRunName', () => {
  it('begins with the name that is shown, and says the original one', async () => {
    await askRunName([renamed]);
    expect(person.asked).toMatchObject({ value: 'Best' });
    expect(person.asked?.prompt).toContain('“calm-otter”');
  });

  it.each<[string, string | undefined, string | null | undefined]>([
    ['a new name without the spaces around it', '  Worst ', 'Worst'],
    ['null for no name', '', null],
    ['null for spaces alone', '  ', null],
    ['null for the original name', 'calm-otter', null],
    ['undefined for the same name', 'Best', undefined],
    ['undefined for Escape', undefined, undefined],
  ])('gives %s', async (_, answer, expected) => {
    person.answer = answer;
    expect(await askRunName([renamed])).toBe(expected);
  });

  it('does not keep a name that equals the original one', async () => {
    person.answer = 'calm-otter';
    expect(await askRunName([run])).toBeUndefined();
  });

  it('refuses a longer name than fits, and lets one be that the run has already', async () => {
    const long = 'x'.repeat(MAX_NAME_LENGTH + 1);
    await askRunName([renamed]);
    expect(person.asked?.validateInput?.(long)).toMatch(/at most 60 characters/);
    expect(person.asked?.validateInput?.(long.slice(1))).toBeNull();
    await askRunName([{ ...run, name: long }]);
    expect(person.asked?.validateInput?.(long)).toBeNull();
  });
});
