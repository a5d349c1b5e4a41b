import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type * as vscode from 'vscode';
import { AppError } from '../../../src/core/errors.js';
import type { DocumentWords } from '../../../src/host/predictions/documentWords.js';
import type { ModelClient } from '../../../src/host/models/modelClient.js';
import { ModelSelection } from '../../../src/host/models/modelSelection.js';
import { PredictionHoverProvider } from '../../../src/host/predictions/hoverProvider.js';
import type { RequestOf, ResponseOf } from '../../../src/protocol/channel.js';
import type { ModelServerSide } from '../../../src/protocol/modelServer.js';
import * as fakeVscode from '../../support/fakeVscode.js';
import { problem } from '../../../src/core/messages/message.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));

type WordRequest = RequestOf<ModelServerSide, 'predictWord'>;
type WordResponse = ResponseOf<ModelServerSide, 'predictWord'>;

let root: string;
let selection: ModelSelection;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-hover-'));
  for (const name of ['first', 'second']) {
    fs.mkdirSync(path.join(root, name));
    fs.writeFileSync(path.join(root, name, 'config.json'), '{}');
  }
  const state = new Map<string, unknown>();
  const context = {
    extensionUri: fakeVscode.Uri.file(root),
    workspaceState: {
      get: (key: string, fallback: unknown) => state.get(key) ?? fallback,
      update: (key: string, value: unknown) => Promise.resolve(state.set(key, value)),
    },
  };
  selection = new ModelSelection(context as unknown as vscode.ExtensionContext);
});
afterEach(() => {
  selection.dispose();
  fs.rmSync(root, { recursive: true, force: true });
});

const NEVER_CANCELLED = {
  isCancellationRequested: false,
  onCancellationRequested: () => ({ dispose: () => undefined }),
} as unknown as vscode.CancellationToken;

/** Hovers over a word, which `predict` predicts. */
async function hoverWith(
  predict: (request: WordRequest) => Promise<WordResponse>,
  {
    document = fakeVscode.oneLine('the whale and'),
    expect: isExpected = false,
    compared = null,
  }: {
    readonly document?: ReturnType<typeof fakeVscode.oneLine>;
    readonly expect?: boolean;
    readonly compared?: { readonly folder: string; readonly refresh: () => void } | null;
  } = {},
): Promise<string> {
  const modelClient = { call: (_name: string, request: WordRequest) => predict(request) };
  const provider = new PredictionHoverProvider({
    modelClient: modelClient as unknown as ModelClient,
    modelSelection: selection,
    documentWords: { of: () => [] } as unknown as DocumentWords,
    comparedModel: {
      current: () => Promise.resolve(compared && { folder: compared.folder, name: 'other' }),
      refresh: () => compared?.refresh(),
    },
    log: { error: () => undefined } as unknown as vscode.LogOutputChannel,
  });
  const opened = document as unknown as vscode.TextDocument;
  const position = new fakeVscode.Position(0, 6) as unknown as vscode.Position;
  if (isExpected) provider.expect(opened, position);
  const hover = await provider.provideHover(opened, position, NEVER_CANCELLED);
  const [content] = [hover?.contents].flat();
  return (content as vscode.MarkdownString | undefined)?.value ?? '';
}

/** Says as its candidate which model was asked. */
const answer = ({ modelFolder }: WordRequest): WordResponse => ({
  ...{ start: 4, end: 9 },
  candidates: [{ word: `word-of-${path.basename(modelFolder)}`, tokens: [1], probability: 0.5 }],
  word: null,
  lowConfidence: false,
  contextTokens: null,
  unread: null,
  isUncased: true,
  modelName: path.basename(modelFolder),
});

describe('PredictionHoverProvider', () => {
  it('names the model that predicted, though another is selected meanwhile', async () => {
    await selection.select(path.join(root, 'first'));
    const markdown = await hoverWith(async (request) => {
      await selection.select(path.join(root, 'second'));
      return answer(request);
    });
    expect(markdown).toContain('word\\-of\\-first');
    expect(markdown).toContain('$(beaker) first');
    expect(markdown).not.toContain('second');
  });

  it('names a run as the person renamed it meanwhile', async () => {
    const model = path.join(root, 'run', 'model');
    fs.mkdirSync(model, { recursive: true });
    fs.writeFileSync(path.join(model, 'config.json'), '{}');
    await selection.select(model);
    const hover = () => hoverWith((request) => Promise.resolve(answer(request)));
    expect(await hover()).toContain('$(beaker) run');
    expect(selection.takeName({ directory: path.join(root, 'run'), name: 'Best' })).toBe(true);
    expect(await hover()).toContain('$(beaker) Best');
    expect(selection.takeName({ directory: path.join(root, 'other'), name: 'No' })).toBe(false);
    expect(await hover()).toContain('$(beaker) Best');
  });

  it('appears on request alone if the settings say so', async () => {
    const predict = (request: WordRequest) => Promise.resolve(answer(request));
    fakeVscode.editor.settings.set('masklab.hover.trigger', 'command');
    try {
      expect(await hoverWith(predict)).toBe('');
      expect(await hoverWith(predict, { expect: true })).toContain('word\\-of');
    } finally {
      fakeVscode.editor.settings.clear();
    }
  });

  it('appears on request if hovers are turned off', async () => {
    const predict = (request: WordRequest) => Promise.resolve(answer(request));
    fakeVscode.editor.settings.set('masklab.hover.enabled', false);
    try {
      expect(await hoverWith(predict)).toBe('');
      expect(await hoverWith(predict, { expect: true })).toContain('word\\-of');
    } finally {
      fakeVscode.editor.settings.clear();
    }
  });

  it('is about the words that share a token with the one under the pointer', async () => {
    const wide = (request: WordRequest) =>
      Promise.resolve({ ...answer(request), start: 0, end: 9 } as WordResponse);
    const markdown = await hoverWith(wide);
    expect(markdown).toContain(encodeURIComponent('"range":[0,0,0,9],"original":"the whale"'));
  });

  it('leaves code to its language, and predicts in its comments', async () => {
    const asked: WordRequest[] = [];
    const predict = (request: WordRequest) => {
      asked.push(request);
      return Promise.resolve(answer(request));
    };
    const inCode = (text: string) => ({ ...fakeVscode.oneLine(text), languageId: 'python' });
    expect(await hoverWith(predict, { document: inCode('f = whale + 1') })).toBe('');
    const comment = inCode('# a whale swims');
    expect(await hoverWith(predict, { document: comment })).toContain('word\\-of');
    expect(asked).toHaveLength(1);
    expect(asked[0]!.text).toBe('  a whale swims');
  });

  it('reads nothing from the disk', async () => {
    await selection.select(path.join(root, 'first'));
    await selection.current(undefined);
    const spies = [
      ...(['existsSync', 'statSync', 'readFileSync', 'createReadStream'] as const).map((name) =>
        vi.spyOn(fs, name),
      ),
      ...(['readFile', 'stat', 'open', 'access', 'readdir'] as const).map((name) =>
        vi.spyOn(fs.promises, name),
      ),
    ];
    try {
      const markdown = await hoverWith((request) => Promise.resolve(answer(request)));
      expect(markdown).toContain('$(beaker) first');
      for (const spy of spies) expect(spy).not.toHaveBeenCalled();
    } finally {
      vi.restoreAllMocks();
    }
  });

  it('appears also where the model that it compares with is gone', async () => {
    await selection.select(path.join(root, 'first'));
    const refresh = vi.fn();
    const gone = path.join(root, 'gone');
    const markdown = await hoverWith(
      (request) => {
        if (request.modelFolder !== gone) return Promise.resolve(answer(request));
        const details = { path: gone, problem: problem('models.missingFolder') };
        return Promise.reject(new AppError({ code: 'Model', details }));
      },
      { compared: { folder: gone, refresh } },
    );
    expect(markdown).toContain('word\\-of\\-first');
    expect(refresh).toHaveBeenCalledOnce();
  });

  it('uses the default model for a setting that is no text', () => {
    for (const value of [null, true, 5, []]) {
      fakeVscode.editor.settings.set('masklab.model', value);
      fakeVscode.editor.configurationChanged.fire({ affectsConfiguration: () => true });
      expect(selection.modelFolder(undefined)).toBe(selection.bundledFolder);
    }
    fakeVscode.editor.settings.clear();
  });

  it('keeps the selected model until the person changes the setting', async () => {
    const change = (value: string): void => {
      fakeVscode.editor.settings.set('masklab.model', value);
      fakeVscode.editor.configurationChanged.fire({ affectsConfiguration: () => true });
    };
    const first = path.join(root, 'first');
    await selection.select(first);
    // As where a folder with a setting is added, or one without is removed.
    fakeVscode.editor.configurationChanged.fire({ affectsConfiguration: () => true });
    expect(selection.modelFolder(undefined)).toBe(first);
    change(path.join(root, 'second'));
    await expect.poll(() => selection.modelFolder(undefined)).toBe(path.join(root, 'second'));
    fakeVscode.editor.settings.clear();
  });

  it('falls back to the default model where the chosen folder is gone', async () => {
    await selection.select(path.join(root, 'first'));
    fs.rmSync(path.join(root, 'first'), { recursive: true });
    const asked: string[] = [];
    const markdown = await hoverWith((request) => {
      asked.push(request.modelFolder);
      if (asked.length > 1) return Promise.resolve(answer(request));
      const details = { path: request.modelFolder, problem: problem('models.missingFolder') };
      return Promise.reject(new AppError({ code: 'Model', details }));
    });
    expect(asked).toEqual([path.join(root, 'first'), selection.bundledFolder]);
    expect(markdown).toContain(
      `$(beaker) ${path.basename(selection.bundledFolder)}`.replaceAll('-', '\\-'),
    );
  });
});
