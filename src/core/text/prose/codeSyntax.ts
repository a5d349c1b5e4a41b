/** The signs of comments and strings in a language. */
export interface CodeSyntax {
  /** Beginnings of comments that go to the end of the line. */
  readonly lineComments: readonly string[];
  readonly blockComments: readonly (readonly [open: string, close: string])[];
  readonly strings: readonly StringSyntax[];
}

interface StringSyntax {
  readonly quote: string;
  /** Whether a string can have several lines. */
  readonly isMultiline: boolean;
}

const DOUBLE: StringSyntax = { quote: '"', isMultiline: false };
const SINGLE: StringSyntax = { quote: "'", isMultiline: false };
const BACKTICK: StringSyntax = { quote: '`', isMultiline: true };
const TRIPLE: readonly StringSyntax[] = [
  { quote: '"""', isMultiline: true },
  { quote: "'''", isMultiline: true },
];

const SLASHES = { lineComments: ['//'], blockComments: [['/*', '*/']] } as const;

/** Languages in which single quotes hold one character, so that only double quotes hold text. */
const C_LIKE: CodeSyntax = { ...SLASHES, strings: [DOUBLE] };
const JAVA_LIKE: CodeSyntax = { ...SLASHES, strings: [TRIPLE[0]!, DOUBLE] };
const SCRIPT: CodeSyntax = { ...SLASHES, strings: [DOUBLE, SINGLE, BACKTICK] };
const HASH: CodeSyntax = { lineComments: ['#'], blockComments: [], strings: [DOUBLE, SINGLE] };
const STYLE: CodeSyntax = { lineComments: [], blockComments: [['/*', '*/']], strings: [] };
const LISP: CodeSyntax = { lineComments: [';'], blockComments: [], strings: [DOUBLE] };

/** Syntax by the editor's language identifier. */
const SYNTAXES: Readonly<Record<string, CodeSyntax>> = {
  c: C_LIKE,
  cpp: C_LIKE,
  'cuda-cpp': C_LIKE,
  'objective-c': C_LIKE,
  'objective-cpp': C_LIKE,
  csharp: C_LIKE,
  fsharp: { lineComments: ['//'], blockComments: [['(*', '*)']], strings: [TRIPLE[0]!, DOUBLE] },
  go: { ...SLASHES, strings: [DOUBLE, BACKTICK] },
  rust: C_LIKE,
  zig: { lineComments: ['//'], blockComments: [], strings: [DOUBLE] },
  java: JAVA_LIKE,
  kotlin: JAVA_LIKE,
  scala: JAVA_LIKE,
  swift: JAVA_LIKE,
  groovy: { ...SLASHES, strings: [...TRIPLE, DOUBLE, SINGLE] },
  dart: { ...SLASHES, strings: [...TRIPLE, DOUBLE, SINGLE] },
  javascript: SCRIPT,
  javascriptreact: SCRIPT,
  typescript: SCRIPT,
  typescriptreact: SCRIPT,
  php: { lineComments: ['//', '#'], blockComments: [['/*', '*/']], strings: [DOUBLE, SINGLE] },
  jsonc: { ...SLASHES, strings: [DOUBLE] },
  css: STYLE,
  scss: { ...STYLE, lineComments: ['//'] },
  less: { ...STYLE, lineComments: ['//'] },
  python: { lineComments: ['#'], blockComments: [], strings: [...TRIPLE, DOUBLE, SINGLE] },
  ruby: { ...HASH, blockComments: [['=begin', '=end']] },
  perl: HASH,
  r: HASH,
  julia: { ...HASH, blockComments: [['#=', '=#']], strings: [TRIPLE[0]!, DOUBLE] },
  elixir: { ...HASH, strings: [TRIPLE[0]!, DOUBLE] },
  shellscript: HASH,
  powershell: { ...HASH, blockComments: [['<#', '#>']] },
  makefile: { ...HASH, strings: [] },
  cmake: { ...HASH, strings: [DOUBLE] },
  dockerfile: { ...HASH, strings: [] },
  yaml: HASH,
  dockercompose: HASH,
  toml: { ...HASH, strings: [...TRIPLE, DOUBLE, SINGLE] },
  ini: { lineComments: [';', '#'], blockComments: [], strings: [] },
  sql: { lineComments: ['--'], blockComments: [['/*', '*/']], strings: [SINGLE] },
  lua: { lineComments: ['--'], blockComments: [['--[[', ']]']], strings: [DOUBLE, SINGLE] },
  haskell: { lineComments: ['--'], blockComments: [['{-', '-}']], strings: [DOUBLE] },
  clojure: LISP,
  lisp: LISP,
  scheme: LISP,
};

/** Languages whose comments and strings are found. */
export const CODE_LANGUAGES: readonly string[] = Object.keys(SYNTAXES);

export function codeSyntax(languageId: string): CodeSyntax | null {
  return Object.hasOwn(SYNTAXES, languageId) ? SYNTAXES[languageId]! : null;
}
