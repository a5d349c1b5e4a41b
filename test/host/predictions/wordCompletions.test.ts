import { describe, expect, it, vi } from 'vitest';
import type * as vscode from 'vscode';
import type { HoverDependencies } from '../../../src/host/predictions/hoverProvider.js';
import { wordsAt } from '../../../src/host/predictions/wordCompletions.js';
import { editor, oneLine, Position } from '../../support/fakeVscode.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));

interface Request {
  readonly text: string;
  readonly within: { readonly start: number; readonly end: number };
  readonly topK: number;
}

/** Words at the bar in a line, with a server that predicts the same words everywhere. */
async function wordsIn(line: string, predicted = ['sea', 'ship', 'shore', 'sh']) {
  const character = line.indexOf('|');
  const requests: Request[] = [];
  const candidates = predicted.map((word) => ({ word, tokens: [1], probability: 0.1 }));
  const answers = {
    describeModel: () => ({ kind: 'masked-lm', maskToken: '<mask>' }),
    fillMasks: (request: Request) => {
      requests.push(request);
      return { masks: [{ candidates, targets: [], lowConfidence: false, unread: null }] };
    },
  };
  const deps = {
    modelClient: {
      call: (name: keyof typeof answers, request: never) => Promise.resolve(answers[name](request)),
    },
    modelSelection: { modelFolder: () => '/m' },
    documentWords: { of: () => [] },
  } as unknown as HoverDependencies;
  const document = oneLine(line.replace('|', '')) as unknown as vscode.TextDocument;
  const position = new Position(0, character) as unknown as vscode.Position;
  const { signal } = new AbortController();
  const found = await wordsAt(deps, { document, position }, signal);
  const start = found?.range.start.character;
  return { words: found?.words ?? null, start, request: requests[0] };
}

describe('wordsAt', () => {
  it('predicts a word at the cursor, with a mask put there', async () => {
    const { words, start, request } = await wordsIn('we saw the | and ____ it');
    expect(words).toEqual(['sea', 'ship', 'shore', 'sh']);
    expect(start).toBe(11);
    expect(request!.text).toBe('we saw the <mask> and <mask> it');
    expect(request!.within).toEqual({ start: 11, end: 17 });
  });

  it('continues the letters before the cursor, in their case', async () => {
    const { words, start, request } = await wordsIn('we saw the Sh|.');
    expect(words).toEqual(['Ship', 'Shore']);
    expect(start).toBe(11);
    expect(request!.text).toBe('we saw the <mask>.');
    expect(request!.topK).toBeGreaterThan(50);
  });

  it('begins a sentence with a capital, and leaves out words that are never suggested', async () => {
    editor.settings.set('masklab.hover.neverSuggest', ['SEA']);
    try {
      expect((await wordsIn('It is so. |')).words).toEqual(['Ship', 'Shore', 'Sh']);
    } finally {
      editor.settings.clear();
    }
  });

  it('continues letters whose accents are written apart', async () => {
    const { words, start } = await wordsIn('we ate a cre\u0300|.', ['crème', 'cream']);
    expect(words).toEqual(['cre\u0300me']);
    expect(start).toBe(9);
    expect((await wordsIn('we ate a cre|\u0300me.', ['cream'])).words).toBeNull();
    expect((await wordsIn('यह हि|', ['हिन्दी', 'हम'])).words).toEqual(['हिन्दी']);
  });

  it('begins at the last word of a script without spaces, also before a letter', async () => {
    const predicted = ['今天', '明天', '今年'];
    expect(await wordsIn('我们今|', predicted)).toMatchObject({
      words: ['今天', '今年'],
      start: 2,
    });
    const { words, request } = await wordsIn('我们今|去学校', predicted);
    expect(words).toEqual(['今天', '今年']);
    expect(request!.text).toBe('我们<mask>去学校');
  });

  it('follows a whole word of such a script', async () => {
    const { words, start, request } = await wordsIn('我们|', ['去', '今天']);
    expect(words).toEqual(['去', '今天']);
    expect(start).toBe(2);
    expect(request!.text).toBe('<mask>');
  });

  it('is nothing within a word of such a script', async () => {
    expect((await wordsIn('今|天很好', ['今天'])).words).toBeNull();
  });

  it('is nothing within a word, nor right before one', async () => {
    expect((await wordsIn('the sh|ip')).words).toBeNull();
    expect((await wordsIn('the |ship')).words).toBeNull();
  });
});
