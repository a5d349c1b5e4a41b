import type * as vscode from 'vscode';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RowLabelController } from '../../../../src/host/classifiers/rows/rowLabelController.js';
import { AppError, cancelled } from '../../../../src/core/errors.js';
import { documentOf, type FakeDocument } from '../../../support/documentOf.js';
import { Range } from '../../../support/fakeVscode.js';
import { storedRun } from '../../runs/storedRun.js';

type Drawn = readonly { line: number; character: number; text: string; hover: string }[];

interface FakeEditor {
  readonly document: FakeDocument;
  visibleRanges: Range[];
  readonly drawn: Map<unknown, Drawn>;
}

interface Edited {
  fire?: (event: object) => void;
}
const { edited, shown } = vi.hoisted(() => {
  const found: Edited = {};
  return { edited: found, shown: { editors: [] as object[] } };
});
vi.mock('vscode', async () => {
  const fake = await import('../../../support/fakeVscode.js');
  const changes = new fake.EventEmitter<object>();
  edited.fire = (event) => {
    changes.fire(event);
  };
  const never = new fake.EventEmitter<never>().event;
  return {
    ...fake,
    ThemeColor: vi.fn(),
    DecorationRangeBehavior: { ClosedClosed: 1 },
    workspace: { onDidChangeTextDocument: changes.event, onDidGrantWorkspaceTrust: never },
    window: {
      get visibleTextEditors() {
        return shown.editors;
      },
      createTextEditorDecorationType: () => ({ dispose: () => undefined }),
      onDidChangeVisibleTextEditors: never,
      onDidChangeTextEditorVisibleRanges: never,
    },
  };
});

function editorOf(text: string, file = '/workspace/rows.csv'): FakeEditor & vscode.TextEditor {
  const document = documentOf(file, text);
  const drawn = new Map<unknown, Drawn>();
  const editor = {
    document,
    drawn,
    visibleRanges: [new Range(0, 0, 10, 0)],
    setDecorations: (type: unknown, options: readonly vscode.DecorationOptions[]) => {
      drawn.set(
        type,
        options.map(({ range: { start }, renderOptions, hoverMessage }) => ({
          ...{ line: start.line, character: start.character },
          text: renderOptions?.after?.contentText ?? '',
          hover: (hoverMessage as vscode.MarkdownString).value,
        })),
      );
    },
  };
  shown.editors = [editor];
  return editor as unknown as FakeEditor & vscode.TextEditor;
}

const labels = ({ drawn }: FakeEditor): string[] =>
  [...drawn.values()].flat().map(({ line, character, text }) => `${line}:${character} ${text}`);

const run = storedRun({ id: '20261123-171500-calm-otter', status: 'finished', hasModel: true });

let asked: string[][];
let failure: AppError | null;
let release: (() => void) | null;
let reported: unknown[];
let label: string;
const controllers: RowLabelController[] = [];

function turnedOn(): RowLabelController {
  const client = {
    call: async (_: string, { texts }: { texts: { text: string }[] }, signal?: AbortSignal) => {
      asked.push(texts.map(({ text }) => text));
      if (release !== null) await new Promise<void>((resolve) => (release = resolve));
      if (signal?.aborted === true) throw cancelled();
      if (failure !== null) throw failure;
      return {
        predictions: texts.map(() => ({
          ...{ kind: 'labels', labels: [label] },
          probabilities: [{ label, probability: 0.75 }],
        })),
      };
    },
  } as unknown as ConstructorParameters<typeof RowLabelController>[0];
  const controller = new RowLabelController(client, {
    error: (thrown) => {
      reported.push(thrown);
      return Promise.resolve();
    },
  });
  controllers.push(controller);
  controller.turnOn({ run, spec: null });
  return controller;
}

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(1000);
const edit = (editor: FakeEditor, text: string): void => {
  editor.document.set(text);
  edited.fire?.({ document: editor.document });
};

beforeEach(() => {
  vi.useFakeTimers();
  [asked, reported, failure, release, label] = [[], [], null, null, 'good'];
});
afterEach(() => {
  controllers.splice(0).forEach((controller) => {
    controller.dispose();
  });
  vi.useRealTimers();
});

describe('predictions behind rows', () => {
  it('are at the ends of rows of several lines, with either line end', async () => {
    for (const end of ['\n', '\r\n']) {
      asked = [];
      const rows = ['text,label', `"it was${end}good",good`, 'fine,bad', ''];
      const editor = editorOf(rows.join(end));
      const controller = turnedOn();
      await settle();
      expect(asked).toEqual([['it was\ngood', 'fine']]);
      expect(labels(editor)).toEqual(['2:10 good 75.0%', '3:8 good 75.0% ≠ bad']);
      controller.dispose();
    }
  });

  it('follow edits: only a changed row is classified again, and moved ones keep theirs', async () => {
    const editor = editorOf('text\nfine\nwarm\n');
    turnedOn();
    await settle();
    edit(editor, 'text\nnew\nfine\nwarmer\n');
    await settle();
    expect(asked).toEqual([
      ['fine', 'warm'],
      ['new', 'warmer'],
    ]);
    expect(labels(editor)).toEqual(['1:3 good 75.0%', '2:4 good 75.0%', '3:6 good 75.0%']);
  });

  it('are not drawn at places of an older text', async () => {
    const editor = editorOf('text\nfine\n');
    release = () => undefined;
    turnedOn();
    await settle();
    edit(editor, 'text\n\n\nfine\n');
    release();
    release = null;
    await vi.advanceTimersByTimeAsync(1);
    expect(labels(editor)).toEqual([]);
    await settle();
    expect(labels(editor)).toEqual(['3:4 good 75.0%']);
  });

  it('end with the document, and with the switch', async () => {
    const editor = editorOf('text\nfine\n');
    const controller = turnedOn();
    const switched = vi.fn();
    controller.onDidChange(switched);
    shown.editors = [];
    edit(editor, 'text\nother\n');
    await settle();
    expect([asked, labels(editor)]).toEqual([[], []]);
    const other = editorOf('text\nfine\n');
    edit(other, 'text\nwarm\n');
    await settle();
    expect(labels(other)).toHaveLength(1);
    controller.turnOff();
    controller.turnOff();
    expect([labels(other), controller.classifier, switched.mock.calls.length]).toEqual([
      ...[[], null],
      1,
    ]);
  });

  it('are switched off by an error, which is told once, and not by a cancellation', async () => {
    const editor = editorOf('text\nfine\n');
    const controller = turnedOn();
    await settle();
    failure = cancelled();
    edit(editor, 'text\nwarm\n');
    await settle();
    expect([controller.classifier?.run, reported]).toEqual([run, []]);
    failure = new AppError({ code: 'Internal', details: { message: 'broken' } });
    edit(editor, 'text\nwarmer\n');
    await settle();
    expect([controller.classifier, reported, labels(editor)]).toEqual([null, [failure], []]);
    controller.dispose();
    failure = null;
    turnedOn();
    await settle();
    expect(labels(editor)).toHaveLength(1);
  });

  it('show hostile labels as text, in one line', async () => {
    label = '[x](command:evil) <b>\n\u202egood`';
    const editor = editorOf('text\nfine\n');
    turnedOn();
    await settle();
    const [{ text, hover } = { text: '', hover: '' }] = [...editor.drawn.values()].flat();
    expect(text).toBe('[x](command:evil) <b> good` 75.0%');
    expect(hover).not.toMatch(/[^\\]\[x\]\(|<b>|\n|\u202e/);
  });

  it('leave other documents alone, and those whose texts are not known', async () => {
    const editor = editorOf('text\nfine\n', '/workspace/notes.md');
    const controller = turnedOn();
    await settle();
    expect([asked, labels(editor)]).toEqual([[], []]);
    const classifier = { run, spec: null };
    expect(controller.hasTexts(documentOf('/a.csv', 'a\n1\n'), classifier)).toBe(false);
    expect(controller.hasTexts(documentOf('/a.csv', 'text\nfine\n'), classifier)).toBe(true);
  });
});
