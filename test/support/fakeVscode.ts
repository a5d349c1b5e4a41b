/**
 * As much of the editor's API as the host's classes touch in unit tests: values behave, services
 * answer what a test puts into `editor`. Used with `vi.mock('vscode', ...)`.
 */

type Listener<T> = (event: T) => void;

export class EventEmitter<T> {
  private readonly listeners = new Set<Listener<T>>();
  readonly event = (listener: Listener<T>) => {
    this.listeners.add(listener);
    return { dispose: () => void this.listeners.delete(listener) };
  };

  fire(event: T): void {
    for (const listener of [...this.listeners]) listener(event);
  }

  dispose(): void {
    this.listeners.clear();
  }
}

export class Position {
  constructor(
    readonly line: number,
    readonly character: number,
  ) {}

  translate(lines: number, characters: number): Position {
    return new Position(this.line + lines, this.character + characters);
  }

  compareTo({ line, character }: Position): number {
    return Math.sign(this.line - line || this.character - character);
  }
}

export class Range {
  readonly start: Position;
  readonly end: Position;

  constructor(start: Position, end: Position);
  constructor(line: number, character: number, endLine: number, endCharacter: number);
  constructor(...given: [Position, Position] | [number, number, number, number]) {
    if (given.length === 2) {
      [this.start, this.end] = given;
    } else {
      this.start = new Position(given[0], given[1]);
      this.end = new Position(given[2], given[3]);
    }
  }

  with(start: Position, end: Position): Range {
    return new Range(start.line, start.character, end.line, end.character);
  }
}

export class MarkdownString {
  constructor(readonly value: string) {}
}

export class Hover {
  constructor(
    readonly contents: MarkdownString,
    readonly range?: Range,
  ) {}
}

export class Uri {
  readonly scheme = 'file';

  private constructor(readonly fsPath: string) {}

  get path(): string {
    return this.fsPath;
  }

  static file(file: string): Uri {
    return new Uri(file);
  }

  static parse(text: string): Uri {
    return new Uri(text);
  }

  static joinPath({ fsPath }: Uri, ...parts: string[]): Uri {
    return new Uri([fsPath, ...parts].join('/'));
  }

  toString(): string {
    return this.fsPath;
  }
}

export class WorkspaceEdit {
  readonly edits: unknown[] = [];

  replace(...edit: unknown[]): void {
    this.edits.push(edit);
  }
}

export const StatusBarAlignment = { Left: 1, Right: 2 };

export const ProgressLocation = { SourceControl: 1, Window: 10, Notification: 15 };

/** A document of one line. */
export function oneLine(text: string) {
  return {
    uri: Uri.file('/text.txt'),
    languageId: 'plaintext',
    version: 1,
    lineCount: 1,
    isDirty: false,
    save: () => Promise.resolve(editor.savesFiles),
    lineAt: () => ({ text, range: new Range(0, 0, 0, text.length) }),
    offsetAt: ({ character }: Position) => character,
    positionAt: (offset: number) => new Position(0, offset),
    getText: (range = new Range(0, 0, 0, text.length)) =>
      text.slice(range.start.character, range.end.character),
  };
}

/** Actions of the person and the editor, set by a test. */
export const editor = {
  settings: new Map<string, unknown>(),
  isTrusted: true,
  trustGranted: new EventEmitter<undefined>(),
  document: oneLine(''),
  /** Whether the editor takes edits. */
  takesEdits: true,
  /** Whether files can be written. */
  savesFiles: true,
  /** Whether the document's file is on the disk. */
  hasFile: true,
  fileSize: 0,
  documentClosed: new EventEmitter<object>(),
  /** A watched file changes. */
  fileChanged: new EventEmitter<undefined>(),
  messages: [] as string[],
  configurationChanged: new EventEmitter<{ affectsConfiguration(name: string): boolean }>(),
  statusItem: { text: '', tooltip: '', isShown: false },
};

const never = new EventEmitter<never>().event;

export const env = { language: 'en' };

export const l10n = {
  get bundle(): Readonly<Record<string, string>> | undefined {
    return undefined;
  },
  t: (template: string, ...args: readonly (string | number)[]) =>
    template.replace(/\{(\d+)\}/g, (placeholder, index: string) =>
      String(args[Number(index)] ?? placeholder),
    ),
};

export const workspace = {
  get workspaceFolders() {
    return undefined;
  },
  createFileSystemWatcher: () => ({
    onDidCreate: never,
    onDidChange: editor.fileChanged.event,
    onDidDelete: never,
    dispose: () => undefined,
  }),
  get isTrusted() {
    return editor.isTrusted;
  },
  getConfiguration: (section?: string) => ({
    get: (name: string, fallback?: unknown) =>
      editor.settings.get(section === undefined ? name : `${section}.${name}`) ?? fallback,
  }),
  onDidChangeConfiguration: editor.configurationChanged.event,
  onDidGrantWorkspaceTrust: editor.trustGranted.event,
  onDidChangeWorkspaceFolders: never,
  openTextDocument: () => Promise.resolve(editor.document),
  get textDocuments() {
    return [editor.document];
  },
  asRelativePath: ({ fsPath }: Uri) => fsPath.replace(/^\//, ''),
  getWorkspaceFolder: () => undefined,
  onDidOpenTextDocument: never,
  onDidChangeTextDocument: never,
  onDidSaveTextDocument: never,
  onDidCreateFiles: never,
  onDidDeleteFiles: never,
  onDidRenameFiles: never,
  onDidCloseTextDocument: editor.documentClosed.event,
  fs: {
    stat: () =>
      editor.hasFile
        ? Promise.resolve({ size: editor.fileSize })
        : Promise.reject(new Error('gone')),
  },
  applyEdit: () => Promise.resolve(editor.takesEdits),
};

export const window: {
  activeTextEditor: { document: ReturnType<typeof oneLine> } | undefined;
  showInformationMessage(message: string): Promise<undefined>;
  createStatusBarItem(): object;
} = {
  activeTextEditor: undefined,
  showInformationMessage: (message) => {
    editor.messages.push(message);
    return Promise.resolve(undefined);
  },
  createStatusBarItem: () =>
    Object.assign(editor.statusItem, {
      show: () => (editor.statusItem.isShown = true),
      hide: () => (editor.statusItem.isShown = false),
      dispose: () => (editor.statusItem.isShown = false),
    }),
};

export const languages = {
  createDiagnosticCollection: () => ({
    set: () => undefined,
    delete: () => undefined,
    dispose: () => undefined,
  }),
};
