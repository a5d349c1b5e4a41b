import { afterEach, describe, expect, it, vi } from 'vitest';
import { fillFromLineAbove } from '../../../src/host/predictions/acceptFill.js';
import type { HoverDependencies } from '../../../src/host/predictions/hoverProvider.js';
import { editor, oneLine, Position, Range, window, workspace } from '../../support/fakeVscode.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));

interface Request {
  readonly text: string;
  readonly source?: string;
}

afterEach(() => {
  vi.restoreAllMocks();
  editor.messages.length = 0;
});

/** Fills the masks of a line of a text, with a server that knows one word. */
async function fillLine(text: string, line: number, unread: object | null = null) {
  const lines = text.split('\n');
  const starts = lines.map((_, i) => lines.slice(0, i).join('\n').length + (i === 0 ? 0 : 1));
  const document = {
    ...oneLine(text),
    lineCount: lines.length,
    lineAt: (at: number) => ({
      text: lines[at]!,
      range: new Range(at, 0, at, lines[at]!.length),
    }),
    offsetAt: ({ line: at, character }: Position) => starts[at]! + character,
    getText: (range: Range) =>
      text.slice(
        starts[range.start.line]! + range.start.character,
        starts[range.end.line]! + range.end.character,
      ),
  };
  Object.assign(window, {
    activeTextEditor: { document, selections: [{ active: new Position(line, 0) }] },
  });
  const edits: unknown[] = [];
  vi.spyOn(workspace, 'applyEdit').mockImplementation(((edit: { edits: unknown[] }) => {
    edits.push(...edit.edits.map((each) => (each as unknown[])[2]));
    return Promise.resolve(true);
  }) as never);
  const requests: Request[] = [];
  const answers = {
    describeModel: () => ({ kind: 'masked-lm', maskToken: '[MASK]' }),
    fillMasks: (request: Request) => {
      requests.push(request);
      const candidates = [{ word: 'Meer', probability: 0.5, tokens: [1] }];
      const facts = { lowConfidence: false, contextTokens: null, unread };
      return { isUncased: false, masks: [{ start: 0, end: 6, candidates, targets: [], ...facts }] };
    },
  };
  await fillFromLineAbove({
    modelClient: {
      call: (name: keyof typeof answers, request: never) => Promise.resolve(answers[name](request)),
    },
    modelSelection: {
      modelFolder: () => '/m',
      current: () => Promise.resolve({ folder: '/m', name: 'small' }),
    },
    documentWords: { of: () => [] },
  } as unknown as HoverDependencies);
  return { requests, edits };
}

const TEXT = 'Other text.\nHe saw the sea.\n\nEr sah das [MASK].\nMore [MASK].';

describe('Fill From the Line Above', () => {
  it('reads the line of the cursor after the line above, and nothing else', async () => {
    const { requests, edits } = await fillLine(TEXT, 3);
    expect(requests).toMatchObject([{ text: 'Er sah das [MASK].', source: 'He saw the sea.' }]);
    expect(edits).toEqual(['Meer']);
    expect(editor.messages).toEqual([]);
  });

  it('says so in a line without masks, and in the first line', async () => {
    expect((await fillLine(TEXT, 1)).requests).toEqual([]);
    expect((await fillLine('The [MASK].', 0)).requests).toEqual([]);
    expect(editor.messages).toHaveLength(2);
    expect(editor.messages[0]).toContain('write the source in the line above');
  });

  it('says that the model never read the language of a line', async () => {
    const { edits } = await fillLine(TEXT, 3, { script: null, language: 'de' });
    expect(edits).toEqual([]);
    expect(editor.messages).toEqual([expect.stringContaining('small was not trained on text')]);
  });
});
