/** Syntax of comments and strings of a programming language. The rest is code. */
export interface Language {
  /** Marks of comments that extend to the end of the line. */
  readonly lineComments?: readonly string[];
  /** `#` begins a comment only after white space. */
  readonly hashNeedsSpace?: boolean;
  readonly blockComments?: readonly BlockComment[];
  /** Patterns of literals, which contain no comments. */
  readonly literals: readonly string[];
  /** Quotes of literals that are documentation at the start of a statement. */
  readonly docstrings?: readonly string[];
  /** `/` may begin a regular expression, and a backquote a template with code in it. */
  readonly isEcmaScript?: boolean;
  /** Marks between which code occurs. Default: everything is code. */
  readonly island?: { readonly open: string; readonly close: string };
}

export interface BlockComment {
  readonly open: string;
  readonly close: string;
  readonly nests?: boolean;
}

const DOUBLE = String.raw`"[^"\\\n]*(?:\\[^][^"\\\n]*)*"?`;
const SINGLE = String.raw`'[^'\\\n]*(?:\\[^][^'\\\n]*)*'?`;
const DOUBLE_OF_LINES = String.raw`"[^"\\]*(?:\\[^][^"\\]*)*"?`;
const SINGLE_OF_LINES = String.raw`'[^'\\]*(?:\\[^][^'\\]*)*'?`;
const TRIPLE_DOUBLE = String.raw`"""(?:[^"\\]|\\[^]|"(?!""))*(?:""")?`;
const TRIPLE_SINGLE = String.raw`'''(?:[^'\\]|\\[^]|'(?!''))*(?:''')?`;
/** A single quoted character, but not digit separators or lifetimes. */
const CHARACTER = String.raw`(?<!\w)'(?:[^'\\\n]|\\[^\n]{1,10}?)'`;
const BACK_QUOTED = '`[^`]*`?';
/** Quotes are escaped by doubling them. */
const VERBATIM = String.raw`[@$]{1,2}"(?:[^"]|"")*"?`;
const SQL_TEXT = `'(?:[^']|'')*'?`;
const RAW_CPP = String.raw`\bR"(?<tag>[^()\\\s]{0,16})\([^]*?\)\k<tag>"`;
const RAW_RUST = String.raw`\bb?r(?<hashes>#*)"[^]*?"\k<hashes>`;
const RAW_CSHARP = String.raw`(?<quotes>"{3,})[^]*?\k<quotes>`;

const BLOCK: BlockComment = { open: '/*', close: '*/' };
const NESTED: BlockComment = { ...BLOCK, nests: true };

const likeC = (literals: readonly string[], block = BLOCK): Language => ({
  lineComments: ['//'],
  blockComments: [block],
  literals,
});
const withHash = (literals: readonly string[]): Language => ({
  lineComments: ['#'],
  hashNeedsSpace: true,
  literals,
});

const LANGUAGES = {
  ecmaScript: { ...likeC([DOUBLE, SINGLE]), isEcmaScript: true },
  c: likeC([RAW_CPP, DOUBLE, CHARACTER]),
  java: likeC([TRIPLE_DOUBLE, DOUBLE, CHARACTER]),
  csharp: likeC([RAW_CSHARP, VERBATIM, DOUBLE, CHARACTER]),
  go: likeC([BACK_QUOTED, DOUBLE, CHARACTER]),
  rust: likeC([RAW_RUST, DOUBLE_OF_LINES, CHARACTER], NESTED),
  kotlin: likeC([TRIPLE_DOUBLE, DOUBLE, CHARACTER], NESTED),
  dart: likeC([TRIPLE_DOUBLE, TRIPLE_SINGLE, DOUBLE, SINGLE], NESTED),
  php: {
    lineComments: ['//', '#'],
    hashNeedsSpace: true,
    blockComments: [BLOCK],
    literals: [DOUBLE_OF_LINES, SINGLE_OF_LINES],
    island: { open: '<?', close: '?>' },
  },
  python: {
    lineComments: ['#'],
    literals: [TRIPLE_DOUBLE, TRIPLE_SINGLE, DOUBLE, SINGLE],
    docstrings: ['"""', "'''"],
  },
  ruby: {
    ...withHash([DOUBLE_OF_LINES, SINGLE_OF_LINES]),
    blockComments: [{ open: '\n=begin', close: '\n=end' }],
  },
  shell: withHash([DOUBLE_OF_LINES, `'[^']*'?`]),
  sql: { lineComments: ['--'], blockComments: [BLOCK], literals: [SQL_TEXT, '"[^"]*"?'] },
  css: { blockComments: [BLOCK], literals: [DOUBLE, SINGLE] },
  scss: likeC([DOUBLE, SINGLE]),
  lua: {
    lineComments: ['--'],
    blockComments: [{ open: '--[[', close: ']]' }],
    literals: [DOUBLE, SINGLE],
  },
  haskell: {
    lineComments: ['-- '],
    blockComments: [{ open: '{-', close: '-}', nests: true }],
    literals: [DOUBLE, CHARACTER],
  },
  markup: { blockComments: [{ open: '<!--', close: '-->' }], literals: [] },
} satisfies Record<string, Language>;

const EXTENSIONS: Readonly<Record<keyof typeof LANGUAGES, string>> = {
  ecmaScript: '.js .jsx .mjs .cjs .ts .tsx .mts .cts',
  c: '.c .h .cc .cpp .cxx .hh .hpp .hxx .m .mm',
  java: '.java .groovy',
  csharp: '.cs',
  go: '.go',
  rust: '.rs',
  kotlin: '.kt .kts .swift .scala',
  dart: '.dart',
  php: '.php',
  python: '.py .pyi .pyx',
  ruby: '.rb .rake',
  shell: '.sh .bash .zsh .r .jl .pl .pm',
  sql: '.sql',
  css: '.css',
  scss: '.scss .less',
  lua: '.lua',
  haskell: '.hs',
  markup: '.xml .xsl .vue .svelte',
};

const LANGUAGE_OF_EXTENSION: ReadonlyMap<string, Language> = new Map(
  Object.entries(EXTENSIONS).flatMap(([name, extensions]) =>
    extensions
      .split(' ')
      .map((extension) => [extension, LANGUAGES[name as keyof typeof LANGUAGES]] as const),
  ),
);

export const CODE_EXTENSIONS: readonly string[] = [...LANGUAGE_OF_EXTENSION.keys()];

/** Returns `null` for a file extension that is not of source code. */
export function languageOf(extension: string): Language | null {
  return LANGUAGE_OF_EXTENSION.get(extension.toLowerCase()) ?? null;
}
